"""A solution's notebook and files, copied into a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..aws.errors import ProblemError, problem
from .public_objects import read_object
from .s3_places import cache_bucket
from .solution_manifest import Entry

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

SIZE_LIMIT = 32 << 20
"""Bytes of a file."""


class Copied(NamedTuple):
    """Names of files; the `kept` ones were there already."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


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
    written, kept = [], []
    try:
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            path = folder / name
            try:
                # Never through a link, and never over somebody's work.
                with path.open("xb") as file:
                    file.write(content)
                written.append(name)
            except FileExistsError:
                kept.append(name)
    except OSError as error:
        raise ProblemError(
            problem(
                "broken",
                "The files could not be written",
                f"{error.filename or folder}: {error.strerror or error}",
                "See to it, and copy them again.",
            )
        ) from error
    return Copied(tuple(written), tuple(kept))
