"""The last known inventory on disk, so that the panel paints at once after a restart."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import msgspec

from ..decoding import decode_msgpack
from ..protocol import Page
from ..whole_file import write_whole

_log = logging.getLogger(__name__)

VERSION = 1


class Snapshot(msgspec.Struct, frozen=True):
    """All pages of a connection and region, and whose account they are.

    `way` is the print of how the connection signed in; `saved_at` is when they were last read.
    """

    version: int
    connection: str
    region: str
    way: str
    account: str | None
    saved_at: float
    pages: tuple[Page, ...]


def path_of(home: Path, connection: str, region: str) -> Path:
    """Where the snapshot of a connection and region lies."""
    name = hashlib.sha256(f"{connection}\n{region}".encode()).hexdigest()[:32]
    return home / "snapshots" / f"{name}.msgpack"


def load(path: Path) -> Snapshot | None:
    """The snapshot in a file; None, with a line in the log, when it cannot be used."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("The last inventory in %s could not be read: %s", path, error)
        return None
    try:
        snapshot = decode_msgpack(data, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("The last inventory in %s is not usable and is ignored: %s", path, error)
        return None
    if snapshot.version != VERSION:
        _log.info("The last inventory in %s is of another version and is ignored.", path)
        return None
    return snapshot


def save(path: Path, snapshot: Snapshot) -> None:
    """Replace the file in one step, readable by its owner only. Raises OSError."""
    write_whole(path, msgspec.msgpack.encode(snapshot))
