"""The sentences of a switch: what a cancel would do, how everything stands after a failure."""

from __future__ import annotations

from ...amounts import in_bytes
from ...aws import profiles
from ...protocol import Left
from ..instances import State
from .record import Record
from .steps import HARMLESS, act_of

_NOT_KNOWN = "Not known: AWS could not be asked."
_MAY = "and may not show it yet: look again in a minute."
_TOLD = {
    "create": f"AWS was told to create it a moment ago, {_MAY}",
    "start": f"AWS was told to start it a moment ago, {_MAY}",
    "retype": f"AWS was told to change its type a moment ago, {_MAY}",
    "stop": f"AWS was told to stop it a moment ago, {_MAY}",
}


def cancel(record: Record) -> str | None:
    """What a cancel would do now, None when it is too late for one."""
    switch = record.switch
    if switch.state != "running" or record.goes_back or record.moved:
        return None
    begun = [act_of(step.id) for step in switch.steps if step.state in ("now", "done", "failed")]
    there = switch.then.name
    if all(step in HARMLESS for step in begun):
        return "Nothing has changed yet: the notebook keeps its kernel."
    if begun[-1] in ("move", "leave"):
        return None
    if record.dies:
        if "retype" in begun:
            return None
        return f"Goes back to {record.type_was}: {there} starts again as it was."
    keeps = f"The notebook keeps its kernel on {switch.now.name}."
    if switch.now.at.kind == "local":
        keeps = "The notebook keeps its kernel on this machine."
    if switch.request.create is not None:
        return f"{keeps} {there} is stopped once it is up; its volume stays."
    if record.type_was is not None and "retype" in begun:
        return f"{keeps} {there} goes back to {record.type_was}."
    if not record.was_up and "start" in begun:
        return f"{keeps} {there} is stopped again."
    return keeps


def left(
    record: Record,
    state: State | None,
    instance_known: bool,
    old: State | None,
    old_known: bool,
) -> tuple[Left, ...]:
    """How the target, the variables and the notebook stand; `state` None: there is no target.

    `old` is the instance that is left, once the notebook has: it may not have stopped.
    """
    switch = record.switch
    found = []
    if switch.request.to.kind != "local":
        how = _instance(state, switch.request.to.connection)
        if not instance_known:
            how = _NOT_KNOWN
        elif record.told is not None and record.told.recent and (state is None or state.rests):
            how += f" {_TOLD[record.told.act]}"
        found.append(Left(switch.then.name, how))
    if record.moved and switch.request.stop_old and switch.now.at.kind != "local":
        how = _instance(old, switch.now.at.connection) if old_known else _NOT_KNOWN
        found.append(Left(switch.now.name, how))
    if record.variables is not None:
        size = in_bytes(record.variables.bytes)
        found.append(Left("Variables", f"Packed on this machine ({size}), kept for 7 days."))
    found.append(Left("Notebook", _notebook(record)))
    return tuple(found)


def _instance(state: State | None, connection: str) -> str:
    if state is None:
        return "Does not exist."
    of = f", set to {state.instance_type}" if state.rests and state.instance_type else ""
    if not state.rests:
        of = f" on {state.instance_type}" if state.instance_type else ""
    cost = ""
    if connection != profiles.LOCAL:
        cost = " Only its volume is billed." if state.rests else " It is billed while it is up."
    return f"{state.status}{of}.{cost}"


def _notebook(record: Record) -> str:
    saved = "Saved. " if record.switch.request.saved else ""
    if record.moved:
        return f"{saved}It runs on {record.switch.then.name}."
    if record.ends_kernel:
        return f"{saved}It has no kernel."
    now = record.switch.now
    where = "this machine" if now.at.kind == "local" else now.name
    return f"{saved}It keeps its kernel on {where}, with its variables."
