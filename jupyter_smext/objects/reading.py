"""Reading an object: its beginning with what S3 says of it, any part of it, or all as it comes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ..aws.errors import ProblemError
from .asked import Place
from .uri import split

HEAD = 256 * 1024
"""Bytes of an object that a preview begins with."""


class TooMuch(Exception):
    """More of an object would have to be read for its preview than is."""


@dataclass(frozen=True)
class Head:
    """The first bytes of an object, and S3's answer to reading them."""

    uri: str
    size: int
    content: bytes
    answer: Mapping[str, Any]

    @property
    def whole(self) -> bool:
        return len(self.content) >= self.size


def read_head(place: Place, uri: str, count: int = HEAD) -> Head:
    """The first `count` bytes. Blocks. Raises ProblemError."""
    bucket, key = split(uri)
    named = {"Bucket": bucket, "Key": key}
    try:
        with place.asking("GetObject", bucket, key):
            answer = place.client.get_object(**named, Range=f"bytes=0-{count - 1}")
    except ProblemError as error:
        # No byte of an empty object can be asked for.
        if error.problem.code not in ("InvalidRange", "416"):
            raise
        with place.asking("GetObject", bucket, key):
            answer = place.client.get_object(**named)
    with place.asking("GetObject", bucket, key), closing(answer["Body"]) as body:
        content: bytes = body.read(count)
    return Head(uri, _size(answer), content, answer)


def read_facts(place: Place, uri: str) -> Mapping[str, Any]:
    """What S3 says of an object whose bytes it does not give. Blocks. Raises ProblemError."""
    bucket, key = split(uri)
    with place.asking("GetObject", bucket, key):
        answer: Mapping[str, Any] = place.client.head_object(Bucket=bucket, Key=key)
    return answer


def _size(answer: Mapping[str, Any]) -> int:
    """Of the whole object: `bytes 0-99/1234` names it where a part was asked for."""
    whole = str(answer.get("ContentRange", "")).rpartition("/")[2]
    return int(whole) if whole.isdigit() else int(answer["ContentLength"])


class RangedFile(io.RawIOBase):
    """An object as a file that is read by ranges, `limit` bytes in all.

    Raises ProblemError, also where the object is replaced meanwhile, and TooMuch.
    """

    def __init__(self, place: Place, head: Head, limit: int) -> None:
        self._place, self._head = place, head
        self._left = limit
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._head.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._head.size)
        if end <= self._at:
            return 0
        found = self._read(self._at, end)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _read(self, start: int, end: int) -> bytes:
        if end <= len(self._head.content):
            return self._head.content[start:end]
        self._left -= end - start
        if self._left < 0:
            raise TooMuch
        bucket, key = split(self._head.uri)
        with self._place.asking("GetObject", bucket, key):
            answer = self._place.client.get_object(
                Bucket=bucket,
                Key=key,
                Range=f"bytes={start}-{end - 1}",
                IfMatch=self._head.answer["ETag"],
            )
            with closing(answer["Body"]) as body:
                content: bytes = body.read()
        return content


class Content:
    """An object's bytes as they come, from a range of it where one is asked for. Blocking."""

    def __init__(self, place: Place, uri: str, range: str | None) -> None:
        """Ask S3. Raises ProblemError."""
        self._place = place
        self._bucket, self._key = split(uri)
        asked = {"Bucket": self._bucket, "Key": self._key, **({"Range": range} if range else {})}
        with place.asking("GetObject", self._bucket, self._key):
            self.answer: Mapping[str, Any] = place.client.get_object(**asked)

    def read(self, count: int) -> bytes:
        """The next bytes, empty at the end. Raises ProblemError."""
        with self._place.asking("GetObject", self._bucket, self._key):
            content: bytes = self.answer["Body"].read(count)
        return content

    def close(self) -> None:
        self.answer["Body"].close()
