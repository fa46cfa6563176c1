"""The end of a plan, proved: what it took is listed again."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import Kind, kind
from ..protocol import Plan, Problem, Row, Step, Target

# AWS's lists may lag behind its describes for a moment.
LISTS = 3
PAUSE = 2.0


async def left_over(plan: Plan, watched: Watched) -> tuple[tuple[Target, ...], tuple[Problem, ...]]:
    """Targets of done steps that are still there; and the plan's problems with the check's."""
    done = [step for step in plan.steps if step.state == "done"]
    for turn in range(LISTS):
        if turn:
            await asyncio.sleep(PAUSE)
        over, problems = await _look(done, watched)
        if not over:
            break
    return tuple(over), _merged(plan.problems, problems)


def _merged(told: tuple[Problem, ...], new: list[Problem]) -> tuple[Problem, ...]:
    return (*told, *(problem for problem in new if problem not in told))


async def _look(steps: list[Step], watched: Watched) -> tuple[list[Target], list[Problem]]:
    over: list[Target] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(step.kind for step in steps):
        of = kind(name)
        mine = [step for step in steps if step.kind == name]
        try:
            rows = await _rows(of, mine, watched)
        except ProblemError as error:
            problems.append(
                replace(
                    error.problem,
                    title=f"{of.plural} could not be listed again, so their end is not proved",
                    detail=" ".join(filter(None, (error.problem.title, error.problem.detail))),
                )
            )
            continue
        over += [Target(name, step.id) for step in mine if _still(step, rows.get(step.id))]
    return over, problems


async def _rows(of: Kind, steps: list[Step], watched: Watched) -> dict[str, Row]:
    """The rows of a kind: one list, or a describe for each where lists need a parent."""
    if of.listed_by == "inventory":
        page = await watched.read_kind(of)
        if page.problem is not None:
            raise ProblemError(page.problem)
        return {row.id: row for row in page.rows}
    rows = {}
    for step in steps:
        try:
            rows[step.id] = (await watched.describe(of, step.id)).row
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise
    return rows


def _still(step: Step, row: Row | None) -> bool:
    if row is None:
        return False
    if step.operation.startswith("Delete"):
        return row.status != "Deleted"
    return row.running
