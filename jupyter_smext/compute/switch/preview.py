"""What a switch would do, told before the click."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ...aws.errors import ProblemError
from ...lifecycle.read_only import ReadOnly
from ...protocol import (
    ComputeName,
    Folder,
    OfferedKernel,
    PackageDifference,
    Problem,
    SwitchPreview,
    Variables,
)
from ..carry.folder import changed, plan
from ..carry.packages import difference
from ..carry.variables import survey
from ..kernelspecs import at_of
from ..names import name_of
from .acts_on_files import folder_there
from .acts_on_kernels import chosen
from .preflight import Preflight, preflight
from .record import Record
from .steps import act_of
from .usual import Usual, place_of
from .world import World

#: Without these no sum of seconds says how long a switch takes.
SLOW = ("stop", "retype", "create", "start", "kernel")


async def preview(
    record: Record,
    world: World,
    usual: Usual,
    read_only: ReadOnly,
    in_the_way: ProblemError | None,
    folder_state: Callable[[ComputeName, Path], Path],
) -> SwitchPreview:
    """All of it at once; what cannot be found out is said in `unknown`.

    `folder_state` tells where it stands what is known of a folder here and on an instance.
    """
    switch = record.switch
    unknown: list[Problem] = []
    found, variables, folder, fetched, others, kernels = await asyncio.gather(
        _checked(record, world),
        _variables(record, world, unknown),
        _folder(record, world, unknown),
        _fetched(record, world, unknown, folder_state),
        _others(record, world, unknown, read_only),
        _kernels(record, world, unknown),
    )
    # Only now: the kernel answers one question at a time.
    packages = await _packages(record, world, unknown, kernels[1])
    problems = list(found.problems)
    if in_the_way is not None:
        problems.append(in_the_way.problem)
    for connection in _connections(record):
        try:
            read_only.refuse(connection)
        except ProblemError as error:
            problems.append(error.problem)
    return SwitchPreview(
        now=switch.now,
        then=switch.then,
        steps=tuple(step.title for step in switch.steps),
        other_kernels=others,
        variables=variables,
        packages=packages,
        folder=folder,
        fetched=fetched,
        kernels=kernels[0],
        kernel=kernels[1],
        checked=tuple(found.checked),
        problems=tuple(problems),
        unknown=(*found.unknown, *unknown),
        seconds=_seconds(record, usual),
    )


async def _checked(record: Record, world: World) -> Preflight:
    switch = record.switch
    return await preflight(switch.request, switch.then, world)


async def _variables(record: Record, world: World, unknown: list[Problem]) -> Variables | None:
    try:
        return await survey(world.notebooks.kernel(record.old_kernel), world.limits.variables)
    except ProblemError as error:
        unknown.append(error.problem)
        return None


async def _folder(record: Record, world: World, unknown: list[Problem]) -> Folder | None:
    if record.switch.request.to.kind == "local":
        return None
    try:
        folder = world.notebooks.folder_of(record.switch.request.path)
        return await plan(folder, world.limits.folder)
    except ProblemError as error:
        unknown.append(error.problem)
        return None


async def _fetched(
    record: Record,
    world: World,
    unknown: list[Problem],
    folder_state: Callable[[ComputeName, Path], Path],
) -> Folder | None:
    at, request = record.switch.now.at, record.switch.request
    if at.kind == "local" or at == request.to or not world.notebooks.is_open(record.old_kernel):
        return None
    try:
        folder = world.notebooks.folder_of(request.path)
        state, there = folder_state(at, folder), folder_there(folder)
        return await changed(world.remote(at), folder, there, state, world.limits.folder)
    except ProblemError as error:
        title = f"What changed on {name_of(at)} could not be read"
        unknown.append(replace(error.problem, title=title))
        return None


async def _kernels(
    record: Record, world: World, unknown: list[Problem]
) -> tuple[tuple[OfferedKernel, ...] | None, str | None]:
    """Those of the target, and the one that is taken unless another is asked for."""
    to = record.switch.request.to
    language = world.notebooks.language(record.old_spec)
    try:
        if to.kind == "local":
            specs = world.notebooks.local_specs()
            return _offered(specs), world.notebooks.local_spec(record.old_name, language)
        if record.switch.then.tone != "ok" or not world.is_signed_in(to):
            # To sign in is a person's wish, and an instance that is down has to start first.
            return None, None
        told = await world.remote(to).kernelspecs()
        specs = {name: each["spec"] for name, each in told["kernelspecs"].items()}
    except ProblemError as error:
        title = f"The kernels of {name_of(to)} could not be listed"
        unknown.append(replace(error.problem, title=title))
        return None, None
    try:
        return _offered(specs), chosen(told, None, record.old_name, language, name_of(to))
    except ProblemError:
        # There is none of its language: one has to be chosen.
        return _offered(specs), None


async def _packages(
    record: Record, world: World, unknown: list[Problem], kernel: str | None
) -> tuple[PackageDifference, ...] | None:
    """What differs where another notebook has a kernel of the same environment; else None."""
    request = record.switch.request
    if request.to in _stopping(record):
        # What is installed on an instance, but for its volume, is gone when it stops.
        return None
    wanted = request.kernel or kernel
    for each in await world.notebooks.all():
        base = at_of(each.spec)
        name = base[1] if base is not None else each.spec
        if each.at != request.to or name != wanted or each.kernel_id == record.old_kernel:
            continue
        try:
            old, other = map(world.notebooks.kernel, (record.old_kernel, each.kernel_id))
            return await difference(old, other)
        except ProblemError as error:
            title = f"How the packages of {name_of(request.to)} differ could not be read"
            unknown.append(replace(error.problem, title=title))
            return None
    return None


def _offered(specs: dict[str, dict[str, Any]]) -> tuple[OfferedKernel, ...]:
    found = [
        OfferedKernel(name, str(spec.get("display_name") or name), str(spec.get("language", "")))
        for name, spec in specs.items()
    ]
    return tuple(sorted(found, key=lambda each: each.display_name.lower()))


def _stopping(record: Record) -> list[ComputeName]:
    """The instances that stop during the switch."""
    switch = record.switch
    ends = [switch.request.to] if any(step.id == "stop" for step in switch.steps) else []
    if switch.now.at.kind != "local" and switch.request.stop_old:
        ends.append(switch.now.at)
    return ends


async def _others(
    record: Record, world: World, unknown: list[Problem], read_only: ReadOnly
) -> tuple[str, ...]:
    """The notebooks, other than this, whose kernels end with an instance that stops."""
    ends, mine = _stopping(record), record.switch.request.session_id
    there = await world.notebooks.all()
    paths = {each.path for each in there if each.at in ends and each.session_id != mine}
    for at in ends:
        try:
            # To ask an instance is to sign in to it.
            read_only.refuse(at.connection)
            paths |= set(await _not_of_this_server(at, world))
        except ProblemError as error:
            title = f"What else runs on {name_of(at)} could not be read"
            unknown.append(replace(error.problem, title=title))
    return tuple(sorted(paths))


async def _not_of_this_server(at: ComputeName, world: World) -> list[str]:
    """The other kernels of an instance: by the notebook they were last for, or by their name."""
    remote, kept = world.remote(at), world.notebooks.kept
    known = {id: each for (place, id), each in kept.remote_kernels().items() if place == at}
    kernels = await remote.kernels()
    paths = {each["kernel"]["id"]: str(each["path"]) for each in await remote.sessions()}
    return [
        (known[id].path if id in known else paths.get(id))
        or f"a kernel {kernel['name']} of {name_of(at)}"
        for kernel in kernels
        if not ((id := kernel["id"]) in known and kept.local(known[id]))
    ]


def _connections(record: Record) -> set[str]:
    switch = record.switch
    found = {switch.request.to.connection} if switch.request.to.kind != "local" else set()
    if switch.now.at.kind != "local" and switch.request.stop_old:
        found.add(switch.now.at.connection)
    return found


def _seconds(record: Record, usual: Usual) -> float | None:
    place = place_of(record.switch)
    names = [act_of(step.id) for step in record.switch.steps if step.state == "todo"]
    known = {name: usual.seconds(name, place) for name in names}
    if any(known[name] is None for name in names if name in SLOW):
        return None
    return sum(seconds for seconds in known.values() if seconds is not None)
