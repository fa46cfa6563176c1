"""Faults that a test asks the engine to show: the ways AWS and the network go wrong."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from .contract import ServiceError
from .wire import is_query

KINDS = ("latency", "throttle", "error500", "reset", "denied", "expired", "truncated", "nonjson")


@dataclass
class Fault:
    """On which operation ("*": all), what, how long (latency), how often (None: always)."""

    operation: str
    kind: str
    seconds: float = 0.0
    times: int | None = None


class Faults:
    """The faults that are on, in order; safe to change from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: list[Fault] = []

    def set(self, faults: list[dict[str, Any]]) -> None:
        """Put these on in place of what was. Raises ServiceError for one that is not understood."""
        made = []
        for one in faults:
            try:
                fault = Fault(**one)
            except TypeError as error:
                raise ServiceError("ValidationException", f"Not a fault: {error}") from None
            if fault.kind not in KINDS:
                raise ServiceError("ValidationException", f"kind must be one of {', '.join(KINDS)}")
            made.append(fault)
        with self._lock:
            self._on = made

    def clear(self) -> None:
        """Take every fault off."""
        self.set([])

    def take(self, operation: str) -> list[Fault]:
        """The faults to show for one call: every latency, and the first other that is left."""
        shown: list[Fault] = []
        with self._lock:
            for fault in self._on:
                if fault.operation not in ("*", operation) or fault.times == 0:
                    continue
                if fault.kind != "latency" and any(f.kind != "latency" for f in shown):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                shown.append(fault)
        return shown


def as_error(kind: str, service: str, operation: str, account: str) -> ServiceError | None:
    """The error AWS answers for a fault, or None when the fault is not an answer of AWS."""
    if kind == "throttle":
        return ServiceError("ThrottlingException", "Rate exceeded")
    if kind == "error500":
        message = "The request processing has failed because of an internal error."
        return ServiceError("InternalFailure", message, 500)
    # STS and IAM say no with 403, the JSON services with 400.
    status = 403 if is_query(service) else 400
    if kind == "denied":
        user = f"arn:aws:iam::{account}:user/local"
        message = f"User: {user} is not authorized to perform: {service}:{operation}"
        because = " because no identity-based policy allows the action"
        return ServiceError("AccessDeniedException", message + because, status)
    if kind == "expired":
        message = "The security token included in the request is expired"
        return ServiceError("ExpiredTokenException", message, status)
    return None


def spoil(content_type: str, body: bytes, kinds: list[str]) -> tuple[str, bytes]:
    """A 200 that is not what it says: cut off in the middle, or somebody's HTML."""
    if "truncated" in kinds:
        return content_type, body[: len(body) // 2]
    if "nonjson" in kinds:
        return "text/html", b"<html><body>This is not the API.</body></html>"
    return content_type, body
