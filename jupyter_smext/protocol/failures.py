"""Why a resource failed: AWS's words, what they come from, and what to do."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .problem import Problem


class FailureEvidence(msgspec.Struct, frozen=True):
    """Where a cause was seen: in the reason that AWS gives, or at a line of a log.

    `stream` is a log stream's id and `line` a number from 0, None where it is not known. `label`
    names the stream, or what it is the reason of where that is a job that the resource started.
    """

    where: Literal["reason", "log"]
    text: str
    stream: str | None = None
    label: str = ""
    line: int | None = None


class FailureFix(msgspec.Struct, frozen=True):
    """What may help. `changes` to the parameters of the resource's Create operation, as a JSON
    merge patch (RFC 7396), make it one to retry with; `url` leads to where it is done.
    """

    label: str
    detail: str = ""
    changes: dict[str, Any] | None = None
    url: str | None = None


class FailureCause(msgspec.Struct, frozen=True):
    """A cause, with what tells of it; `sources` are where its signs and its cure are written."""

    id: str
    title: str
    detail: str
    evidence: tuple[FailureEvidence, ...]
    fixes: tuple[FailureFix, ...]
    sources: tuple[str, ...]


class Failure(msgspec.Struct, frozen=True):
    """Why a resource failed, the likeliest cause first; not `failed`: there is nothing to tell.

    `reason` is AWS's, verbatim, and `code` the word that it begins with. `problem` says why its
    log could not be looked at.
    """

    failed: bool
    reason: str
    code: str
    causes: tuple[FailureCause, ...]
    problem: Problem | None = None
