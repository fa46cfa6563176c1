"""What an engine has acknowledged, and what was on its way when it died."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore import exceptions as botocore

#: What a client says when the engine is gone.
GONE = (
    botocore.EndpointConnectionError,
    botocore.ConnectionClosedError,
    botocore.ConnectTimeoutError,
    botocore.ReadTimeoutError,
    botocore.ResponseStreamingError,
    botocore.IncompleteReadError,
    botocore.HTTPClientError,
    ConnectionError,
)


@dataclass
class Cell:
    """One thing that is kept: its acknowledged value, None for absent, and those under way."""

    name: str
    value: Any = None
    pending: list[Any] = field(default_factory=list)

    @contextmanager
    def becoming(self, value: Any) -> Iterator[None]:
        """The block asks for `value`; when it ends without an error, that was acknowledged."""
        self.pending.append(value)
        yield
        self.value, self.pending = value, []

    def wrong(self, found: Any) -> str:
        """What is wrong with the value found after a death; '' when it may be so. It is then it."""
        if found != self.value and found not in self.pending:
            allowed = " or ".join(_short(one) for one in (self.value, *self.pending))
            return f"{self.name} is {_short(found)}, not {allowed}"
        self.value, self.pending = found, []
        return ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."
