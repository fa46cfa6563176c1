"""`Problem`s as this half makes them, and `ProblemError`, by which they travel."""

from __future__ import annotations

from typing import Any

from ..protocol import Cause, Problem
from . import profiles
from .scrub import scrubbed

STATUS: dict[Cause, int] = {
    "denied": 403,
    "throttled": 429,
    "signed_out": 401,
    "offline": 503,
    "broken": 502,
    "invalid": 400,
    "not_found": 404,
    "conflict": 409,
    "limit": 409,
    "needs_aws": 501,
}


class ProblemError(Exception):
    """A `Problem` on its way to whoever asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.title}. {problem.detail}".strip())
        self.problem = problem


def problem(cause: Cause, title: str, detail: str = "", next: str = "", **more: Any) -> Problem:
    """A Problem with the status that its cause has, and a detail without secrets."""
    status = STATUS[cause]
    return Problem(
        status=status, cause=cause, title=title, detail=scrubbed(detail), next=next, **more
    )


def place_of(connection: str) -> str:
    return "the local engine" if connection == profiles.LOCAL else "AWS"


def signed_out(connection: str, title: str, detail: str = "", **more: Any) -> Problem:
    next, command = profiles.sign_in(connection)
    return problem("signed_out", title, detail, next, command=command, **more)
