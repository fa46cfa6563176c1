"""From named resources, or all that runs, to ordered steps; nothing is changed here."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import Kind, Verb, kind, kinds, parameters_of
from ..protocol import LeftRunning, Page, Plan, PlanRequest, Problem, Row, Step, Target
from .order import in_order
from .protected import Protection

AT_ONCE = 8
FRESH = 30.0
ENDING = ("delet", "stopping", "terminat", "shutting")

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Proposal:
    """A plan, and for each step the indices of the steps that must be done before it."""

    plan: Plan
    after: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Victim:
    """A resource, and what is done to it."""

    kind: Kind
    row: Row
    verb: Verb

    @property
    def key(self) -> tuple[str, str]:
        return self.kind.id, self.row.id

    @property
    def deleted(self) -> bool:
        return self.verb.operation.startswith("Delete")


async def propose(
    request: PlanRequest, watched: Watched, protection: Protection | None, read_only: bool
) -> Proposal:
    """What a run would do, and what it would leave alone.

    `protection` reads the tags that keep a sweep away. Raises ProblemError when nothing can be read
    at all, UnknownKind and BadId for targets that cannot exist.
    """
    problems: list[Problem] = []
    sweep = request.scope != "targets"
    if sweep:
        found = await _running(request, watched, problems)
    else:
        found = await _named(request.targets, watched, problems)
    victims: list[Victim] = []
    left: list[LeftRunning] = []
    for of, row in found:
        verb = _verb(of, request.operation)
        why = "The connection is read-only" if read_only else _forbidden(of, row, verb)
        if why is None and verb is not None:
            victims.append(Victim(of, row, verb))
        else:
            left.append(_left(of, row, why or ""))
    if sweep and protection is not None:
        victims = await _spare(victims, protection, left, problems)
    ordered, after = await _arrange(victims, watched)
    plan = Plan(
        id=f"plan-{secrets.token_hex(8)}",
        rev=0,
        connection=request.connection,
        region=request.region,
        state="proposed",
        steps=tuple(_step(victim) for victim in ordered),
        left=tuple(left),
        problems=tuple(problems),
        started=None,
        ended=None,
        checked_at=None,
        left_over=(),
    )
    return Proposal(plan, after)


async def _named(
    targets: Iterable[Target], watched: Watched, problems: list[Problem]
) -> list[tuple[Kind, Row]]:
    """The rows of `targets`: as listed if that is fresh, else described."""
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
        if row := listed.get(key):
            return of, row
        try:
            return of, (await watched.describe(of, key[1])).row
        except ProblemError as error:
            return error

    found = await _each(wanted, find)
    failed = [item for item in found if isinstance(item, ProblemError)]
    rows = [item for item in found if not isinstance(item, ProblemError)]
    if failed and not rows:
        raise failed[0]
    problems.extend(error.problem for error in failed)
    return rows


async def _running(
    request: PlanRequest, watched: Watched, problems: list[Problem]
) -> list[tuple[Kind, Row]]:
    """All that runs in the request's scope; `problems` say what of it could not be read."""
    inventory = watched.inventory(0)
    if not all(_fresh(page) for page in inventory.pages) or not inventory.read_at:
        await watched.refresh(full=True)
        inventory = watched.inventory(0)
    if inventory.problem is not None:
        raise ProblemError(inventory.problem)
    scope = {
        of.id: of for of in kinds().values() if of.running and request.scope in ("all", of.group)
    }
    pages = {page.kind: page for page in inventory.pages}
    for of in scope.values():
        if (page := pages.get(of.id)) and page.problem:
            problems.append(_unread(of, page.problem))
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

    pages = await _each(list(parents), read)
    failed = [
        page.problem for page in pages if isinstance(page, ProblemError) or page.problem is not None
    ]
    if failed and failed[0] is not None:
        problems.append(_unread(of, failed[0]))
    read_pages = [page for page in pages if not isinstance(page, ProblemError)]
    return [row for page in read_pages for row in page.rows if row.running]


def _verb(of: Kind, operation: str | None) -> Verb | None:
    """The kind's shutdown verb, or the asked one: by its name, or by its word alone (`Delete`)."""
    if operation is None:
        return next((verb for verb in of.verbs if verb.shutdown), None)
    for verb in of.verbs:
        if verb.operation in (operation, operation + of.noun) and not verb.form:
            return verb
    possible = ", ".join(verb.operation for verb in of.verbs if not verb.form)
    raise ProblemError(
        Problem(
            status=400,
            cause="invalid",
            title=f"{operation[:80]} is nothing that a plan can do to a {of.label}",
            next=f"Possible: {possible or 'nothing'}.",
        )
    )


def _forbidden(of: Kind, row: Row, verb: Verb | None) -> str | None:
    if verb is None:
        return "Nothing here can stop it"
    if not verb.when or row.status in verb.when:
        return None
    if row.status.lower().startswith(ENDING) or (verb.shutdown and not row.running):
        return f"{row.status} already"
    return f"{verb.label} needs {' or '.join(verb.when)}; it is {row.status}"


async def _spare(
    victims: list[Victim],
    protection: Protection,
    left: list[LeftRunning],
    problems: list[Problem],
) -> list[Victim]:
    async def ask(victim: Victim) -> bool | ProblemError:
        try:
            return victim.row.arn is not None and await protection.keeps(victim.row.arn)
        except ProblemError as error:
            return error

    answers = await _each(victims, ask)
    taken: list[Victim] = []
    unread: list[tuple[Victim, Problem]] = []
    for victim, answer in zip(victims, answers, strict=True):
        if answer is True:
            left.append(_left(victim.kind, victim.row, f"Protected by tag {protection.tag}"))
            continue
        if isinstance(answer, ProblemError):
            unread.append((victim, answer.problem))
        taken.append(victim)
    if unread:
        names = ", ".join(victim.row.name for victim, _ in unread[:10])
        more = f" and {len(unread) - 10} more" if len(unread) > 10 else ""
        problems.append(
            replace(
                unread[0][1],
                title="Tags could not be read, so protected items may be among these",
                detail=f"{names}{more}: {unread[0][1].title}",
            )
        )
    return taken


async def _arrange(
    victims: list[Victim], watched: Watched
) -> tuple[list[Victim], tuple[tuple[int, ...], ...]]:
    """Victims in the order of running, and what each delete has to wait for."""
    victims = sorted(victims, key=lambda v: (v.deleted, v.row.created or 0.0, v.key))
    deletes = {victim.key: victim for victim in victims if victim.deleted}

    async def uses(victim: Victim) -> set[tuple[str, str]]:
        used = {(victim.kind.parent or "", victim.row.parent or "")}
        try:
            resource = await watched.describe(victim.kind, victim.row.id)
        except ProblemError:
            # The run describes it again before it deletes, and tells what is wrong there.
            return used & deletes.keys()
        used |= {(related.kind, related.id) for related in resource.related}
        return (used & deletes.keys()) - {victim.key}

    users: dict[tuple[str, str], set[tuple[str, str]]] = {}
    if len(deletes) > 1:
        found = await _each(list(deletes.values()), uses)
        for victim, used in zip(deletes.values(), found, strict=True):
            for key in used:
                users.setdefault(key, set()).add(victim.key)
    order = in_order([victim.key for victim in victims], users)
    by_key = {victim.key: victim for victim in victims}
    index = {key: place for place, key in enumerate(order)}
    after = tuple(
        tuple(sorted(index[user] for user in users.get(key, ()) if index[user] < index[key]))
        for key in order
    )
    return [by_key[key] for key in order], after


async def _each(items: list[T], ask: Callable[[T], Awaitable[R]]) -> list[R]:
    """Answers in order, a few asked at the same time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> R:
        async with gate:
            return await ask(item)

    return list(await asyncio.gather(*(one(item) for item in items)))


def _fresh(page: Page) -> bool:
    return bool(page.read_at) and not page.stale and time.time() - (page.read_at or 0) < FRESH


def _unread(of: Kind, problem: Problem) -> Problem:
    return replace(
        problem,
        title=f"{of.plural} could not be read, so running ones may be missing",
        detail=" ".join(word for word in (problem.title + ".", problem.detail) if word),
    )


def _left(of: Kind, row: Row, why: str) -> LeftRunning:
    return LeftRunning(
        kind=of.id, id=row.id, name=row.name, kind_label=of.label, why=why, created=row.created
    )


def _step(victim: Victim) -> Step:
    return Step(
        kind=victim.kind.id,
        id=victim.row.id,
        name=victim.row.name,
        kind_label=victim.kind.label,
        operation=victim.verb.operation,
        effect=victim.verb.effect,
        created=victim.row.created,
        state="todo",
        started=None,
        ended=None,
        note="",
        problem=None,
        parameters=parameters_of(victim.kind, victim.row.id, victim.verb.operation),
    )
