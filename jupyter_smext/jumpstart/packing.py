"""Puts a model and its script together into one archive, as the SDK's `repack_model` does.

Archives of others are copied member by member and never unpacked: what they name is no path here.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..amounts import in_bytes
from ..aws.bucket import Bucket, split
from ..aws.calls import calling
from ..aws.errors import ProblemError
from .document_json import hostile
from .model_container import Packing
from .s3_places import is_cache_bucket

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

CODE = PurePosixPath("code")
LARGEST = 5 * 2**30
"""Bytes of an archive that is packed here; larger models come with their script inside."""

Progress = Callable[[float], None]


def pack(
    sessions: Sessions, connection: str, region: str, packing: Packing, progress: Progress
) -> str:
    """Put the archive where the model is created from; what was done, in words. Blocking.

    `progress` is told 0 to 1 of it. Raises ProblemError, and OSError where the disk is full.
    """
    place = connection, region
    bucket, key = split(packing.to)
    to = Bucket(sessions, connection, region, bucket)
    to.make_ready()
    to.give_up_uploads(key)
    # Without a name: a server that is killed leaves none of it.
    with tempfile.TemporaryFile(prefix="smext-pack-") as packed:
        try:
            with tarfile.open(fileobj=packed, mode="w:gz") as archive:
                _copy_both(sessions, place, packing, archive, progress)
        except (tarfile.TarError, EOFError) as error:
            raise hostile("The model's archive cannot be read", str(error)) from error
        whole = packed.tell()
        packed.seek(0)
        sent = 0

        def more(count: int) -> None:
            nonlocal sent
            sent += count
            progress(0.5 + 0.5 * sent / max(1, whole))

        to.upload_open(packed, key, more)
    return f"{in_bytes(whole)} to {packing.to}"


def _copy_both(
    sessions: Sessions,
    place: tuple[str, str],
    packing: Packing,
    archive: tarfile.TarFile,
    progress: Progress,
) -> None:
    """The script first, into `code/`: what the model has of the same name is left out."""
    scripts = set()
    with _members(sessions, place, packing.script, progress) as members:
        for member, content in members:
            member.name = str(CODE / _name(member))
            scripts.add(member.name)
            archive.addfile(member, content)
    with _members(sessions, place, packing.model, progress) as members:
        for member, content in members:
            member.name = str(_name(member))
            if member.name not in scripts:
                archive.addfile(member, content)
    progress(0.5)


def _name(member: tarfile.TarInfo) -> PurePosixPath:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise hostile("The model's archive names a place outside", f"{member.name[:200]!r}")
    return name


Members = Iterator[tuple[tarfile.TarInfo, Any]]


@contextmanager
def _members(
    sessions: Sessions, place: tuple[str, str], uri: str, progress: Progress
) -> Iterator[Members]:
    """The files and links of an archive in S3, read as it comes."""
    connection, region = place
    bucket, key = split(uri)
    with calling(connection, "GetObject", "s3"):
        client = sessions.client(connection, region, "s3", signed=not is_cache_bucket(bucket))
        answer = client.get_object(Bucket=bucket, Key=key)
        if answer["ContentLength"] > LARGEST:
            answer["Body"].close()
            raise hostile(
                "The model's archive is too large to put its script into it",
                f"{uri} has {in_bytes(answer['ContentLength'])}; {in_bytes(LARGEST)} are packed.",
            )
        with closing(answer["Body"]) as body, tarfile.open(fileobj=body, mode="r|gz") as archive:

            def read() -> Members:
                for member in archive:
                    progress(0.0)
                    if member.isreg():
                        yield member, archive.extractfile(member)
                    elif member.issym() or member.islnk():
                        yield member, None

            yield read()


def delete_packed(sessions: Sessions, connection: str, region: str, packing: Packing) -> None:
    """Delete what was packed, if it is there. Blocking. Raises ProblemError."""
    bucket, key = split(packing.to)
    Bucket(sessions, connection, region, bucket).give_up_uploads(key)
    client = sessions.client(connection, region, "s3")
    try:
        with calling(connection, "DeleteObject", "s3"):
            client.delete_object(Bucket=bucket, Key=key)
    except ProblemError as error:
        # Without the bucket there is nothing in it.
        if error.problem.cause != "not_found":
            raise
