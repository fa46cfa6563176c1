"""The acts of a switch that AWS does: checked, stopped, changed, created, started."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ...aws.errors import ProblemError, problem
from ...protocol import ComputeName
from .. import kernelspecs
from ..instances import Instance, NotebookInstance, Told, instance_of, whole
from ..instances.notebook_instance import parameters_of_new
from .acts_on_packages import note_packages
from .preflight import preflight
from .record import Record
from .since_packed import note_cells
from .steps import changes_type
from .work import Work


async def check(work: Work) -> str:
    """All that can be known before anything is touched; the first thing that forbids it is said."""
    switch = work.record.switch
    found = await preflight(switch.request, switch.then, work.world)
    if found.problems:
        raise ProblemError(found.problems[0])
    return " ".join(found.checked)


async def stop(work: Work) -> str:
    instance = await target(work)
    if work.record.dies and not work.record.goes_back:
        await note_packages(work)
        await note_cells(work)
        before = work.record.ends_kernel

        async def ends(told: bool) -> None:
            # On the disk before AWS is told: what runs there is lost from then on.
            await work.keep(ends_kernel=told or before)

        await instance.stop(work.tell, ends)
        # Or somebody else has stopped it.
        await work.keep(ends_kernel=True)
    else:
        try:
            await instance.stop(work.tell)
        except ProblemError as error:
            if error.problem.cause != "not_found" or not work.record.creates:
                raise
            # AWS was told to create it, and has not.
            return "It does not exist"
    # There again once it is up.
    await asyncio.to_thread(kernelspecs.remove, instance.at)
    return await _stands(instance)


async def retype(work: Work) -> str:
    instance = await target(work)
    wanted = type_wanted(work.record)
    assert wanted is not None
    await instance.retype(wanted, work.tell)
    return wanted


async def create(work: Work) -> str:
    instance = await target(work)
    request = work.record.switch.request
    if not isinstance(instance, NotebookInstance) or request.create is None:
        raise ProblemError(
            problem("invalid", "Only notebook instances can be created here", next="Choose one.")
        )
    assert request.instance_type is not None
    parameters = parameters_of_new(request.create, request.instance_type)
    await whole(_create(work, instance, parameters))
    return await _stands(instance)


async def _create(work: Work, instance: NotebookInstance, parameters: dict[str, Any]) -> None:
    """Once: what AWS was told before a crash is found, and none that somebody else made."""
    if work.record.creates and await instance.look() is not None:
        return
    await work.keep(creates=True, told=Told("create", time.time()))
    try:
        await instance.create(parameters)
    except ProblemError as error:
        if error.problem.cause not in ("offline", "broken"):
            # Whatever there is of this name is not of this switch.
            await work.keep(creates=False, told=None)
        raise


async def start(work: Work) -> str:
    instance = await target(work)
    await instance.start(work.tell)
    return await _stands(instance)


async def target(work: Work) -> Instance:
    """The instance that the switch goes to."""
    to = work.record.switch.request.to
    instance = instance_of(to, await work.world.watched(to))
    instance.told = work.record.told

    async def note(told: Told | None) -> None:
        await work.keep(told=told)

    instance.note_told = note
    return instance


def type_wanted(record: Record) -> str | None:
    """The type that the target is to have; going back, the one that it had."""
    request = record.switch.request
    if record.goes_back or not changes_type(request, record.type_was):
        return record.type_was
    return request.instance_type


async def stop_left(work: Work, at: ComputeName) -> str:
    """Stop the instance that is left."""
    instance = instance_of(at, await work.world.watched(at))
    if await instance.look() is None:
        return "It does not exist any more"
    await instance.stop(work.tell)
    await asyncio.to_thread(kernelspecs.remove, at)
    return await _stands(instance)


async def _stands(instance: Instance) -> str:
    state = await instance.look()
    return state.status if state is not None else ""
