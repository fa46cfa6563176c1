"""What was read of JumpStart, kept on disk: it is there at once after a restart, and offline."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from ..decoding import decode_json
from ..whole_file import write_whole

_log = logging.getLogger(__name__)

MOST = 500
"""Files of a kind; the oldest go first. A document has some 40 KB."""

Kind = Literal["document", "facts", "licence", "listing", "manifest"]

T = TypeVar("T")


def _path(home: Path, kind: Kind, names: tuple[str, ...]) -> Path:
    """By a hash of the names: what others named makes no path."""
    name = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
    return home / "jumpstart" / kind / f"{name}.json"


def load(home: Path, kind: Kind, type: type[T], *names: str) -> T | None:
    """What was kept under these names; None, with a line in the log, when it cannot be used."""
    path = _path(home, kind, names)
    try:
        return decode_json(path.read_bytes(), type=type)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("%s is not usable and is read again from JumpStart: %s", path, error)
        return None


def save(home: Path, kind: Kind, value: Any, *names: str) -> None:
    """Replace the file in one step; a failure is logged: it is read again the next time."""
    path = _path(home, kind, names)
    try:
        write_whole(path, msgspec.json.encode(value))
        _drop_oldest(path.parent)
    except OSError as error:
        _log.warning("%s could not be kept: %s", path, error)


def _drop_oldest(folder: Path) -> None:
    files = list(folder.glob("*.json"))
    if len(files) > MOST:
        files.sort(key=lambda file: file.stat().st_mtime)
        for file in files[: len(files) - MOST]:
            file.unlink(missing_ok=True)
