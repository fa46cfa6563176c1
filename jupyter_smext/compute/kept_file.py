"""A file for each kernel on an instance, readable by its owner alone."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ..protocol import ComputeName

log = logging.getLogger(__name__)

#: A kernel that was left running and not come back to: what is known of it is dropped.
_LONGEST_SECONDS = 30 * 24 * 3600.0


class KeptSession(msgspec.Struct, frozen=True):
    """A session of Jupyter Server."""

    id: str
    path: str
    name: str
    type: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A kernel of a server, and the remote kernel that it is.

    `line_session` is the session id of its websocket, under which the remote server keeps what it
    says meanwhile; `root` the server's root folder, `server` its process id and start time.
    `detached`: it was left running on purpose, and comes back only when asked for.
    """

    kernel_id: str
    spec: str
    at: ComputeName
    remote_kernel: str
    remote_id: str
    line_session: str
    root: str
    server: tuple[int, float]
    sessions: tuple[KeptSession, ...] = ()
    detached: bool = False
    written: float = 0.0

    @property
    def path(self) -> str | None:
        """The notebook that it was for last."""
        return self.sessions[0].path if self.sessions else None

    def of(self, sessions: tuple[KeptSession, ...]) -> Kept:
        """With other sessions."""
        return replace(self, sessions=sessions)

    def left(self) -> Kept:
        """Left running on purpose."""
        return replace(self, detached=True)

    def orphaned(self) -> bool:
        """Whether the server that had it is no more."""
        import psutil

        pid, started = self.server
        try:
            return abs(psutil.Process(pid).create_time() - started) > 1
        except psutil.NoSuchProcess:
            return True


def server_process() -> tuple[int, float]:
    """This process's id and its start time."""
    import psutil

    return os.getpid(), psutil.Process().create_time()


class KeptFiles:
    """The folder of them; a kernel's id is no part of a name there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, kept: Kept) -> Path:
        return self._folder / f"{hashlib.sha256(kept.kernel_id.encode()).hexdigest()[:32]}.json"

    def write(self, kept: Kept) -> None:
        """Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(kept)
        part = path.with_suffix(f".{os.getpid()}")
        file = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as written:
            written.write(msgspec.json.encode(replace(kept, written=time.time())))
        part.replace(path)

    def delete(self, kept: Kept) -> None:
        self._path(kept).unlink(missing_ok=True)

    def claim(self, kept: Kept) -> bool:
        """Take over what a dead server had; False when another one was faster."""
        path = self._path(kept)
        taken = path.with_suffix(f".taken-{os.getpid()}")
        try:
            path.rename(taken)
        except FileNotFoundError:
            return False
        self.write(replace(kept, server=server_process()))
        taken.unlink()
        return True

    def all(self) -> Iterator[Kept]:
        """Those that can be read; what is too old goes."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                kept = msgspec.json.decode(path.read_bytes(), type=Kept)
            except FileNotFoundError:
                continue
            except (OSError, msgspec.DecodeError) as error:
                log.warning("%s cannot be read, so its kernel is unknown: %s", path, error)
                continue
            if kept.detached and time.time() - kept.written > _LONGEST_SECONDS:
                path.unlink(missing_ok=True)
                continue
            yield kept
