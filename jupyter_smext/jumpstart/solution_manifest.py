"""The solutions that a region's JumpStart bucket lists: those of the local engine.

AWS's own bucket has no such list (`solution_table.py` is for its solutions).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from ..aws.errors import ProblemError
from ..decoding import decode_json
from ..protocol import Solution
from .document_json import hostile
from .public_objects import read_object
from .s3_places import cache_bucket, is_plain_key

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

KEY = "solutions_manifest.json"
SIZE_LIMIT = 1 << 20

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
#: No folder, nothing hidden: it becomes a name of a file on this machine.
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class Entry(msgspec.Struct, frozen=True):
    """A solution as the list has it; `template` and the values of `files` are keys."""

    id: str
    version: str
    title: str
    use_case: str
    summary: str
    template: str
    description: str = ""
    architecture: str = ""
    license: str | None = None
    source: str | None = None
    files: dict[str, str] = {}
    notebook: str | None = None

    def row(self, region: str) -> Solution:
        """As a row of the list."""
        return Solution(
            id=self.id,
            title=self.title,
            use_case=self.use_case,
            summary=self.summary,
            repository=None,
            template=f"s3://{cache_bucket(region)}/{self.template}",
            regions=(),
            origin="manifest",
            as_of=None,
            version=self.version,
        )


def entries(sessions: Sessions, connection: str, region: str) -> tuple[Entry, ...]:
    """What the list has, nothing where there is none. Blocking.

    Raises ProblemError: it cannot be read, or has what may not be used.
    """
    try:
        found = read_object(sessions, connection, region, cache_bucket(region), KEY, SIZE_LIMIT)
    except ProblemError as error:
        # To who may not list a bucket, S3 denies what is not there.
        if error.problem.cause in ("not_found", "denied"):
            return ()
        raise
    assert found is not None
    try:
        read = decode_json(found.body, type=tuple[Entry, ...])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise hostile("The list of solutions does not parse", str(error)) from error
    for each in read:
        _check(each)
    return read


def _check(entry: Entry) -> None:
    if not _ID.fullmatch(entry.id):
        raise hostile("The list of solutions names none", f"{entry.id[:80]!r} is no id.")
    for key in (entry.template, *entry.files.values()):
        if not is_plain_key(key):
            raise hostile("The list of solutions names no object", f"{key[:200]!r} is no key.")
    for name in (*entry.files, *((entry.notebook,) if entry.notebook else ())):
        if not _FILE.fullmatch(name):
            raise hostile("The list of solutions names no file", f"{name[:200]!r} is none.")
