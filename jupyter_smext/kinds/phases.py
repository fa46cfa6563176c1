"""How the phases that a kind of resource goes through are told: words, and where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import model

#: `SecondaryStatusTransitions` of DescribeTrainingJob, by the members of its items.
_TRANSITION = {"Status", "StartTime", "EndTime"}


@dataclass(frozen=True)
class PhaseWords:
    """What a status means while it lasts; `waits` is a sentence on what is waited for.

    `expected` ones are reached by each that goes well, in the order of the declaration. How long
    `own` ones last is up to what was asked for, and says nothing of another resource's.
    """

    status: str
    label: str
    waits: str = ""
    expected: bool = False
    own: bool = False


@dataclass(frozen=True)
class Parts:
    """What does the work of a resource: the items of a list `operation` asked for its identity.

    `name`, `status`, `started` and `ended` are the items' members; `arn` is a JMESPath to what can
    be opened.
    """

    operation: str
    name: str
    status: str
    started: str
    ended: str
    arn: str

    @property
    def result_key(self) -> str:
        members = model.output_members(self.operation)
        return next(name for name, shape in members.items() if shape.type_name == "list")


@dataclass(frozen=True)
class Times:
    """The members of a describe answer that tell when the work began and ended; None: not told."""

    transitions: str | None
    started: str | None
    ended: str | None


def times_of(describe: str) -> Times:
    """What the answer of a describe operation tells of its phases, by its shapes."""
    members = model.output_members(describe)
    return Times(
        transitions=next((name for name, shape in members.items() if _is_transitions(shape)), None),
        started=_time(members, "StartTime"),
        ended=_time(members, "EndTime", "CompletionTime"),
    )


def _is_transitions(shape: Any) -> bool:
    return (
        shape.type_name == "list"
        and shape.member.type_name == "structure"
        and set(shape.member.members) >= _TRANSITION
    )


def _time(members: Mapping[str, Any], *ends: str) -> str | None:
    return next(
        (
            name
            for name, shape in members.items()
            if shape.type_name == "timestamp" and name.endswith(ends)
        ),
        None,
    )
