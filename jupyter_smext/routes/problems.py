"""Any exception that reaches a route, as the Problem that the browser shows."""

from __future__ import annotations

from http.client import responses

from tornado.web import HTTPError

from ..aws.errors import ProblemError
from ..protocol import Problem

# What a browser can do about the answers that Jupyter Server itself gives.
NEXT = {
    401: "Sign in to Jupyter again: reload the page.",
    403: "Sign in to Jupyter again: reload the page.",
    413: "Send less: bodies are limited to 1 MB.",
}
CAUSES = {401: "denied", 403: "denied", 404: "not_found", 409: "conflict", 413: "invalid"}


def problem_for(error: BaseException) -> Problem:
    """What `error` means to a user. An unforeseen one is told as ours, without its insides."""
    if isinstance(error, ProblemError):
        return error.problem
    # Here, as merely loading the extension needs no kinds.
    from ..kinds import BadId, UnknownKind

    if isinstance(error, UnknownKind):
        return Problem(
            status=404,
            cause="not_found",
            title="There is no such kind of resource",
            detail=str(error),
            next="The kinds are listed by GET smext/api/kinds.",
        )
    if isinstance(error, BadId):
        return Problem(
            status=400, cause="invalid", title="This is not the id of a resource", detail=str(error)
        )
    if isinstance(error, HTTPError) and error.status_code < 500:
        status = error.status_code
        return Problem(
            status=status,
            cause=CAUSES.get(status, "invalid"),  # type: ignore[arg-type]
            title=error.reason or responses.get(status, "The request was refused"),
            detail=error.log_message or "",
            next=NEXT.get(status, ""),
        )
    return Problem(
        status=500,
        cause="broken",
        title="The extension failed",
        detail=f"{type(error).__name__} while answering. The Jupyter server's log has the details.",
        next="Try again. If it fails again, report it with the lines of the log.",
    )


def bad_request(title: str, detail: str = "", next: str = "", status: int = 400) -> ProblemError:
    """A request that is refused before anything was done."""
    return ProblemError(
        Problem(status=status, cause="invalid", title=title, detail=detail, next=next)
    )
