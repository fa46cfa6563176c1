"""A script with what is beside it, as the archive that script mode fetches and runs.

As `tar_and_upload_dir` of the SageMaker SDK makes it: the root of the tar.gz has the script and
what is in its folder. Here hidden files, keys and what is very large stay behind, and are named.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..amounts import counted, in_bytes
from ..aws.bucket import Bucket, split
from ..aws.errors import ProblemError, problem
from ..notebook_folder import LeftOut, add, files

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

MAX_BYTES = 512 << 20
#: Larger ones are data or weights, which a job reads from S3 by a channel.
MAX_FILE = 100 << 20


@dataclass
class Packed:
    """What comes along, by path in the archive with its size; and what does not."""

    root: Path
    files: dict[str, int] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def bytes(self) -> int:
        return sum(self.files.values())

    @property
    def words(self) -> str:
        left = f", {self.left_out.count} left out" if self.left_out.count else ""
        return f"{counted(len(self.files), 'file')}, {in_bytes(self.bytes)}{left}"


def survey(source: Path) -> Packed:
    """A script alone, or all of a folder. Blocking. Raises ProblemError: it is too much."""
    if source.is_file():
        return Packed(source.parent, {source.name: source.stat().st_size})
    packed = Packed(source)
    for path, status in files(source, packed.left_out):
        if status.st_size > MAX_FILE:
            packed.left_out.add(path, f"it is larger than {in_bytes(MAX_FILE)}")
        else:
            packed.files[path] = status.st_size
    if packed.bytes > MAX_BYTES:
        raise ProblemError(
            problem(
                "limit",
                "The source folder is too large to be sent",
                f"{source} has {in_bytes(packed.bytes)}; it may have {in_bytes(MAX_BYTES)}.",
                "Move the script to a folder of its own; put large data into S3, and give it to "
                "the job as an input channel.",
            )
        )
    return packed


def put_source(
    sessions: Sessions,
    connection: str,
    region: str,
    source: Path,
    to: str,
    progress: Callable[[float], None],
) -> str:
    """Pack it and put the archive to S3; what was done, in words. Blocking.

    `progress` is told 0 to 1; what it raises ends it. Raises ProblemError, OSError.
    """
    name, key = split(to)
    bucket = Bucket(sessions, connection, region, name)
    bucket.make_ready()
    bucket.give_up_uploads(key)
    packed = survey(source)
    done, whole = 0, max(1, packed.bytes)
    # Without a name: a server that is killed leaves none of it.
    with tempfile.TemporaryFile(prefix="smext-source-") as archive:
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            for path, size in packed.files.items():
                add(tar, packed.root / path, path)
                done += size
                progress(0.5 * done / whole)
        size, sent = max(1, archive.tell()), 0
        archive.seek(0)

        def more(count: int) -> None:
            nonlocal sent
            sent += count
            progress(0.5 + 0.5 * sent / size)

        bucket.upload_open(archive, key, more)
    return f"{packed.words}, to {to}"


def take_back_source(sessions: Sessions, connection: str, region: str, to: str) -> None:
    """Delete the archive. Blocking. Raises ProblemError."""
    name, key = split(to)
    bucket = Bucket(sessions, connection, region, name)
    try:
        bucket.give_up_uploads(key)
        bucket.delete([{"Key": key}])
    except ProblemError as error:
        if error.problem.cause != "not_found":
            raise
