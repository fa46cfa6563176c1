"""A file for each kernel on an instance, readable by its owner alone."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ..decoding import decode_json
from ..one_at_a_time import one_at_a_time
from ..protocol import ComputeName
from ..server_process import Server, runs, this_server
from ..whole_file import write_whole

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
    server: Server
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
        return not runs(self.server)


class KeptFiles:
    """The folder of them; a kernel's id is no part of a name there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, kept: Kept) -> Path:
        return self._folder / f"{hashlib.sha256(kept.kernel_id.encode()).hexdigest()[:32]}.json"

    def write(self, kept: Kept) -> None:
        """Raises OSError."""
        content = msgspec.json.encode(replace(kept, written=time.time()))
        write_whole(self._path(kept), content)

    def delete(self, kept: Kept) -> None:
        self._path(kept).unlink(missing_ok=True)

    def claim(self, kept: Kept) -> bool:
        """Take over what a dead server had; False when another one was faster. Raises OSError."""
        with one_at_a_time(self._folder / ".claims"):
            try:
                now = decode_json(self._path(kept).read_bytes(), type=Kept)
            except (FileNotFoundError, msgspec.DecodeError):
                return False
            if not now.orphaned():
                return False
            self.write(replace(now, server=this_server()))
            return True

    def all(self) -> Iterator[Kept]:
        """Those that can be read; what is too old goes."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                kept = decode_json(path.read_bytes(), type=Kept)
            except FileNotFoundError:
                continue
            except (OSError, msgspec.DecodeError) as error:
                log.warning("%s cannot be read, so its kernel is unknown: %s", path, error)
                continue
            if kept.detached and time.time() - kept.written > _LONGEST_SECONDS:
                path.unlink(missing_ok=True)
                continue
            yield kept
