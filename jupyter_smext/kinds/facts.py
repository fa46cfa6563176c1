"""The facts of a resource's Overview, chosen from its describe answer by shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from .. import protocol
from . import model
from .kind import Kind
from .specs import label_of

Format = Literal["text", "time", "number", "list", "bytes", "seconds", "code"]

# A presigned or signed-in address is a way in, not a fact.
NEVER = ("Url",)
TOLD = ("FailureReason", "ExitMessage", "StatusMessage")
LEAD = ("CreationTime", "LastModifiedTime", "RoleArn")


def _format(name: str, value: Any) -> Format:
    if isinstance(value, datetime):
        return "time"
    if isinstance(value, (list, tuple)):
        return "list"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if name.endswith("InBytes"):
            return "bytes"
        return "seconds" if name.endswith("InSeconds") else "number"
    if name.endswith(("Arn", "Uri", "Image", "Id")):
        return "code"
    return "text"


def _cell(value: Any) -> protocol.Cell:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, (list, tuple)):
        return ", ".join(_metric(part) if _is_metric(part) else str(part) for part in value)
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _is_metric(value: Any) -> bool:
    return isinstance(value, Mapping) and {"MetricName", "Value"} <= value.keys()


def _metric(value: Mapping[str, Any]) -> str:
    return f"{value['MetricName']} {value['Value']:.4g}"


def _shown(value: Any) -> bool:
    """Scalars, and lists of scalars or metrics: what fits on a line."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(
            isinstance(part, (str, int, float)) or _is_metric(part) for part in value
        )
    return value not in (None, "") and not isinstance(value, (Mapping, bytes))


def _paths(kind: Kind, answer: Mapping[str, Any]) -> list[str]:
    """What to show, in order: states, the kind's own choice, times and role, then what is left."""
    own = {kind.name_member, kind.arn_member, *kind.identity}
    states = [name for name in answer if name.endswith("Status")]
    order = dict.fromkeys([*states, *TOLD, *kind.facts, *LEAD, *answer])
    return [name for name in order if name not in own and not name.endswith(NEVER)]


def _told(answer: Mapping[str, Any]) -> str | None:
    """What a job says of itself: what it waits for or does, and once it has ended what it did."""
    steps: list[Any] = answer.get("SecondaryStatusTransitions") or []
    worked = [step for step in steps if step.get("Status") == "Training"]
    if worked and steps[-1].get("EndTime"):
        steps = worked
    words = steps[-1].get("StatusMessage") if steps else None
    reason = answer.get("FailureReason")
    return None if words and reason and reason in words else words


def facts(kind: Kind, answer: Mapping[str, Any]) -> tuple[protocol.Fact, ...]:
    """One line per fact of a describe answer (as botocore parsed it); absent ones are left out."""
    lines = []
    answer = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    answer["StatusMessage"] = _told(answer)
    for path in _paths(kind, answer):
        value = model.value_at(answer, path)
        if _shown(value):
            name = path.rsplit(".", 1)[-1]
            label = label_of(path, kind.noun)
            lines.append(protocol.Fact(label, _cell(value), _format(name, value)))
    return tuple(lines)
