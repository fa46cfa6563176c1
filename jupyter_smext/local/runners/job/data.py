"""The S3 objects a job reads: which ones a data source means, and as files in a folder."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ...contract import ServiceError
from ...object_store.objects import Objects

#: A manifest names keys; more of it than this is no manifest.
_MANIFEST_BYTES = 64 << 20


class NoSuchData(Exception):
    """Data that is not there or cannot be laid out as files; the message is the reason."""


class Halted(Exception):
    """The job is to stop: what is being read is of no use any more."""


@dataclass(frozen=True)
class Input:
    """An object of a channel: `path` is where its file belongs, in the channel's folder."""

    bucket: str
    key: str
    path: str
    size: int

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def listed(objects: Objects, source: Mapping[str, Any]) -> list[Input]:
    """The objects of an S3DataSource, in the order of their keys or of the manifest.

    Raises ServiceError for a URI that is none; NoSuchData when nothing is there.
    """
    if source["S3DataType"] == "ManifestFile":
        return _manifest(objects, source["S3Uri"])
    return under(objects, source["S3Uri"])


def under(objects: Objects, uri: str) -> list[Input]:
    """The objects whose key starts with a URI's. Raises as `listed`."""
    bucket, prefix = objects.split_uri(uri)
    try:
        found = [
            Input(bucket, each.key, _path(each.key, prefix), each.size)
            for each in objects.list(bucket, prefix)
            if not each.key.endswith("/")  # a folder in consoles' eyes
        ]
    except ServiceError as error:
        if error.code != "NoSuchBucket":
            raise
        found = []
    if not found:
        raise NoSuchData(f'No S3 objects found under S3 URL "{uri}" given in input data source.')
    return found


def _path(key: str, prefix: str) -> str:
    """An object's place in its channel, as SageMaker lays a prefix out in File mode."""
    rest = key[len(prefix) :]
    if prefix.endswith("/") or not prefix:
        return rest
    if rest.startswith("/"):
        return rest[1:]
    # The prefix is a whole key, or ends within a name: the name stays whole.
    return key[prefix.rfind("/") + 1 :]


def _manifest(objects: Objects, uri: str) -> list[Input]:
    bucket, key = objects.split_uri(uri)
    try:
        found = objects.find(bucket, key)
    except ServiceError as error:
        raise NoSuchData(f"The manifest {uri} is not there: {error.message}") from None
    if found.size > _MANIFEST_BYTES:
        raise NoSuchData(f"The manifest {uri} is over {_MANIFEST_BYTES >> 20} MiB.")
    with objects.open(bucket, key) as file:
        try:
            entries = json.load(file)
        except ValueError as error:
            raise NoSuchData(f"The manifest {uri} is not JSON: {error}") from None
    if (
        not isinstance(entries, list)
        or not entries
        or not isinstance(entries[0], dict)
        or not isinstance(entries[0].get("prefix"), str)
        or not all(isinstance(entry, str) for entry in entries[1:])
    ):
        raise NoSuchData(
            f'The manifest {uri} is not of the form [{{"prefix": "s3://bucket/prefix/"}}, "key", '
            '"key"...].'
        )
    bucket, prefix = objects.split_uri(entries[0]["prefix"])
    inputs = []
    for name in entries[1:]:
        try:
            each = objects.find(bucket, prefix + name)
        except ServiceError:
            raise NoSuchData(
                f"The manifest {uri} names s3://{bucket}/{prefix}{name}, which is not there."
            ) from None
        inputs.append(Input(bucket, each.key, name, each.size))
    return inputs


def shard(inputs: Sequence[Input], hosts: int, number: int) -> list[Input]:
    """The part of host `number` (from 1) under ShardedByS3Key: every object goes to one host."""
    return list(inputs[number - 1 :: hosts])


def shuffled(inputs: Sequence[Input], seed: int, epoch: int = 0) -> list[Input]:
    """The inputs in an order that the seed and the epoch decide."""
    order = list(inputs)
    random.Random(f"{seed} {epoch}").shuffle(order)
    return order


def fetch(
    objects: Objects,
    inputs: Iterable[Input],
    folder: Path,
    halt: threading.Event,
    *,
    read_only: bool = False,
) -> None:
    """Write inputs as files below a folder; blocks are shared with the store where that can be.

    `read_only` takes the write permission of each. Raises NoSuchData for keys that are no paths or
    clash, or that have gone meanwhile; ServiceError; OSError; Halted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for each in inputs:
        if halt.is_set():
            raise Halted
        path = place(folder, each)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            objects.download(each.bucket, each.key, path)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            # SageMaker's words for it.
            raise NoSuchData(
                f"Failed to download data. Cannot download {each.uri}, a previously downloaded "
                "file/folder clashes with it. Please check your s3 objects and ensure that there "
                "is no object that is both a folder as well as a file."
            ) from None
        except ServiceError as error:
            if error.code not in ("NoSuchKey", "NoSuchBucket"):
                raise
            raise NoSuchData(f"{error.code} (404): {error.message} ({each.uri})") from None
        if read_only:
            os.chmod(path, 0o444)


def place(folder: Path, each: Input) -> Path:
    """Where an input's file goes. Raises NoSuchData for a key that leads out of the folder."""
    parts = PurePosixPath(each.path).parts
    if not parts or ".." in parts or each.path.startswith("/") or "\0" in each.path:
        raise NoSuchData(f"The key of {each.uri} cannot be a path below the channel's folder.")
    if os.name == "nt" and any(set(part) & set('<>:"\\|?*') for part in parts):
        raise NoSuchData(f"The key of {each.uri} cannot be a path on Windows.")
    return folder.joinpath(*parts)
