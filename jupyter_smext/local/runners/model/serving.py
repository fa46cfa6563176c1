"""A Model record made ready to be served: its data brought here, its program, its environment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ...images import UnknownImage
from ..supervision import Limits
from .container import container_of
from .files import ModelFiles, NoModelData

if TYPE_CHECKING:
    from ...engine import Engine

#: "8 minutes of startup" (Use your own inference code: how containers should respond to ping).
START_SECONDS = 480.0


class NotServable(Exception):
    """A model that cannot be served here; the message is the reason."""


@dataclass(frozen=True)
class Serving:
    """What all servers of a model have in common; `notes` begin their logs.

    `arn` is the resource that the processes belong to; `image` as the Model names it, `runtime`
    what serves in its place. Deleting `files` is for who asked for them.
    """

    engine: Engine
    region: str
    arn: str
    files: ModelFiles
    command: list[str]
    environment: Mapping[str, str]
    limits: Limits
    image: str
    runtime: str
    network: bool = True
    notes: tuple[str, ...] = ()
    start_seconds: float = START_SECONDS


async def serving_of(
    engine: Engine,
    region: str,
    arn: str,
    model: Mapping[str, Any],
    root: Path,
    limits: Limits,
    environment: Mapping[str, str],
) -> Serving:
    """Bring a Model record's data below `root`, which is made. Raises NotServable.

    `environment` goes after the Model's own. The folder is the caller's to delete, also when this
    raises. `ModelServer(serving, number)` starts a server of it.
    """
    files = ModelFiles(root)
    try:
        container = container_of(engine, region, model)
        runtime = container.runtime()
        command = container.command(runtime)
        code = await asyncio.to_thread(files.fetch, engine, container)
    except (UnknownImage, NoModelData) as error:
        raise NotServable(str(error)) from error
    except ServiceError as error:
        raise NotServable(error.message) from error
    return Serving(
        engine=engine,
        region=region,
        arn=arn,
        files=files,
        command=command,
        environment={**container.environment, **environment, **code},
        limits=limits,
        image=container.image,
        runtime=runtime.name,
        network=not container.isolated,
    )
