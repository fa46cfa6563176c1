"""Which steps a switch takes, and those that undo it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from ...amounts import counted
from ...protocol import Compute, SwitchRequest, TaskStep

BACK = "back-"
"""Before the ids of the steps that undo: `back-start` does what `start` does, the other way."""

#: Until one of these is begun, nothing has been changed that a cancel would have to undo.
HARMLESS = ("save", "pack", "check")


def changes_type(request: SwitchRequest, type_was: str | None) -> bool:
    """Whether the target has to stop and change its type."""
    wanted = request.instance_type
    return request.create is None and wanted is not None and wanted != type_was


def steps_of(
    request: SwitchRequest,
    now: Compute,
    then: Compute,
    type_was: str | None,
    *,
    rests: bool,
    up: bool,
) -> tuple[TaskStep, ...]:
    """The steps of a switch; `then` is named by the instance that it goes to.

    `rests` and `up` are the target's state; one on its way to another is neither.
    """
    there, left = then.name, now.name
    remote = request.to.kind != "local"
    changes = remote and changes_type(request, type_was)
    carried = request.carried
    same = now.at == request.to
    steps = (
        (request.saved > 0, "save", f"Save {counted(request.saved, 'notebook')}"),
        (carried.variables, "pack", "Pack the variables"),
        (remote, "check", "Check role, quota and state"),
        (changes and not rests, "stop", f"Stop {there}"),
        (changes, "retype", "Change its type"),
        (request.create is not None, "create", f"Create {there}"),
        (remote and (changes or not up), "start", f"Start {there}"),
        (remote, "sign-in", f"Sign in to {there}"),
        (
            carried.files and now.at.kind != "local" and not same,
            "fetch",
            f"Fetch changed files from {left}",
        ),
        (carried.files and remote, "files", "Copy the files"),
        (True, "kernel", "Start the kernel"),
        (carried.packages, "packages", "Install the packages that differ"),
        (carried.variables, "restore", "Restore the variables"),
        (True, "move", "Move the notebook to it"),
        (not same and _leaves(request, now) != "", "leave", _leaves(request, now)),
    )
    return tuple(TaskStep(id, title, "todo") for needed, id, title in steps if needed)


def _leaves(request: SwitchRequest, now: Compute) -> str:
    """What is done with the place that is left; a kernel of this machine may just stay."""
    if now.at.kind != "local" and request.stop_old:
        return f"Stop {now.name}"
    if not request.keep_old_kernel:
        return "Shut down the old kernel"
    return "" if now.at.kind == "local" else f"Leave the old kernel running on {now.name}"


def steps_back(
    there: str,
    *,
    type_was: str | None,
    changed: bool,
    up: bool,
    was_up: bool,
    was_there: bool,
    kernel_gone: bool,
    packed: bool,
) -> tuple[TaskStep, ...]:
    """What brings the target to how it was, and its kernel back if that ended.

    `changed`: it has, or is about to get, another type. `up`: something of it runs, or is on the
    way there. One that was created is stopped: only a person deletes a volume.
    """
    ends_up = was_there and was_up
    stops = up and (changed or not ends_up)
    steps = (
        (stops, "stop", f"Stop {there}"),
        (changed, "retype", f"Change its type back to {type_was}"),
        (ends_up, "start", f"Start {there}"),
        (kernel_gone, "sign-in", f"Sign in to {there}"),
        (kernel_gone, "kernel", "Start the kernel"),
        (kernel_gone and packed, "restore", "Restore the variables"),
        (kernel_gone, "move", "Move the notebook to it"),
    )
    return tuple(TaskStep(BACK + id, title, "todo") for needed, id, title in steps if needed)


def undone(steps: Iterable[TaskStep], back: Iterable[TaskStep]) -> tuple[TaskStep, ...]:
    """What was not done is skipped, and what undoes comes behind it.

    Steps back from an earlier attempt give way: they are made anew from how things stand.
    """
    kept = []
    for step in steps:
        if step.state in ("todo", "now"):
            if step.id.startswith(BACK):
                continue
            step = replace(step, state="skipped", progress=None)
        kept.append(step)
    again = []
    names = {step.id for step in kept}
    for step in back:
        count = 2
        id = step.id
        while id in names:
            id = f"{step.id}-{count}"
            count += 1
        names.add(id)
        again.append(replace(step, id=id))
    return (*kept, *again)


def act_of(id: str) -> str:
    """`back-start-2` → `start`: which act a step is."""
    return re.sub(r"-\d+$", "", id.removeprefix(BACK))
