"""Why a stack could not be made or deleted, in words."""

from __future__ import annotations

from collections.abc import Iterable

from ..aws.errors import problem
from ..protocol import Problem, SolutionLaunch, StackEvent, StackResource
from .stack_template import NESTED
from .stacks import BUCKET


def first_failed(events: Iterable[StackEvent], stack_id: str) -> StackEvent | None:
    """What AWS said of the resource that failed first; others are given up when one has failed."""
    failed = [
        each
        for each in events
        if each.status.endswith("CREATE_FAILED") and each.physical != stack_id
    ]
    own = [each for each in failed if "cancelled" not in each.reason.lower()] or failed
    return own[0] if own else None


def not_made(launch: SolutionLaunch, first: StackEvent | None) -> Problem:
    """Why it could not be made, given what failed first."""
    name = launch.request.stack
    if first is not None:
        return problem(
            "broken",
            f"The stack {name} could not be made: {first.resource} failed",
            f"{first.type}: {first.reason}",
            "See to it, and launch the solution again.",
        )
    failed = (each for each in launch.events if "FAILED" in each.status and each.reason)
    if (said := next(failed, None)) is not None:
        return problem("broken", f"The stack {name} could not be made", said.reason)
    return problem(
        "conflict",
        f"The stack {name} was deleted while it was being made",
        "It was not this extension that asked for it.",
        "Launch the solution again.",
    )


def not_deleted(
    launch: SolutionLaunch, resources: Iterable[StackResource], emptied: bool
) -> Problem:
    """Why something of it is left; `emptied`: what is in its buckets was deleted before."""
    failed = [each for each in resources if each.status == "DELETE_FAILED"]
    # Of a stack inside AWS says which of its resources stayed, and of these why.
    left = [each for each in failed if each.type != NESTED] or failed
    full = not emptied and any(each.type == BUCKET for each in left)
    first = f"It could not be made: {launch.problem.detail} " if launch.problem else ""
    detail = "; ".join(f"{each.name}: {each.reason}" for each in left)
    return problem(
        "conflict",
        f"Not all of the stack {launch.request.stack} could be deleted",
        f"{first}{detail}"[:2000],
        "Delete it again and have its buckets emptied."
        if full
        else "See to what is named, and delete it again.",
    )


def taken(stack: str, status: str) -> Problem:
    """Somebody else has a stack of that name."""
    return problem(
        "conflict",
        f"There is a stack {stack} already",
        f"It is {status}. Nothing was changed in it.",
        "Choose another name.",
    )


def on_disk(error: OSError) -> Problem:
    """A journal could not be read or written."""
    return problem(
        "broken",
        "A file on this machine could not be read or written",
        f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
        "See to it, and try again.",
    )
