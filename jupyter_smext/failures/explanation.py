"""Why a resource failed, of what AWS and its log say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..kinds import Kind, status_of
from ..protocol import Failure, FailureCause, FailureEvidence, FailureFix, Problem
from ..tones import tone
from .retries import Failed, fixes
from .signs import Known, filled, known_causes

#: Where kinds tell why, in the words of AWS or of what ran.
TOLD = ("FailureReason", "PipelineExecutionFailureReason", "FailureMessage", "ExitMessage")
#: Secondary statuses of a job that ended otherwise than it was meant to.
_ENDED_BY = ("MaxRuntimeExceeded", "MaxWaitTimeExceeded", "Interrupted")
_CODE = re.compile(r"([A-Z]\w+): ")
#: Causes that are told: more are guesses.
MOST_CAUSES = 3


def reason_of(kind: Kind, answer: Mapping[str, Any]) -> str:
    """What AWS says of a failure in a describe answer, verbatim; empty where nothing failed."""
    told = [str(answer[name]) for name in TOLD if answer.get(name)]
    ended_by = answer.get("SecondaryStatus")
    if ended_by in _ENDED_BY:
        steps: Sequence[Mapping[str, Any]] = answer.get("SecondaryStatusTransitions") or ()
        words = next(
            (s.get("StatusMessage") for s in reversed(steps) if s.get("StatusMessage")), ""
        )
        told.append(f"{ended_by}: {words}" if words else str(ended_by))
    return "\n".join(told)


def has_failed(kind: Kind, answer: Mapping[str, Any]) -> bool:
    """Whether there is something to explain: it failed, or a change of it did."""
    return tone(status_of(kind, answer)) == "bad" or bool(reason_of(kind, answer))


def explained(
    reason: str, lines: Sequence[FailureEvidence], failed: Failed | None, problem: Problem | None
) -> Failure:
    """The likeliest causes, with what tells of them and what to do."""
    found: list[tuple[Known, list[FailureEvidence], dict[str, str]]] = []
    seen = _seen(lines)
    for known in known_causes():
        evidence: list[FailureEvidence] = []
        values: dict[str, str] = {}
        match = known.in_reason(reason)
        if match is not None:
            evidence.append(FailureEvidence("reason", _line_of(reason, match)))
            values |= _groups(match)
        if known.id in seen:
            line, groups = seen[known.id]
            evidence.append(line)
            values = {**groups, **values}
        elif evidence and known.log_end is not None:
            evidence += [line for line in lines if known.log_end in line.label][-1:]
        if evidence:
            found.append((known, evidence, values))
    telling = [each for each in found if not each[0].general] or found
    # What AWS itself says is nearer to it than what the log's lines do.
    telling.sort(key=lambda each: each[1][0].where != "reason")
    code = _CODE.match(reason)
    return Failure(
        failed=True,
        reason=reason,
        code=code[1] if code else "",
        causes=tuple(_cause(*each, failed) for each in telling[:MOST_CAUSES]),
        problem=problem,
    )


def _seen(
    lines: Sequence[FailureEvidence],
) -> Mapping[str, tuple[FailureEvidence, dict[str, str]]]:
    """The line that tells most of a cause, by the cause; of those that tell as much the last."""
    found: dict[str, tuple[int, FailureEvidence, dict[str, str]]] = {}
    for line in lines:
        for known in known_causes():
            seen = known.in_line(line.text)
            if seen is not None and (known.id not in found or seen[0] <= found[known.id][0]):
                found[known.id] = seen[0], line, _groups(seen[1])
    return {id: (line, groups) for id, (_, line, groups) in found.items()}


def _cause(
    known: Known,
    evidence: list[FailureEvidence],
    values: Mapping[str, str],
    failed: Failed | None,
) -> FailureCause:
    retries = fixes(failed, known.retries) if failed is not None else []
    advice = [
        FailureFix(
            label=filled(each.label, values) or each.label,
            detail=filled(each.detail, values) or "",
            changes={} if known.clone and failed is not None and not number else None,
            url=each.url,
        )
        for number, each in enumerate(known.advice)
    ]
    return FailureCause(
        id=known.id,
        title=filled(known.title, values) or known.title,
        detail=filled(known.detail, values) or filled(known.otherwise, values) or "",
        evidence=tuple(evidence),
        fixes=(*retries, *advice),
        sources=known.sources,
    )


def _groups(match: re.Match[str]) -> dict[str, str]:
    # What ends a phrase is no part of what is named in it.
    groups = match.groupdict().items()
    return {name: value.rstrip(" :,;.") for name, value in groups if value}


def _line_of(text: str, match: re.Match[str]) -> str:
    """The line of a text that a sign is in."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]
