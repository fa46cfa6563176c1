"""A training dataset: a folder of this machine, or a prefix in S3, and the way into S3.

Only regular files count, and hidden ones do not: links are not followed out of the folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..amounts import counted, in_bytes
from ..aws.bucket import Bucket, split
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from .s3_places import is_cache_bucket

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

MOST_FILES = 200_000
AT_ONCE = 8
TOLD_EVERY = 0.5
"""Seconds, of an upload."""


@dataclass(frozen=True)
class Dataset:
    """Sizes in bytes by path, with slashes; `read(path, limit)` is the beginning of a file."""

    files: Mapping[str, int]
    read: Callable[[str, int], bytes]


def of_folder(folder: Path) -> Dataset:
    """Blocking. Raises ProblemError: it cannot be read, or has too many files."""
    files: dict[str, int] = {}
    try:
        for path, entry in _walked(folder, ""):
            files[path] = entry.stat(follow_symlinks=False).st_size
            if len(files) > MOST_FILES:
                raise _too_many(str(folder))
    except OSError as error:
        raise ProblemError(
            problem("broken", "The folder cannot be read", f"{error.filename}: {error.strerror}")
        ) from error

    def read(path: str, limit: int) -> bytes:
        with (folder / path).open("rb") as file:
            return file.read(limit)

    return Dataset(files, read)


def _walked(folder: Path, below: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walked(Path(entry.path), f"{below}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{below}{entry.name}", entry


def of_prefix(sessions: Sessions, connection: str, region: str, uri: str) -> Dataset:
    """What lies below an S3 URI. Blocking. Raises ProblemError as of_folder."""
    client, name, below = _below(sessions, connection, region, uri)
    files: dict[str, int] = {}
    with calling(connection, "ListBucket", "s3"):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=below)
        for page in pages:
            for each in page.get("Contents", ()):
                if not each["Key"].endswith("/"):
                    files[each["Key"].removeprefix(below)] = each["Size"]
            if len(files) > MOST_FILES:
                raise _too_many(uri)

    def read(path: str, limit: int) -> bytes:
        with calling(connection, "GetObject", "s3"):
            answer = client.get_object(Bucket=name, Key=f"{below}{path}")
            with answer["Body"] as body:
                content: bytes = body.read(limit)
        return content

    return Dataset(files, read)


def has_files(sessions: Sessions, connection: str, region: str, uri: str) -> bool:
    """Whether anything lies below an S3 URI. Blocking. Raises ProblemError."""
    client, name, below = _below(sessions, connection, region, uri)
    with calling(connection, "ListBucket", "s3"):
        answer = client.list_objects_v2(Bucket=name, Prefix=below, MaxKeys=2)
    # One may be the empty object that stands for the folder itself.
    return any(not each["Key"].endswith("/") for each in answer.get("Contents", ()))


def _below(sessions: Sessions, connection: str, region: str, uri: str) -> tuple[Any, str, str]:
    """A client that may read it, the bucket, and the prefix that all keys below it have."""
    name, prefix = split(uri)
    client = sessions.client(connection, region, "s3", signed=not is_cache_bucket(name))
    return client, name, f"{prefix}/" if prefix else ""


def upload(
    sessions: Sessions,
    connection: str,
    region: str,
    folder: Path,
    uri: str,
    progress: Callable[[float], None],
    leave_out: frozenset[str] = frozenset(),
) -> str:
    """Put a folder's files below an S3 URI; what was done, in words. Blocking.

    `progress` is told 0 to 1 of the bytes; what it raises ends the upload. `leave_out` are paths in
    the folder. Raises ProblemError.
    """
    name, prefix = split(uri)
    bucket = Bucket(sessions, connection, region, name)
    bucket.make_ready()
    files = {path: size for path, size in of_folder(folder).files.items() if path not in leave_out}
    whole, sent = max(1, sum(files.values())), 0
    one_at_a_time = Lock()

    def went_out(count: int) -> None:
        nonlocal sent
        with one_at_a_time:
            sent += count

    def put(path: str) -> None:
        bucket.upload(folder / path, f"{prefix}/{path}", went_out)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="smext-upload") as pool:
        left = {pool.submit(put, path) for path in files}
        try:
            while left:
                # Told here: what is raised inside boto3's own threads leaves its files open.
                done, left = wait(left, TOLD_EVERY, FIRST_COMPLETED)
                for each in done:
                    each.result()
                progress(min(1.0, sent / whole) if left else 1.0)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    said = f"{counted(len(files), 'file')}, {in_bytes(whole)}, to {uri}"
    return f"{said}, without {len(leave_out)} outside the format" if leave_out else said


def give_up_uploads(sessions: Sessions, connection: str, region: str, uri: str) -> None:
    """Abort what a server that was killed began to put below. Blocking. Raises ProblemError."""
    name, prefix = split(uri)
    Bucket(sessions, connection, region, name).give_up_uploads(f"{prefix}/")


def delete_below(sessions: Sessions, connection: str, region: str, uri: str) -> None:
    """Delete all below an S3 URI. Blocking. Raises ProblemError."""
    name, prefix = split(uri)
    # A whole bucket is never ours.
    assert prefix
    bucket = Bucket(sessions, connection, region, name)
    try:
        bucket.delete([{"Key": f"{prefix}/{key}"} for key in bucket.list(f"{prefix}/")])
    except ProblemError as error:
        if error.problem.cause != "not_found":
            raise


def _too_many(where: str) -> ProblemError:
    return ProblemError(
        problem(
            "invalid",
            f"There are more than {MOST_FILES:,} files",
            where,
            "Put them into fewer, larger files, or name a prefix with fewer of them.",
        )
    )
