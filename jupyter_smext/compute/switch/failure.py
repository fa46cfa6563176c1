"""After a failed step: AWS's reason in words, what stands how, and what may do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import instance_types
from ...aws.errors import ProblemError
from ...protocol import InstanceType, Problem, Use
from ..instances import instance_of
from ..instances.refusals import in_words
from . import words
from .record import Record
from .steps import changes_type

if TYPE_CHECKING:
    from ..instances import State
    from .world import World

OTHERS = 3


async def after_failure(record: Record, problem: Problem, world: World) -> dict[str, Any]:
    """The members of a Switch that say what went wrong and how everything stands."""
    switch, request = record.switch, record.switch.request
    state: State | None = None
    known = True
    wanted = switch.then.instance_type
    others: tuple[InstanceType, ...] = ()
    if request.to.kind != "local":
        problem = in_words(problem, wanted, request.to.region, switch.then.name)
        try:
            instance = instance_of(request.to, await world.watched(request.to))
            state = await instance.look()
            if problem.cause == "limit" and wanted is not None:
                use: Use = "studio" if request.to.kind == "space" else "notebook"
                others = similar(wanted, (await world.types(request.to, use)).types)
        except ProblemError:
            # Whoever is signed out, or offline, is told so by the problem itself.
            known = state is not None
    old: State | None = None
    old_known = True
    if record.moved and request.stop_old and switch.now.at.kind != "local":
        try:
            old = await instance_of(switch.now.at, await world.watched(switch.now.at)).look()
        except ProblemError:
            old_known = False
    undoes = not record.moved and changes_type(request, record.type_was)
    begun = record.ends_kernel or (state is not None and state.instance_type != record.type_was)
    return {
        "problem": problem,
        "left": words.left(record, state, known, old, old_known),
        "others": others,
        "back": record.type_was if undoes and begun else None,
    }


def similar(name: str, types: tuple[InstanceType, ...]) -> tuple[InstanceType, ...]:
    """The types nearest above `name`: as many vCPUs, memory and GPUs at least, smallest first.

    Those whose quota is known to be used up are left out.
    """
    wanted = instance_types.find(name)
    if wanted is None:
        return ()
    found = []
    for each in types:
        facts = instance_types.find(each.name)
        if facts is None or each.name == name or each.quota_left == 0:
            continue
        enough = facts.vcpu >= wanted.vcpu and facts.memory_gib >= wanted.memory_gib
        if enough and facts.gpus >= wanted.gpus and bool(facts.gpus) == bool(wanted.gpus):
            dear = each.price if each.price is not None else float("inf")
            found.append((facts.gpus, dear, facts.vcpu, facts.memory_gib, each.name, each))
    return tuple(each[-1] for each in sorted(found, key=lambda row: row[:-1])[:OTHERS])
