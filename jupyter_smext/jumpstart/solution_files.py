"""A solution's notebook and files, copied into a folder of this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import SolutionLaunch
from . import copied_files
from .copied_files import SIZE_LIMIT, Copied
from .public_objects import read_object
from .s3_places import cache_bucket
from .solution_manifest import Entry

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


STACK = "stack.json"
"""Where a notebook finds the names of what its stack made."""


def copy(
    sessions: Sessions,
    connection: str,
    region: str,
    entry: Entry,
    folder: Path,
    launch: SolutionLaunch | None = None,
) -> Copied:
    """Put the files into a folder, with what a launch's stack tells; what is there already stays
    as it is. Blocking.

    Raises ProblemError: one cannot be read or written.
    """
    bucket = cache_bucket(region)
    contents: dict[str, bytes] = {}
    for name, key in entry.files.items():
        found = read_object(sessions, connection, region, bucket, key, SIZE_LIMIT)
        assert found is not None
        contents[name] = found.body
    if launch is not None:
        contents[STACK] = _told(launch)
    return copied_files.copy(contents, folder)


def _told(launch: SolutionLaunch) -> bytes:
    """As the lifecycle scripts of our templates write it: the stack, its region, its outputs."""
    names = {each.key: each.value for each in launch.outputs}
    names |= {"StackName": launch.request.stack, "Region": launch.request.region}
    return json.dumps(names, indent=1).encode()
