"""Why one resource failed, asked of AWS and of its log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..inventory.clone import parameters_of_answer
from ..logs.logs import Logs, TailLine
from ..logs.readings import Of
from ..protocol import Failure, FailureEvidence, Problem, Resource
from .explanation import explained, has_failed, reason_of
from .retries import Failed, PriceOf

if TYPE_CHECKING:
    from ..kinds import Kind

#: Lines at the end of a log that are looked at, of how many streams, and how long is waited.
LINES = 400
STREAMS = 3
SECONDS = 5.0


async def failure_of(of: Of, resource: Resource, logs: Logs, price: PriceOf) -> Failure:
    """Why a resource failed, or that it did not; its log is looked at if it did.

    What cannot be read of the log is the answer's `problem`.
    """
    answer = resource.definition
    if not has_failed(of.kind, answer):
        return Failure(False, "", "", ())
    lines: list[TailLine] = []
    parts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    if of.kind.logs:
        from ..aws.errors import ProblemError

        try:
            parts = await logs.reasons(of)
            lines, problems = await logs.tail(of, LINES, STREAMS, SECONDS)
        except ProblemError as error:
            problems = [error.problem]
    return await asyncio.to_thread(
        explained,
        reason_of(of.kind, answer),
        [
            *(FailureEvidence("reason", reason, label=name) for name, reason in parts),
            *(_evidence(line) for line in lines),
        ],
        _failed(of.kind, resource, price),
        problems[0] if problems else None,
    )


def _failed(kind: Kind, resource: Resource, price: PriceOf) -> Failed | None:
    if kind.create_operation is None:
        return None
    return Failed(kind, parameters_of_answer(kind, resource.definition), price)


def _evidence(line: TailLine) -> FailureEvidence:
    return FailureEvidence("log", line.line.text, line.stream.id, line.stream.label, line.number)
