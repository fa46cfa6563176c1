"""What does the work of a resource as phases: a tuning's jobs, the steps of a pipeline's run."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ..kinds import Kind, parameters_of
from ..kinds.model import input_members
from ..kinds.related import of_arn
from ..protocol import Phase, Related
from ..tones import tone
from .phases import ENDS, seconds

PAGE = 100
"""Parts that are read: the latest, in one call."""


def parts_request(kind: Kind, id: str) -> tuple[str, dict[str, Any]] | None:
    """The operation that lists the parts of a resource, and its parameters; None without any."""
    if kind.parts is None:
        return None
    operation = kind.parts.operation
    known = input_members(operation)
    latest = {"MaxResults": PAGE, "SortOrder": "Descending"}
    named = parameters_of(kind, id, operation)
    return operation, {**named, **{name: latest[name] for name in latest if name in known}}


def parts_of(kind: Kind, answer: Mapping[str, Any]) -> tuple[tuple[Phase, ...], bool]:
    """The parts in the answer of that operation, oldest first, and whether there are more."""
    assert kind.parts is not None
    found = [_phase(kind, item) for item in answer.get(kind.parts.result_key) or ()]
    found.sort(key=lambda phase: (phase.started is None, phase.started or 0.0))
    return tuple(found), bool(answer.get("NextToken"))


def _phase(kind: Kind, item: Mapping[str, Any]) -> Phase:
    parts = kind.parts
    assert parts is not None
    status = str(item.get(parts.status) or "")
    started, toned = seconds(item.get(parts.started)), tone(status)
    return Phase(
        status=status,
        label=str(item.get(parts.name) or ""),
        message=str(item.get("FailureReason") or ""),
        started=started,
        ended=seconds(item.get(parts.ended)),
        state="todo" if started is None else "now" if toned == "busy" else ENDS.get(toned, "done"),
        tone=toned,
        resource=_resource(parts.arn, item),
    )


def _resource(path: str, item: Mapping[str, Any]) -> Related | None:
    arn = _expression(path).search(item)
    target = of_arn(arn) if isinstance(arn, str) else None
    if target is None:
        return None
    other, id, name = target
    return Related("", other.id, id, name)


@functools.cache
def _expression(path: str) -> Any:
    import jmespath  # type: ignore[import-untyped]

    return jmespath.compile(path)
