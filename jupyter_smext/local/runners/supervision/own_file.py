"""Files that a resource's processes wrote, read without going where a link of theirs leads."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

#: Windows has no folders to start from; there nothing is hidden from a process either.
_IN_FOLDER = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


def open_own(root: Path, path: Path) -> BinaryIO | None:
    """A file below `root`, unbuffered; None when there is none, or a link on the way to it.

    The engine sees what a resource does not: through a link it would read that for it. The check
    is the opening itself, so that nothing can be put in its place in between.
    """
    if not _IN_FOLDER:
        real = path.resolve() == root.resolve() / path.relative_to(root)
        return path.open("rb", buffering=0) if real and path.is_file() else None
    *folders, name = path.relative_to(root).parts
    try:
        at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                way = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
                outer, at = at, os.open(folder, way, dir_fd=at)
                os.close(outer)
            # A named pipe is not waited for.
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        finally:
            os.close(at)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        return None
    return os.fdopen(file, "rb", buffering=0)
