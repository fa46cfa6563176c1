"""What a plan is about: the rows of its targets, or of all that runs, as they are now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import Kind, kind, kinds, parameters_of
from ..protocol import LeftRunning, Page, PlanRequest, Problem, Row, Target

AT_ONCE = 8
# Lists older than this many seconds may tell states that have passed.
FRESH = 3.0
# More targets than this are taken as they are listed, if that is fresh.
MANY = 50

T = TypeVar("T")
R = TypeVar("R")


async def named(
    targets: Iterable[Target], watched: Watched, problems: list[Problem]
) -> list[tuple[Kind, Row]]:
    """The rows of `targets` as they are now."""
    wanted = list(dict.fromkeys((target.kind, target.id) for target in targets))
    if not wanted:
        raise ProblemError(
            Problem(
                status=400,
                cause="invalid",
                title="The plan names nothing",
                next="Name targets, or give a scope.",
            )
        )
    for name, id in wanted:
        parameters_of(kind(name), id)
    listed = {
        (page.kind, row.id): row
        for page in watched.inventory(0).pages
        if _fresh(page)
        for row in page.rows
    }

    async def find(key: tuple[str, str]) -> tuple[Kind, Row] | ProblemError:
        of = kind(key[0])
        if (row := listed.get(key)) and len(wanted) > MANY:
            return of, row
        try:
            return of, (await watched.describe(of, key[1])).row
        except ProblemError as error:
            return error

    found = await each(wanted, find)
    failed = [item for item in found if isinstance(item, ProblemError)]
    rows = [item for item in found if not isinstance(item, ProblemError)]
    if failed and not rows:
        raise failed[0]
    problems.extend(error.problem for error in failed)
    return rows


async def done_to(
    request: PlanRequest, watched: Watched, left: list[LeftRunning], problems: list[Problem]
) -> list[Target]:
    """What the asked operation is really done to: to stop a space is to delete its app.

    `left` tells of the targets that have nothing such.
    """
    targets: list[Target] = []
    for target in request.targets:
        of = kind(target.kind)
        verb = next((v for v in of.verbs if v.operation == request.operation and v.on), None)
        if verb is None or verb.on is None:
            targets.append(target)
            continue
        own = parameters_of(of, target.id).items()
        ended = kind(verb.on)
        allowed = next(v.when for v in ended.verbs if v.operation == verb.operation)
        page = await watched.read_kind(ended)
        if page.problem is not None:
            problems.append(_unread(ended, page.problem))
        found = [
            Target(ended.id, row.id)
            for row in page.rows
            if row.status in allowed and own <= parameters_of(ended, row.id).items()
        ]
        targets += found
        if not found and page.problem is None:
            row = (await watched.describe(of, target.id)).row
            why = f"It has no {ended.label.lower()} that runs"
            left.append(LeftRunning(of.id, row.id, row.name, of.label, why, row.created))
    return targets


async def all_running(
    request: PlanRequest, watched: Watched, problems: list[Problem]
) -> list[tuple[Kind, Row]]:
    """All that runs in the request's scope; `problems` say what of it could not be read."""
    # Read anew each time: a row that was Pending a second ago may be billed and stoppable by now.
    await watched.refresh(full=True)
    inventory = watched.inventory(0)
    if inventory.problem is not None:
        raise ProblemError(inventory.problem)
    scope = {
        of.id: of for of in kinds().values() if of.running and request.scope in ("all", of.group)
    }
    pages = {page.kind: page for page in inventory.pages}
    for of in scope.values():
        if of.listed_by == "inventory" and (problem := _problem(of, pages.get(of.id))):
            problems.append(_unread(of, problem))
    found = [(of, row) for of, row in watched.running() if of.id in scope]
    seen = {(of.id, row.id) for of, row in found}
    # Kinds listed by their parent are not in the inventory: each parent is asked.
    for of in scope.values():
        if of.listed_by == "parent" and of.parent in pages:
            children = await _children(of, pages[of.parent].rows, watched, problems)
            found += [(of, row) for row in children if (of.id, row.id) not in seen]
    return found


async def _children(
    of: Kind, parents: Iterable[Row], watched: Watched, problems: list[Problem]
) -> list[Row]:
    async def read(parent: Row) -> Page | ProblemError:
        try:
            return await watched.read_kind(of, parent.id)
        except ProblemError as error:
            return error

    pages = await each(list(parents), read)
    failed = [
        page.problem for page in pages if isinstance(page, ProblemError) or page.problem is not None
    ]
    if failed and failed[0] is not None:
        problems.append(_unread(of, failed[0]))
    read_pages = [page for page in pages if not isinstance(page, ProblemError)]
    return [row for page in read_pages for row in page.rows if row.running]


async def each(items: list[T], ask: Callable[[T], Awaitable[R]]) -> list[R]:
    """Answers in order, a few asked at the same time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> R:
        async with gate:
            return await ask(item)

    return list(await asyncio.gather(*(one(item) for item in items)))


def _fresh(page: Page) -> bool:
    return bool(page.read_at) and not page.stale and time.time() - (page.read_at or 0) < FRESH


def _problem(of: Kind, page: Page | None) -> Problem | None:
    """Why the page does not tell all that runs now."""
    if page is not None and (page.problem or page.read_at):
        return page.problem
    return Problem(
        status=504,
        cause="broken",
        title=f"AWS has not answered {of.list_operation}",
        next="Try again.",
    )


def _unread(of: Kind, problem: Problem) -> Problem:
    return replace(
        problem,
        title=f"{of.plural} could not be read, so running ones may be missing",
        detail=" ".join(word for word in (problem.title + ".", problem.detail) if word),
    )
