"""A request as it came, and what goes back."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from ..contract import ServiceError

#: PutMetricData may be sent compressed; uncompressed it is at most 1 MB (its documentation).
_MOST = 1 << 20

#: What a body may be on its way out: all of it, or piece by piece.
Body = bytes | AsyncIterator[bytes]


@dataclass(frozen=True)
class Incoming:
    """One HTTP request. `path` and `query` are as sent, percent-encoded.

    `headers` answers '' for an absent header; `header_names` are in lower case. `body` is bytes, or
    what the service has made of it while it came in (an object that is being put).
    """

    method: str
    path: str
    query: str
    headers: Callable[[str], str]
    header_names: tuple[str, ...] = ()
    body: Any = b""


@dataclass
class Response:
    """What a service says beside its answer's members; None leaves the model's word as it is."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Body | None = None


@dataclass(frozen=True)
class Answered:
    """An HTTP answer. Header names go out as they are written here."""

    status: int
    headers: dict[str, str]
    body: Body


def plain_body(request: Incoming) -> bytes:
    """The body as it was before gzip. Raises ServiceError for what is none, or over 1 MB."""
    body: bytes = request.body
    if request.headers("Content-Encoding") != "gzip":
        return body
    try:
        unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        plain = unzip.decompress(body, _MOST + 1)
    except zlib.error:
        raise ServiceError("SerializationException", "The body is not valid gzip.") from None
    if len(plain) > _MOST:
        raise ServiceError("RequestEntityTooLarge", "The body is over 1 MB.", 413)
    return plain
