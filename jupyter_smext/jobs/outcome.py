"""How a training job ended, in words: AWS's status and reason, and the notebook's own error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..aws.errors import problem
from ..aws.scrub import scrubbed
from ..protocol import JobFile, Problem
from .result import CellError, error_of, is_mark

#: Files that are listed; all of them can be fetched.
NAMED = 2000

_CAPACITY = re.compile(r"^CapacityError|insufficient capacity", re.IGNORECASE)
_SPOT = "MaxWaitTimeExceeded"
_LONG = "MaxRuntimeExceeded"


@dataclass(frozen=True)
class Left:
    """What is left of a training job: how it ended, its notebook, its files in S3."""

    state: Literal["done", "failed", "cancelled"]
    notebook: bytes | None
    files: tuple[JobFile, ...]
    problem: Problem | None


def left(
    detail: dict[str, Any], notebook: bytes | None, files: Mapping[str, int], uri: str
) -> Left:
    """All that is known of a job that is over; `uri` is where its results should be."""
    error = error_of(notebook) if notebook is not None else None
    why = failure(detail, error, notebook is not None)
    status = detail["TrainingJobStatus"]
    if notebook is None and why is None and status == "Completed":
        why = problem(
            "not_found",
            "The executed notebook is not where it should be",
            uri,
            "Look at the job's log, and at what is in S3.",
        )
    names = [name for name in sorted(files) if not is_mark(name)]
    state: Literal["done", "failed", "cancelled"]
    state = "failed" if why else "cancelled" if status == "Stopped" else "done"
    return Left(state, notebook, tuple(JobFile(n, files[n]) for n in names[:NAMED]), why)


def failure(detail: dict[str, Any], error: CellError | None, brought: bool) -> Problem | None:
    """What went wrong; None for a job that completed or that somebody stopped."""
    status, secondary = detail["TrainingJobStatus"], detail["SecondaryStatus"]
    reason = str(detail.get("FailureReason") or "")
    look = "Open the executed notebook: its cells hold what was done until then."
    if secondary in (_SPOT, _LONG):
        longest = detail["StoppingCondition"]
        if secondary == _LONG:
            title = (
                f"The notebook ran longer than {longest['MaxRuntimeInSeconds']} s, and was ended"
            )
            next = "Run it again with a longer time, or on a larger instance."
        else:
            title = f"No spot instance was free for {longest.get('MaxWaitTimeInSeconds')} s"
            next = "Run it again without spot, or on another instance type."
        return problem("limit", title, reason, f"{next} {look if brought else ''}".strip())
    if status != "Failed":
        return None
    if error is not None:
        title = f"Cell {error.cell} failed: {error.name}: {error.value}".replace("  ", " ")
        return problem("broken", scrubbed(title)[:300], reason, look)
    if _CAPACITY.search(reason):
        return problem(
            "limit",
            "AWS has no instance of this type to spare",
            reason,
            "Try again later, take another instance type, or another region.",
        )
    return problem(
        "broken",
        "The training job failed",
        reason,
        "Its log says more." if not brought else f"Its log says more. {look}",
    )
