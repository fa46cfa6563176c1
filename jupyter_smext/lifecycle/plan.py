"""From named resources, or all that runs, to ordered steps; nothing is changed here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..inventory.forms import in_sentence
from ..kinds import Kind, Verb, parameters_of
from ..protocol import LeftRunning, Plan, PlanRequest, Problem, Row, Step
from .candidates import all_running, done_to, each, named
from .order import in_order
from .protected import Protection
from .states import ENDING


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
    def step(self) -> tuple[str, str, str]:
        return *self.key, self.verb.operation

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
    left: list[LeftRunning] = []
    sweep = request.scope != "targets"
    if sweep:
        found = await all_running(request, watched, problems)
    else:
        targets = await done_to(request, watched, left, problems)
        found = await named(targets, watched, problems) if targets or not left else []
    victims: list[Victim] = []
    for of, row in found:
        verb = _verb(of, request.operation)
        why = "The connection is read-only" if read_only else _forbidden(of, row, verb)
        if why is None and verb is not None:
            victims.append(Victim(of, row, verb))
        elif not read_only and verb is not None and (stop := _stop_before(of, row, verb)):
            victims += (Victim(of, row, stop), Victim(of, row, verb))
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
            title=f"{operation[:80]} is nothing that a plan can do to a {in_sentence(of.label)}",
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


def _stop_before(of: Kind, row: Row, verb: Verb) -> Verb | None:
    """What makes a delete possible that the resource's state forbids: its stop."""
    stop = next((known for known in of.verbs if known.shutdown and known is not verb), None)
    possible = verb.danger and stop is not None and _forbidden(of, row, stop) is None
    return stop if possible else None


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

    answers = await each(victims, ask)
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

    users: dict[tuple[str, str, str], set[tuple[str, str, str]]] = {}
    for victim in victims:
        if not victim.deleted and victim.key in deletes:
            users.setdefault(deletes[victim.key].step, set()).add(victim.step)
    if len(deletes) > 1:
        found = await each(list(deletes.values()), uses)
        for victim, used in zip(deletes.values(), found, strict=True):
            for key in used:
                users.setdefault(deletes[key].step, set()).add(victim.step)
    by_step = {victim.step: victim for victim in victims}
    order = in_order(list(by_step), users)
    index = {step: place for place, step in enumerate(order)}
    after = tuple(
        tuple(sorted(index[user] for user in users.get(step, ()) if index[user] < index[step]))
        for step in order
    )
    return [by_step[step] for step in order], after


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
