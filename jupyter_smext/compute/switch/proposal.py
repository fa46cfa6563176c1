"""What a request comes to: checked, with the places as they are now and the steps between."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable

from msgspec.structs import replace

from ...aws.errors import ProblemError, problem
from ...kinds import BadId
from ...protocol import Compute, ComputeName, Switch, SwitchRequest, TaskStep, Use
from .. import kernelspecs
from ..instances import State, instance_of
from ..names import name_of
from ..places import LOCAL, compute_of, this_machine
from .notebooks import Notebook
from .preflight import validated
from .record import Record
from .steps import changes_type, steps_of
from .world import World


async def propose(request: SwitchRequest, world: World) -> Record:
    """A switch that nothing was done of. Raises a 4xx ProblemError for what cannot be."""
    validated(request)
    notebook = await _notebook(request, world)
    now = await world.as_known(notebook.at)
    state, then = await _target(request, world)
    type_was = state.instance_type if state is not None else None
    up = state is not None and state.up
    rests = state is None or state.rests
    changes = request.to.kind != "local" and changes_type(request, type_was)
    same = notebook.at == request.to
    ended = world.notebooks.ended(notebook.kernel_id)
    if same and not changes and not ended and (up or request.to == LOCAL):
        raise ProblemError(
            problem(
                "conflict",
                f"The kernel runs on {name_of(request.to)} already",
                next="Choose another place or another type.",
            )
        )
    if same:
        # An instance that the notebook stays on is not left.
        request = replace(request, stop_old=False, keep_old_kernel=False)
    switch = Switch(
        id=f"switch-{secrets.token_hex(8)}",
        rev=0,
        request=request,
        state="running",
        now=now,
        then=then,
        steps=_saved(request, steps_of(request, now, then, type_was, rests=rests, up=up)),
        started=time.time(),
        ended=None,
        cancel=None,
        back=None,
        others=(),
        left=(),
        notes=(),
        kernel_id=None,
        problem=None,
    )
    return Record(
        switch=switch,
        session_name=notebook.name,
        session_type=notebook.type,
        old_kernel=notebook.kernel_id,
        old_spec=notebook.spec,
        old_name=base[1] if (base := kernelspecs.at_of(notebook.spec)) else notebook.spec,
        dies=same and changes and not rests,
        was_up=not rests,
        type_was=type_was,
        root=world.notebooks.root,
    )


async def _notebook(request: SwitchRequest, world: World) -> Notebook:
    notebook = await world.notebooks.get(request.session_id)
    if notebook is None:
        raise ProblemError(
            problem(
                "not_found",
                "There is no such notebook session",
                "Its kernel ended, or it is another Jupyter server's.",
                "Start a kernel in the notebook, and switch then.",
            )
        )
    if notebook.path != request.path:
        raise ProblemError(
            problem(
                "conflict",
                "The session is another notebook's",
                f"It belongs to {notebook.path}, and not to {request.path[:200]}.",
                "Reload the page.",
            )
        )
    return notebook


async def _target(request: SwitchRequest, world: World) -> tuple[State | None, Compute]:
    """The target's state now, and the compute that the notebook comes to."""
    to = request.to
    if to.kind == "local":
        if request.create is not None or request.instance_type is not None or to != LOCAL:
            raise _invalid("This machine has no name, no type and is not created.")
        return None, this_machine()
    try:
        instance = instance_of(to, await world.watched(to))
        name = instance.name
    except BadId as error:
        raise _invalid(f"{error}.") from error
    use: Use = instance.use
    state = await instance.look()
    if request.create is None and state is None:
        raise ProblemError(
            problem(
                "not_found",
                f"There is no {name} in {to.region}",
                next="Choose another place for the kernel.",
            )
        )
    wanted = request.instance_type
    shown = None if request.create is not None else state
    then = compute_of(to, name, shown, use, world.price, instance_type=wanted)
    if request.create is not None:
        then = replace(then, volume_gib=request.create.volume_gib)
    return state, then


def _invalid(detail: str) -> ProblemError:
    return ProblemError(
        problem("invalid", "There is no such place for a kernel", detail, "Choose another.")
    )


def _saved(request: SwitchRequest, steps: tuple[TaskStep, ...]) -> tuple[TaskStep, ...]:
    """What the browser did before it asked is done."""
    ended = time.time()
    began = ended - max(0.0, request.saved_seconds)
    return tuple(
        replace(step, state="done", started=began, ended=ended) if step.id == "save" else step
        for step in steps
    )


def clash(record: Record, running: Iterable[Record]) -> ProblemError | None:
    """Why the switch cannot begin beside those that run, None when it can."""
    mine = record.switch
    for other in running:
        theirs = other.switch
        if theirs.request.session_id == mine.request.session_id:
            return _in_the_way(
                "This notebook is being switched already",
                f"It goes to {theirs.then.name}.",
            )
        if theirs.request.path == mine.request.path:
            return _in_the_way(
                "This notebook is being switched already",
                f"{theirs.request.path} goes to {theirs.then.name}.",
            )
        at = _both_need(mine, theirs)
        if at is not None:
            return _in_the_way(
                f"{name_of(at)} is in use by another switch",
                f"The kernel of {theirs.request.path} goes from {theirs.now.name} to "
                f"{theirs.then.name}.",
            )
    return None


def _both_need(mine: Switch, theirs: Switch) -> ComputeName | None:
    """An instance that one switch goes to or stops while the other needs it."""
    for one, other in ((mine, theirs), (theirs, mine)):
        taken = {one.request.to}
        if one.request.stop_old:
            taken.add(one.now.at)
        for at in (other.request.to, other.now.at):
            if at in taken and at.kind != "local":
                return at
    return None


def _in_the_way(title: str, detail: str) -> ProblemError:
    return ProblemError(problem("conflict", title, detail, "Wait until it has ended."))
