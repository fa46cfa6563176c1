"""A notebook's folder as it would be sent: its files, and what is left out and why."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from ...notebook_folder import LeftOut, files
from ...protocol import Folder
from .limits import Limits

#: A larger file stays: it is data that belongs in S3.
FILE_BYTES = 2 << 30


@dataclass(frozen=True)
class Stamp:
    """By what a file is known to be unchanged: modification time in ns, and bytes."""

    mtime_ns: int
    bytes: int


@dataclass
class FolderPlan:
    """The files to send, by path relative to `root` with slashes."""

    root: Path
    files: dict[str, Stamp] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def bytes(self) -> int:
        return sum(stamp.bytes for stamp in self.files.values())

    def shown(self, limit: int = Limits.folder) -> Folder:
        """As it crosses the wire."""
        over = self.bytes > limit
        return Folder(str(self.root), len(self.files), self.bytes, over, self.left_out.shown())


async def look_through(folder: Path) -> FolderPlan:
    """Look through `folder`, following no symbolic link. Raises ProblemError."""
    return await asyncio.to_thread(_look_through, folder)


def _look_through(folder: Path) -> FolderPlan:
    found = FolderPlan(folder)
    for path, status in files(folder, found.left_out):
        if status.st_size > FILE_BYTES:
            found.left_out.add(path, f"it is over {FILE_BYTES >> 30} GiB")
        else:
            found.files[path] = Stamp(status.st_mtime_ns, status.st_size)
    return found
