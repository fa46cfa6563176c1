"""The folder of one deployed model: its data as /opt/ml/model, its servers' sockets and logs."""

from __future__ import annotations

import os
import secrets
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...contract import ServiceError
from ...serving.front import TOKEN
from ..supervision.own_folders import OwnFolders
from .container import Container, Source

if TYPE_CHECKING:
    from ...engine import Engine

_BLOCK = 1 << 20


class NoModelData(Exception):
    """Model data that cannot be had; the message is the reason."""


@dataclass(frozen=True)
class ServerFiles(OwnFolders):
    """What one model server has for itself, a hidden place to listen among it."""

    @property
    def place(self) -> Path:
        return self.root / "at"

    def prepare(self) -> str:
        """Make the folders; the new token, which lies in the place until the server takes it."""
        self.make(self.place)
        token = secrets.token_hex(32)
        path = self.place / TOKEN
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token)
        return token


@dataclass(frozen=True)
class ModelFiles:
    """A model's own copy of its data, shared by its servers. `root` is made by `fetch`."""

    root: Path

    @property
    def opt_ml(self) -> Path:
        return self.root / "ml"

    def server(self, number: int) -> ServerFiles:
        """The files of a server; every start has a number of its own."""
        return ServerFiles(self.root / str(number))

    def fetch(self, engine: Engine, container: Container) -> Mapping[str, str]:
        """Bring the model's data and code here; the environment that says where the code is.

        Blocking. Raises NoModelData, and ServiceError when the disk's quota is used up.
        """
        model = self.opt_ml / "model"
        model.mkdir(parents=True, mode=0o700)
        if container.data:
            _bring(engine, container.data, model)
        code = container.environment.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
        if not code.startswith("s3://"):
            return {}
        # As the toolkit in AWS's container does; where that server would have to look for it.
        folder = self.opt_ml / "code"
        folder.mkdir(mode=0o700)
        _bring(engine, Source(code), folder)
        return {"SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/code"}

    def delete(self) -> None:
        """Delete all of it. Raises OSError naming what stays."""
        if self.root.exists():
            shutil.rmtree(self.root)


def _bring(engine: Engine, source: Source, folder: Path) -> None:
    bucket, key = engine.objects.split_uri(source.uri)
    try:
        if source.kind == "prefix":
            found = list(engine.objects.list(bucket, key))
            if not found:
                raise NoModelData(f"Could not find model data at {source.uri}.")
            for each in found:
                below = each.key.removeprefix(key).lstrip("/")
                if below and not below.endswith("/"):
                    _copy(engine, bucket, each.key, inside(folder, below))
        elif source.kind == "object":
            _copy(engine, bucket, key, inside(folder, key.rpartition("/")[2]))
        else:
            with engine.objects.open(bucket, key) as archive:
                unpack(engine, archive, folder)
    except ServiceError as error:
        if error.code in ("NoSuchBucket", "NoSuchKey"):
            raise NoModelData(
                f"Could not find model data at {source.uri}: {error.message}"
            ) from None
        raise
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise NoModelData(f"The model data at {source.uri} cannot be unpacked: {error}") from error


def _copy(engine: Engine, bucket: str, key: str, path: Path) -> None:
    engine.disk.require(engine.objects.find(bucket, key).size)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine.objects.download(bucket, key, path)


def inside(folder: Path, below: str) -> Path:
    """The path of a key below a folder. Raises NoModelData for one that would leave it."""
    path = folder / below
    if not path.resolve().is_relative_to(folder.resolve()):
        raise NoModelData(f"The key {below[:200]!r} leads out of the model's folder.")
    return path


def unpack(engine: Engine, archive: object, folder: Path) -> None:
    """Unpack a tar archive, compressed or not, without links out, devices and absolute names.

    Raises tarfile.TarError, OSError, and ServiceError when the disk's quota is used up.
    """
    if not hasattr(tarfile, "data_filter"):
        raise NoModelData("This Python cannot unpack archives safely: 3.10.12 or newer can.")
    with tarfile.open(fileobj=archive, mode="r:*") as tar:  # type: ignore[call-overload]
        for member in tar:
            # Before, not after: a small archive may hold more than the disk has.
            engine.disk.require(member.size)
            tar.extract(member, folder, filter="data")
