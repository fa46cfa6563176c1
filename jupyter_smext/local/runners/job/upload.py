"""What a job leaves behind, on its way to S3: folders as an archive, or file by file."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...object_store.objects import Objects

#: zlib's fastest: weights hardly shrink more for five times the time.
_LEVEL = 1


def files_of(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """(name with slashes, path) of what lies in folders; a name in two of them counts once.

    Links and whatever is neither file nor folder are left out: a link leads anywhere.
    """
    seen: set[str] = set()
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in sorted(names):
                path = Path(parent, name)
                relative = path.relative_to(folder).as_posix()
                if relative not in seen and path.is_file() and not path.is_symlink():
                    seen.add(relative)
                    yield relative, path


def upload_archive(
    objects: Objects, folders: Sequence[Path], bucket: str, key: str, scratch: Path
) -> bool:
    """Put the folders' contents as one tar.gz; False, and nothing is put, when there are none.

    The object is there whole or not at all. Raises ServiceError, OSError.
    """
    found = sorted(_entries(folders).items())
    if not found:
        return False
    with tarfile.open(scratch, "w:gz", compresslevel=_LEVEL) as archive:
        for name, path in found:
            archive.add(path, name, recursive=False)
    try:
        objects.upload(bucket, key, scratch, content_type="application/x-tar")
    finally:
        scratch.unlink()
    return True


def _entries(folders: Sequence[Path]) -> dict[str, Path]:
    """All that an archive holds: files, folders also when empty, and links as they are."""
    found: dict[str, Path] = {}
    for folder in folders:
        for parent, below, names in os.walk(folder):
            for name in (*below, *names):
                path = Path(parent, name)
                if path.is_symlink() or path.is_file() or path.is_dir():
                    found.setdefault(path.relative_to(folder).as_posix(), path)
    return found


def upload_files(objects: Objects, folders: Sequence[Path], bucket: str, prefix: str) -> int:
    """Put each file of the folders under a prefix; how many. Raises ServiceError, OSError."""
    count = 0
    for name, path in files_of(folders):
        objects.upload(bucket, f"{prefix}{name}", path)
        count += 1
    return count
