"""Faults that one asks the engine to show: the ways AWS, the network and a machine go wrong."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from . import denial, shortage
from .contract import ServiceError, service_model

#: What goes wrong, with the members that say where; `*` is all of them, and the default.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "latency": ("the answer comes `seconds` later", ("operation", "seconds")),
    "throttle": ("AWS is asked too often", ("operation",)),
    "error500": ("AWS fails", ("operation",)),
    "reset": ("the connection breaks off", ("operation",)),
    "denied": ("AccessDenied: no policy allows the action", ("operation",)),
    "passrole": ("AccessDenied: no policy lets the caller pass the role", ("operation",)),
    "expired": ("the credentials have expired", ("operation",)),
    "truncated": ("the answer is cut off in the middle", ("operation",)),
    "nonjson": ("something else answers, in HTML", ("operation",)),
    "quota": ("ResourceLimitExceeded: the quota is 0", ("noun", "instance_type")),
    "capacity": ("accepted, then Failed without capacity", ("noun", "instance_type")),
    "hang": ("a state stays until the fault is taken off", ("noun", "status")),
    "kill": ("a resource's processes are killed, once and now", ("resource",)),
}

#: What somebody else answers in the engine's place.
PAGE = b"<html><body>This is not the API.</body></html>"


@dataclass(eq=False)
class Fault:
    """What (`kind`), where (see KINDS), how long (latency), how often (`times`; None: always)."""

    kind: str
    operation: str = "*"
    noun: str = "*"
    instance_type: str = "*"
    status: str = "*"
    resource: str = ""
    seconds: float = 0.0
    times: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        for member in ("operation", "noun", "instance_type", "status", "resource"):
            if not isinstance(getattr(self, member), str):
                raise ValueError(f"{member} is a text")
        number = isinstance(self.seconds, int | float) and math.isfinite(self.seconds)
        if not number or not 0 <= self.seconds <= 3600:
            raise ValueError("seconds is a number from 0 to 3600")
        if self.times is not None and (not isinstance(self.times, int) or self.times < 0):
            raise ValueError("times is a whole number from 0, or null for always")
        if self.kind in ("quota", "capacity") and self.noun not in ("*", *shortage.WORDS):
            raise ValueError(f"noun must be one of {', '.join(shortage.WORDS)}, or *")
        if self.kind == "kill" and not self.resource.startswith("arn:"):
            raise ValueError("resource is the ARN of what is killed")

    def public(self) -> dict[str, Any]:
        """What was asked for and is left of it: `times` counts down."""
        defaults = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}


def understand(wanted: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Faults out of JSON objects. Raises ServiceError ValidationException."""
    try:
        faults = [Fault(**one) for one in wanted]
        for fault in faults:
            if fault.operation != "*" and not _is_operation(fault.operation):
                raise ValueError(f"no service here has an operation {fault.operation[:100]!r}")
    except (TypeError, ValueError) as error:
        raise ServiceError("ValidationException", f"Not a fault: {error}") from None
    return faults


def _is_operation(name: str) -> bool:
    # Here, not above: the services import the engine, which imports this.
    from .services import SERVICES

    # Most faults are SageMaker's: the models of the others are not read for them.
    asked = ("sagemaker", *SERVICES)
    return any(name in service_model(service).operation_names for service in asked)


class Faults:
    """The faults that are on, in order; safe to change from another thread."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._on: list[Fault] = []
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def set(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Put these on in place of what was. Raises ServiceError for one that is not understood."""
        made = understand(wanted)
        self._change(lambda on: made)

    def add(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Put these on too. Raises ServiceError, also for a resource that runs no process."""
        made = understand(wanted)
        self._change(lambda on: on + made)

    def clear(self, kind: str = "") -> None:
        """Take every fault off, or those of a kind."""
        self._change(lambda on: [fault for fault in on if kind and fault.kind != kind])

    def shown(self) -> list[dict[str, Any]]:
        """The faults that are on."""
        with self._lock:
            return [fault.public() for fault in self._on if fault.times != 0]

    def take(self, operation: str) -> list[Fault]:
        """The faults to show for one call: every latency, and the first other that is left."""
        shown: list[Fault] = []
        with self._lock:
            for fault in self._on:
                if "operation" not in KINDS[fault.kind][1] or fault.times == 0:
                    continue
                if fault.operation not in ("*", operation):
                    continue
                if fault.kind != "latency" and any(f.kind != "latency" for f in shown):
                    continue
                _count(fault)
                shown.append(fault)
        return shown

    def refuse_instance(self, noun: str, instance_type: str) -> None:
        """Raises ServiceError ResourceLimitExceeded while a quota fault is on for the type."""
        if self._find("quota", noun=noun, instance_type=instance_type):
            raise shortage.over_quota(noun, instance_type)

    def capacity_failure(self, noun: str, instance_type: str) -> str | None:
        """The FailureReason while a capacity fault is on for the type."""
        if self._find("capacity", noun=noun, instance_type=instance_type):
            return shortage.no_capacity(noun, instance_type)
        return None

    async def hang(self, noun: str, status: str) -> None:
        """Wait for as long as a fault holds the state."""
        fault = self._find("hang", noun=noun, status=status)
        while fault is not None:
            changed = asyncio.Event()
            with self._lock:
                if fault not in self._on:
                    return
                self._waiting.append((asyncio.get_running_loop(), changed))
            await changed.wait()

    def _find(self, kind: str, **where: str) -> Fault | None:
        """The first fault of a kind that is on at a place, counted as shown."""
        with self._lock:
            for fault in self._on:
                if fault.kind == kind and fault.times != 0:
                    if all(getattr(fault, name) in ("*", place) for name, place in where.items()):
                        _count(fault)
                        return fault
        return None

    def _change(self, change: Any) -> None:
        with self._lock:
            acts = [fault for fault in change(self._on) if fault.kind == "kill"]
        # First: when it is refused, the faults stay as they were.
        for act in acts:
            if not _kill(self._home, act.resource):
                raise ServiceError("ValidationException", f"Nothing of {act.resource} runs.")
        with self._lock:
            self._on = [fault for fault in change(self._on) if fault.kind != "kill"]
            waiting, self._waiting = self._waiting, []
        for loop, changed in waiting:
            loop.call_soon_threadsafe(changed.set)


def _kill(home: Path, resource: str) -> int:
    # Here, not above: the package of the runners loads all of them.
    from .runners.supervision.process_table import kill

    return kill(home, resource)


def _count(fault: Fault) -> None:
    if fault.times is not None:
        fault.times -= 1


def as_error(
    kind: str,
    service: str,
    operation: str,
    account: str,
    region: str = "us-east-1",
    given: Mapping[str, Any] | None = None,
) -> ServiceError | None:
    """The error AWS answers for a fault, or None when the fault is not an answer of AWS."""
    s3 = service == "s3"
    if kind == "throttle":
        if s3:  # "Error responses", Amazon S3 API reference
            return ServiceError("SlowDown", "Please reduce your request rate.", 503)
        return ServiceError("ThrottlingException", "Rate exceeded")
    if kind == "error500":
        if s3:
            message = "We encountered an internal error. Please try again."
            return ServiceError("InternalError", message, 500)
        message = "The request processing has failed because of an internal error."
        return ServiceError("InternalFailure", message, 500)
    if kind == "denied":
        return denial.denied(service, operation, region, account, given or {})
    if kind == "passrole":
        return denial.pass_role(service, account, given or {})
    if kind == "expired":
        if s3:
            return ServiceError("ExpiredToken", "The provided token has expired.")
        # "Common error types": 403 from forms and REST paths; the JSON services say 400.
        status = 400 if service_model(service).metadata["protocol"] == "json" else 403
        message = "The security token included in the request is expired"
        return ServiceError("ExpiredTokenException", message, status)
    return None
