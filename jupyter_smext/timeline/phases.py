"""The phases of one resource: as AWS tells them, by its times, or by the states it was seen in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from ..inventory.history import Seen
from ..kinds import Kind
from ..protocol import Phase, Row, Tone
from ..tones import tone

MOST = 100
"""Phases of one resource that are told, the latest; a spot job may be interrupted without end."""

State = Literal["done", "now", "failed", "stopped"]
ENDS: Mapping[Tone, State] = {"bad": "failed", "idle": "stopped"}

Answer = Mapping[str, Any]


def seconds(value: Any) -> float | None:
    """Epoch seconds of a time as botocore parses it."""
    return value.timestamp() if isinstance(value, datetime) else None


def is_over(kind: Kind, answer: Answer, row: Row) -> bool:
    """Whether it is a job that has ended: nothing of it goes on, however long one waits."""
    if kind.times.ended and answer.get(kind.times.ended):
        return True
    job = kind.times.ended or kind.parts
    return bool(job and row.status and row.tone not in ("busy", "unknown"))


def phases_of(kind: Kind, answer: Answer, row: Row, seen: Sequence[Seen]) -> tuple[Phase, ...]:
    """Its phases, oldest first; none for what has no states, such as a model.

    `answer` is the describe answer, `seen` are the states that the inventory saw.
    """
    times = kind.times
    if times.transitions and answer.get(times.transitions):
        return _by_transitions(kind, answer[times.transitions], answer, row)
    if times.started or times.ended:
        return _by_times(kind, answer, row)
    return _by_states(kind, row, seen)


def _by_transitions(
    kind: Kind, transitions: Sequence[Answer], answer: Answer, row: Row
) -> tuple[Phase, ...]:
    known = {words.status: words for words in kind.phases}
    over = is_over(kind, answer, row)
    steps = sorted(transitions, key=lambda each: seconds(each.get("StartTime")) or 0.0)[-MOST:]
    last = ""
    if over and len(steps) > 1 and steps[-1].get("Status") not in known:
        # `Completed`, `Failed`: the end of what was done before, and nothing that takes time.
        last = steps.pop().get("StatusMessage") or ""
    phases = []
    for index, step in enumerate(steps):
        status = str(step.get("Status") or "")
        latest = index == len(steps) - 1
        state: State = "done"
        if latest:
            state = ENDS.get(row.tone, "done") if over else "now"
        phases.append(
            Phase(
                status=status,
                label=known[status].label if status in known else status,
                message=last if latest and state != "done" and last else _text(step),
                started=seconds(step.get("StartTime")),
                ended=_end(step, steps[index + 1 :], over, answer, kind),
                state=state,
                tone=_tone(state, row),
            )
        )
    if over and row.tone == "ok":
        return tuple(phases)
    expected = [words.status for words in kind.phases if words.expected]
    reached = [expected.index(phase.status) for phase in phases if phase.status in expected]
    left = expected[max(reached, default=-1) + 1 :]
    todo = (Phase(name, known[name].label, "", None, None, "todo", "unknown") for name in left)
    return (*phases, *todo)


def _text(step: Answer) -> str:
    return str(step.get("StatusMessage") or "")


def _end(
    step: Answer, later: Sequence[Answer], over: bool, answer: Answer, kind: Kind
) -> float | None:
    """When a step ended; where AWS does not say, when the next began or the job ended."""
    ends = [step.get("EndTime"), *(after.get("StartTime") for after in later[:1])]
    if over and not later:
        ends.append(answer.get(kind.times.ended or ""))
    return next((found for found in map(seconds, ends) if found is not None), None)


def _by_times(kind: Kind, answer: Answer, row: Row) -> tuple[Phase, ...]:
    over = is_over(kind, answer, row)
    began = seconds(answer.get(kind.times.started or ""))
    ended = seconds(answer.get(kind.times.ended or "")) or (row.modified if over else None)
    state: State = ENDS.get(row.tone, "done") if over else "now"
    work = Phase(
        status=row.status,
        label="Running",
        message=_secondary(kind, answer) if not over else "",
        started=began if kind.times.started else row.created,
        ended=ended,
        state=state,
        tone=_tone(state, row),
    )
    if not kind.times.started or row.created is None:
        return (work,) if work.started is not None else ()
    start = Phase("", "Starting", "", row.created, began, "done", "ok")
    if began is not None:
        return (start, work)
    waiting = msgspec.structs.replace(start, ended=ended, state=state, tone=_tone(state, row))
    todo = Phase("", "Running", "", None, None, "todo", "unknown")
    return (waiting,) if over and row.tone == "ok" else (waiting, todo)


def _secondary(kind: Kind, answer: Answer) -> str:
    """What else AWS calls the state of now: an AutoML job's `FeatureEngineering`."""
    return next((str(answer[name]) for name in answer if name.endswith("SecondaryStatus")), "")


def _by_states(kind: Kind, row: Row, seen: Sequence[Seen]) -> tuple[Phase, ...]:
    if not row.status:
        return ()
    labels = {words.status: words.label for words in kind.phases}
    if not seen:
        label = labels.get(row.status, row.status)
        return (Phase(row.status, label, "", None, None, "now", row.tone),)
    phases = []
    if row.created is not None and seen[0].at - row.created >= 1:
        before = "Not seen from here"
        phases.append(Phase("", before, "", row.created, seen[0].at, "done", "unknown"))
    for index, one in enumerate(seen):
        now = index == len(seen) - 1
        phases.append(
            Phase(
                status=one.status,
                label=labels.get(one.status, one.status),
                message="",
                started=one.at,
                ended=None if now else seen[index + 1].at,
                state="done" if not now else "failed" if row.tone == "bad" else "now",
                tone=row.tone if now else tone(one.status),
            )
        )
    return tuple(phases[-MOST:])


def _tone(state: State, row: Row) -> Tone:
    return "ok" if state == "done" else "busy" if state == "now" else row.tone
