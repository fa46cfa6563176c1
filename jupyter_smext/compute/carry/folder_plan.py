"""A notebook's folder as it would be sent: its files, and what is left out and why."""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ...aws.problems import ProblemError, problem
from ...protocol import Folder
from .limits import Limits

#: A larger file stays: it is data that belongs in S3.
FILE_BYTES = 2 << 30
#: A folder of more files is no project but a home.
MOST_FILES = 10_000
_MOST_REASONS = 100
MOST_DEPTH = 40
REMADE = frozenset(("__pycache__", "node_modules"))


@dataclass(frozen=True)
class Stamp:
    """By what a file is known to be unchanged: modification time in ns, and bytes."""

    mtime_ns: int
    bytes: int


@dataclass
class FolderPlan:
    """The files to send, by path relative to `root` with slashes; `without` maps to a reason."""

    root: Path
    files: dict[str, Stamp] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    left_out: int = 0

    @property
    def bytes(self) -> int:
        return sum(stamp.bytes for stamp in self.files.values())

    def shown(self, limit: int = Limits.folder) -> Folder:
        """As it crosses the wire."""
        without = dict(self.without)
        if self.left_out > len(without):
            without["…"] = f"and {self.left_out - len(without):,} more"
        return Folder(str(self.root), len(self.files), self.bytes, self.bytes > limit, without)

    def leave(self, path: str, reason: str) -> None:
        self.left_out += 1
        if len(self.without) < _MOST_REASONS:
            # A name that is not UTF-8 could not cross the wire.
            shown = path.encode("utf-8", "backslashreplace").decode()
            self.without[shown] = reason


async def look_through(folder: Path, *, file_limit: int = FILE_BYTES) -> FolderPlan:
    """Look through `folder`, following no symbolic link. Raises ProblemError."""
    return await asyncio.to_thread(_look_through, folder, file_limit)


def _look_through(folder: Path, file_limit: int) -> FolderPlan:
    found = FolderPlan(folder)
    try:
        _walk(found, folder, PurePosixPath(), file_limit)
    except OSError as error:
        raise ProblemError(
            problem(
                "invalid",
                "The notebook's folder cannot be read",
                f"{folder}: {error.strerror or error}",
                "Look whether it is there and yours to read.",
            )
        ) from error
    return found


def _walk(found: FolderPlan, folder: Path, relative: PurePosixPath, file_limit: int) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            path = str(relative / entry.name)
            reason = _reason(entry, len(relative.parts), file_limit)
            if reason is not None:
                found.leave(path, reason)
            elif entry.is_dir(follow_symlinks=False):
                try:
                    _walk(found, Path(entry.path), relative / entry.name, file_limit)
                except PermissionError:
                    found.leave(path, "it may not be read")
            else:
                status = entry.stat(follow_symlinks=False)
                found.files[path] = Stamp(status.st_mtime_ns, status.st_size)
                if len(found.files) > MOST_FILES:
                    raise ProblemError(
                        problem(
                            "limit",
                            f"The folder has more than {MOST_FILES:,} files",
                            f"{found.root} is looked through for what the notebook needs.",
                            "Move the notebook to a folder of its own, or switch without files.",
                        )
                    )


def _reason(entry: os.DirEntry[str], depth: int, file_limit: int) -> str | None:
    """Why an entry is left out; None when it is not."""
    name = entry.name
    if not _is_text(name):
        return "its name is not UTF-8"
    if "\\" in name:
        return "its name has a backslash"
    if name.startswith("."):
        # Jupyter's contents API refuses them; .git and secrets are among them.
        return "it is hidden"
    if name in REMADE:
        return "it is made anew where it is needed"
    if entry.is_symlink():
        return "it is a symbolic link"
    if entry.is_dir(follow_symlinks=False):
        if os.path.lexists(os.path.join(entry.path, "pyvenv.cfg")):
            return "it is a Python environment"
        return "it is too deep" if depth >= MOST_DEPTH else None
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if status.st_size > file_limit:
        return (
            f"it is over {file_limit / 2**30:.0f} GiB"
            if file_limit >= 2**30
            else (f"it is over {file_limit:,} bytes")
        )
    if not os.access(entry.path, os.R_OK):
        return "it may not be read"
    return None


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
