"""A remote version of a file put into the local folder, over nothing that is only here."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .folder_plan import Stamp
from .folder_state import Known


class Refused(Exception):
    """Why a file is not taken."""


@dataclass(frozen=True)
class Arrived:
    """Where a fetched file ended up. `beside`: the name of a version put beside the local one.

    `same`: the local file already held the same; `stamp` is the local file's, None with `beside`.
    """

    stamp: Stamp | None
    beside: str | None = None
    same: bool = False


def landing(root: Path, path: str) -> tuple[Path, Path]:
    """Where `path` belongs, and a new file beside it to fetch into. Raises Refused, OSError.

    Folders are made. One that is a symbolic link may lead out of `root`: it is not gone through.
    """
    parts = PurePosixPath(path).parts
    folder = root
    for part in parts[:-1]:
        folder = folder / part
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise Refused(f"{folder.relative_to(root)} is no folder here")
    return folder / parts[-1], folder / f".smext-{secrets.token_hex(8)}"


def arrive(new: Path, target: Path, sha256: str, known: Known | None, origin: str) -> Arrived:
    """Move `new` to `target`, or beside it where that has changed since `known`. Blocking.

    Raises OSError.
    """
    try:
        here = target.lstat()
    except FileNotFoundError:
        new.replace(target)
        return Arrived(stamp_of(target))
    if stat.S_ISREG(here.st_mode):
        local = sha256_of(target)
        if local == sha256:
            new.unlink()
            return Arrived(stamp_of(target), same=True)
        if known is not None and local == known.sha256:
            os.chmod(new, stat.S_IMODE(here.st_mode))
            new.replace(target)
            return Arrived(stamp_of(target))
    return Arrived(None, _put_beside(new, target, sha256, origin))


def _put_beside(new: Path, target: Path, sha256: str, origin: str) -> str:
    stem, suffix = target.stem, target.suffix
    whose = re.sub(r"[^\w .-]", "-", origin)
    number = 1
    while True:
        said = f"from {whose}" if number == 1 else f"from {whose} {number}"
        beside = target.with_name(f"{stem} ({said}){suffix}")
        try:
            # Made first, and only then replaced: a rename alone would take what is there.
            beside.touch(exist_ok=False)
        except FileExistsError:
            if not beside.is_symlink() and beside.is_file() and sha256_of(beside) == sha256:
                new.unlink()
                return beside.name
            number += 1
            continue
        new.replace(beside)
        return beside.name


def stamp_of(path: Path) -> Stamp:
    status = path.lstat()
    return Stamp(status.st_mtime_ns, status.st_size)


def sha256_of(path: Path) -> str:
    """Of a file's content. Blocking. Raises OSError, also for a symbolic link."""
    digest = hashlib.sha256()
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
