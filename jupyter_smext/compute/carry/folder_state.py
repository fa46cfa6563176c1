"""What was the same here and there when a folder was last synchronised, on disk."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ...decoding import decode_json
from ...whole_file import write_whole


class Known(msgspec.Struct, frozen=True):
    """A file as it was last the same on both sides, and as it was last seen there.

    `mtime_ns`, `bytes` and `sha256` are of this side; `last_modified` and `bytes_there` are what
    the remote contents API said. After a conflict the two are different versions.
    """

    mtime_ns: int
    bytes: int
    sha256: str
    last_modified: str
    bytes_there: int


class _Stored(msgspec.Struct):
    folder: str
    files: dict[str, Known]


@contextlib.contextmanager
def folder_state(path: Path, folder: Path) -> Iterator[dict[str, Known]]:
    """The files of `folder` as last known; what is changed in it is kept, also after a failure.

    One that is of another folder, or cannot be read, counts as none: every file is then compared
    before it is overwritten. Blocking. Raises OSError.
    """
    known = _read(path, folder)
    before = dict(known)
    try:
        yield known
    finally:
        if known != before:
            write_whole(path, msgspec.json.encode(_Stored(str(folder), known)))


def _read(path: Path, folder: Path) -> dict[str, Known]:
    try:
        stored = decode_json(path.read_bytes(), type=_Stored)
    except (FileNotFoundError, msgspec.DecodeError):
        return {}
    return stored.files if stored.folder == str(folder) else {}
