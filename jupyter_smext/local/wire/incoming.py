"""A request as it came, and what goes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

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
