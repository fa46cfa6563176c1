"""What JumpStart or this extension made in an account, as it is now."""

from __future__ import annotations

import msgspec

from .problem import Problem
from .resources import Tone


class LaunchedAsset(msgspec.Struct, frozen=True):
    """A resource by its tags, or by the journal of the launch that made it.

    `kind` and `id` are a row of the panel's, `stack` and the id of a CloudFormation stack, or
    `archive` and the S3 URI of what a launch put a model and its script into. `part_of` is the
    KIND/ID of the asset that it hangs on and is deleted with: a configuration on its endpoint, a
    model on its configuration, what a stack made on the stack. `status` is AWS's word, empty for
    what has none; `created` epoch seconds.

    What runs has a `price` in US dollars an hour, None where none is known, and on this machine
    `memory` in use, in bytes. Of a `model` or a `solution` only the id is known; `hub` is the
    model's. `launch` is the id of the launch or the solution's launch in this server's journals,
    and `under_way` whether that is still making it. `notebook` is the solution's.
    """

    kind: str
    id: str
    name: str
    status: str
    tone: Tone
    running: bool
    created: float | None
    instance: str | None = None
    price: float | None = None
    memory: int | None = None
    part_of: str | None = None
    model: str | None = None
    version: str | None = None
    hub: str | None = None
    solution: str | None = None
    launch: str | None = None
    under_way: bool = False
    notebook: str | None = None


class LaunchedAssets(msgspec.Struct, frozen=True):
    """All that was found; `problems` say what could not be read, so that some may be missing.

    `charged` is False where running costs nothing, the local engine.
    """

    connection: str
    region: str
    charged: bool
    assets: tuple[LaunchedAsset, ...]
    problems: tuple[Problem, ...]
