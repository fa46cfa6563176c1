"""A solution's notebook and files, copied into a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import copied_files
from .copied_files import SIZE_LIMIT, Copied
from .public_objects import read_object
from .s3_places import cache_bucket
from .solution_manifest import Entry

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


def copy(sessions: Sessions, connection: str, region: str, entry: Entry, folder: Path) -> Copied:
    """Put the files into a folder; what is there already stays as it is. Blocking.

    Raises ProblemError: one cannot be read or written.
    """
    bucket = cache_bucket(region)
    contents: dict[str, bytes] = {}
    for name, key in entry.files.items():
        found = read_object(sessions, connection, region, bucket, key, SIZE_LIMIT)
        assert found is not None
        contents[name] = found.body
    return copied_files.copy(contents, folder)
