"""What is done with a stack in each status that is under way."""

from __future__ import annotations

import asyncio
import logging
import time

from ...contract import ServiceError
from .making import Making, made_of
from .stacks import Detail, Id, Stack
from .types import TYPES, Failed, Place
from .walk import walk

_log = logging.getLogger(__name__)


async def create(stack: Stack, stops: dict[Id, asyncio.Event]) -> None:
    """Make it, or begin to undo that as its caller chose; an event in `stops` ends the making."""
    name = (stack.region, stack.key)
    stopped = stops[name] = asyncio.Event()
    detail = stack.detail
    left = _seconds_left(detail)
    loop = asyncio.get_running_loop()
    alarm = None if left is None else loop.call_later(left, stopped.set)
    try:
        reason = await _made(stack, stopped, detail)
    finally:
        if alarm:
            alarm.cancel()
        del stops[name]
    # Meanwhile it may have been asked to go.
    if reason is None or stack.status != "CREATE_IN_PROGRESS":
        return
    stack.set(_why=reason)
    then = detail.get("_on_failure", "ROLLBACK")
    if detail.get("DisableRollback") or then == "DO_NOTHING":
        stack.become("CREATE_FAILED", reason)
    elif then == "DELETE":
        stack.become("DELETE_IN_PROGRESS", f"{reason} Delete requested by user.")
    else:
        stack.become("ROLLBACK_IN_PROGRESS", f"{reason} Rollback requested by user.")


async def _made(stack: Stack, stopped: asyncio.Event, detail: Detail) -> str | None:
    """Make it: why that failed, or None."""
    making = await asyncio.to_thread(Making, stack, stopped)
    failed = await making.resources()
    left = _seconds_left(detail)
    if stopped.is_set() and left is not None and left <= 0:
        return "Stack creation time exceeded the specified timeout."
    if failed or stopped.is_set():
        return f"The following resource(s) failed to create: [{', '.join(failed)}]."
    try:
        outputs = making.outputs()
    except ServiceError as error:
        return error.message.removesuffix(" Rollback requested by user.")
    if stack.status == "CREATE_IN_PROGRESS":
        stack.become("CREATE_COMPLETE", Outputs=outputs)
    return None


async def roll_back(stack: Stack) -> None:
    """Delete what was made."""
    failed = await _take_away(stack, rolling_back=True)
    if stack.status != "ROLLBACK_IN_PROGRESS":  # it was asked to go meanwhile
        return
    if failed:
        stack.become("ROLLBACK_FAILED", _not_deleted(failed))
    else:
        stack.become("ROLLBACK_COMPLETE")


async def delete(stack: Stack) -> None:
    """Delete all of it; what cannot be is told."""
    failed = await _take_away(stack, rolling_back=False)
    if failed:
        stack.become("DELETE_FAILED", _not_deleted(failed))
    else:
        stack.become("DELETE_COMPLETE", DeletionTime=time.time(), Outputs=None, _imports=[])


async def _take_away(stack: Stack, *, rolling_back: bool) -> list[str]:
    """Delete the resources, each before those it stands on; answers those that are left."""
    found = stack.resources()
    behind: dict[str, set[str]] = {name: set() for name in found}
    for name, record in found.items():
        for other in record["_before"]:
            if other in behind:
                behind[other].add(name)

    async def work(name: str) -> bool:
        return await _remove(stack, found[name], rolling_back)

    return await walk(behind, work)


async def _remove(stack: Stack, record: Detail, rolling_back: bool) -> bool:
    if record["ResourceStatus"] in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
        return True
    detail = stack.detail
    name, kind = record["LogicalResourceId"], TYPES.get(record["ResourceType"])
    if _retained(detail, record, rolling_back) or name in detail.get("_retain", ()):
        stack.note(record, "DELETE_SKIPPED")
        return True
    place = Place(stack.engine, stack.region, detail, name, asyncio.Event())
    try:
        made = made_of(record)
        if kind is not None:
            properties = record.get("_properties", {})
            if made is None and record["_asked"]:  # by an engine that died then
                made = await kind.find(place, properties)
            if made is not None:
                stack.note(record, "DELETE_IN_PROGRESS")
                await kind.delete(place, made, properties)
    except Exception as error:
        if not isinstance(error, Failed | ServiceError):
            _log.exception("Deleting %s of %s", name, detail["StackId"])
        reason = str(error) or repr(error)
        if not detail.get("_force"):
            stack.note(record, "DELETE_FAILED", reason)
            return False
        stack.note(record, "DELETE_SKIPPED", reason)
        return True
    stack.note(record, "DELETE_COMPLETE")
    return True


def _not_deleted(failed: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(failed)}]. "


def _seconds_left(detail: Detail) -> float | None:
    """How long the making may go on; None where it may for ever."""
    minutes = detail.get("TimeoutInMinutes")
    if minutes is None:
        return None
    begun = detail.get("_begun", detail["CreationTime"])
    return max(0.0, float(begun + minutes * 60 - time.time()))


def _retained(detail: Detail, record: Detail, rolling_back: bool) -> bool:
    """Whether a resource stays ("DeletionPolicy attribute")."""
    policy = record["_deletion"]
    if rolling_back and (policy == "RetainExceptOnCreate" or detail.get("RetainExceptOnCreate")):
        return False
    if not record["PhysicalResourceId"]:
        return False
    return policy in ("Retain", "RetainExceptOnCreate")
