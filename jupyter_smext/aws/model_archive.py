"""Puts a model and its script together into one archive, as the SDK's `repack_model` does.

Archives of others are copied member by member and never unpacked: what they name is no path here.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..amounts import in_bytes
from .bucket import Bucket, split
from .calls import calling
from .errors import ProblemError, problem

if TYPE_CHECKING:
    from .sessions import Sessions

CODE = PurePosixPath("code")
LARGEST = 5 * 2**30
"""Bytes of an archive that is packed here; larger models come with their script inside."""

Progress = Callable[[float], None]


def _never(_: str) -> bool:
    return False


def pack(
    sessions: Sessions,
    connection: str,
    region: str,
    model: str,
    script: str,
    to: str,
    progress: Progress,
    *,
    public: Callable[[str], bool] = _never,
) -> str:
    """Put `model` and `script`, two archives in S3, together as `to`; in words. Blocking.

    `progress` is told 0 to 1 of it; `public` tells the buckets that are read unsigned. Raises
    ProblemError, and OSError where the disk is full.
    """
    packing = _Packing(sessions, connection, region, progress, public)
    bucket, key = split(to)
    place = Bucket(sessions, connection, region, bucket)
    place.make_ready()
    place.give_up_uploads(key)
    # Without a name: a server that is killed leaves none of it.
    with tempfile.TemporaryFile(prefix="smext-pack-") as packed:
        try:
            with tarfile.open(fileobj=packed, mode="w:gz") as archive:
                packing.copy_both(model, script, archive)
        except (tarfile.TarError, EOFError) as error:
            raise _unusable("The model's archive cannot be read", str(error)) from error
        whole = packed.tell()
        packed.seek(0)
        sent = 0

        def more(count: int) -> None:
            nonlocal sent
            sent += count
            progress(0.5 + 0.5 * sent / max(1, whole))

        place.upload_open(packed, key, more)
    return f"{in_bytes(whole)} to {to}"


Members = Iterator[tuple[tarfile.TarInfo, Any]]


@dataclass(frozen=True)
class _Packing:
    sessions: Sessions
    connection: str
    region: str
    progress: Progress
    public: Callable[[str], bool]

    def copy_both(self, model: str, script: str, archive: tarfile.TarFile) -> None:
        """The script first, into `code/`: what the model has of the same name is left out."""
        scripts = set()
        with self._members(script) as members:
            for member, content in members:
                member.name = str(CODE / _name(member))
                scripts.add(member.name)
                archive.addfile(member, content)
        with self._members(model) as members:
            for member, content in members:
                member.name = str(_name(member))
                if member.name not in scripts:
                    archive.addfile(member, content)
        self.progress(0.5)

    @contextmanager
    def _members(self, uri: str) -> Iterator[Members]:
        """The files and links of an archive in S3, read as it comes."""
        bucket, key = split(uri)
        place = self.connection, self.region
        with calling(self.connection, "GetObject", "s3"):
            client = self.sessions.client(*place, "s3", signed=not self.public(bucket))
            answer = client.get_object(Bucket=bucket, Key=key)
            if answer["ContentLength"] > LARGEST:
                answer["Body"].close()
                raise _unusable(
                    "The model's archive is too large to put its script into it",
                    f"{uri} has {in_bytes(answer['ContentLength'])}; "
                    f"{in_bytes(LARGEST)} are packed.",
                )
            with closing(answer["Body"]) as body:
                with tarfile.open(fileobj=body, mode="r|gz") as archive:
                    yield self._read(archive)

    def _read(self, archive: tarfile.TarFile) -> Members:
        for member in archive:
            self.progress(0.0)
            if member.isreg():
                yield member, archive.extractfile(member)
            elif member.issym() or member.islnk():
                yield member, None


def _name(member: tarfile.TarInfo) -> PurePosixPath:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise _unusable("The model's archive names a place outside", f"{member.name[:200]!r}")
    return name


def _unusable(title: str, detail: str) -> ProblemError:
    """Why an archive is not used; tried again it would be the same one."""
    return ProblemError(
        problem(
            "invalid",
            title,
            detail,
            "Nothing of it was used. Choose another version, or tell who publishes the model.",
        )
    )


def delete_packed(sessions: Sessions, connection: str, region: str, uri: str) -> None:
    """Delete what was packed, if it is there. Blocking. Raises ProblemError."""
    bucket, key = split(uri)
    Bucket(sessions, connection, region, bucket).give_up_uploads(key)
    client = sessions.client(connection, region, "s3")
    try:
        with calling(connection, "DeleteObject", "s3"):
            client.delete_object(Bucket=bucket, Key=key)
    except ProblemError as error:
        # Without the bucket there is nothing in it.
        if error.problem.cause != "not_found":
            raise
