"""What can be known before a switch touches anything: state, name, type, role, quota."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...aws.errors import ProblemError, problem
from ...aws.roles import Unknown, role_trusts_sagemaker
from ...kinds import kind, service_model
from ...protocol import Compute, Problem, SwitchRequest, Use
from ..instances import instance_of
from ..instances.notebook_instance import parameters_of_new

if TYPE_CHECKING:
    from .world import World


@dataclass
class Preflight:
    """`checked`: sentences of what is in order; `problems` forbid; `unknown` could not be read."""

    checked: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[Problem] = field(default_factory=list)


async def preflight(request: SwitchRequest, then: Compute, world: World) -> Preflight:
    """Look at everything; raises nothing that AWS says."""
    found = Preflight()
    if request.to.kind == "local":
        return found
    there: Compute | None = None
    try:
        if request.create is not None:
            await _name(request, world, found)
            await _role(request, request.create.role, world, found)
        else:
            there = await _state(request, world, found)
    except ProblemError as error:
        found.problems.append(error.problem)
        return found
    runs_on = there.instance_type if there is not None and there.tone == "ok" else None
    if runs_on is None or runs_on != then.instance_type:
        await _quota(request, then, world, found)
    return found


def validated(request: SwitchRequest) -> None:
    """Raises a 400 ProblemError for values that AWS's model forbids; nothing is asked."""
    shape = "AppInstanceType" if request.to.kind == "space" else "InstanceType"
    allowed = service_model().shape_for(shape).enum
    name = request.instance_type
    if name is not None and name not in allowed:
        where = "a Studio space" if request.to.kind == "space" else "a notebook instance"
        raise ProblemError(
            problem(
                "invalid",
                f"{name[:80]} is no type for {where}",
                f"AWS's model has {len(allowed)} types for it.",
                "Choose another type.",
            )
        )
    if request.create is None:
        return
    if request.to.kind != "notebook-instance" or request.to.id != request.create.name:
        raise _invalid("What is created is a notebook instance, named as the place of the kernel.")
    if name is None:
        raise _invalid("A new notebook instance needs an instance type.")
    from botocore.validate import ParamValidator

    operation = service_model().operation_model("CreateNotebookInstance")
    parameters = parameters_of_new(request.create, name)
    report = ParamValidator().validate(parameters, operation.input_shape)
    if report.has_errors():
        raise _invalid(report.generate_report())
    _patterns(parameters, operation.input_shape)


def _patterns(parameters: dict[str, object], shape: object) -> None:
    """botocore checks lengths and ranges, and leaves patterns to AWS: a stop later is dear."""
    import re

    for name, value in parameters.items():
        member = shape.members[name]  # type: ignore[attr-defined]
        pattern = member.metadata.get("pattern")
        longest = member.metadata.get("max")
        if not isinstance(value, str):
            continue
        if pattern and not re.fullmatch(pattern, value):
            raise _invalid(f"{name} must match {pattern}; {value[:80]!r} does not.")
        if longest is not None and len(value) > longest:
            raise _invalid(f"{name} has {len(value)} characters; AWS allows {longest}.")


def _invalid(detail: str) -> ProblemError:
    return ProblemError(
        problem("invalid", "The new instance cannot be created like this", detail, "Change it.")
    )


async def _name(request: SwitchRequest, world: World, found: Preflight) -> None:
    """Whether the name is free; an instance that this very switch made is not in its way."""
    instance = instance_of(request.to, await world.watched(request.to))
    state = await instance.look()
    if state is not None:
        found.problems.append(
            problem(
                "conflict",
                f"There is a notebook instance {instance.name} already",
                f"It is {state.status}, on {state.instance_type}.",
                "Choose another name, or switch to the one that is there.",
            )
        )
        return
    found.checked.append(f"The name {instance.name} is free.")


async def _role(request: SwitchRequest, role: str, world: World, found: Preflight) -> None:
    iam = await world.client(request.to, "iam")
    try:
        said = await asyncio.to_thread(role_trusts_sagemaker, iam, request.to.connection, role)
    except Unknown as unread:
        found.unknown.append(unread.problem)
    else:
        found.checked.append(said)


async def _state(request: SwitchRequest, world: World, found: Preflight) -> Compute:
    compute = await world.compute(request.to)
    if compute.problem is not None:
        found.problems.append(compute.problem)
    else:
        found.checked.append(f"{compute.name} is {compute.status}.")
    return compute


async def _quota(request: SwitchRequest, then: Compute, world: World, found: Preflight) -> None:
    """The quota of the type that is wanted, where it is not the one that runs now."""
    wanted = then.instance_type
    if wanted is None:
        return
    use: Use = "studio" if request.to.kind == "space" else "notebook"
    # What is left is the quota without what runs now.
    counted = kind("app" if use == "studio" else "notebook-instance")
    await (await world.watched(request.to)).read_kind(counted)
    types = await world.types(request.to, use)
    mine = next((each for each in types.types if each.name == wanted), None)
    if mine is None or mine.quota_left is None:
        why = types.quotas_problem
        listed = mine is None or (mine.quota is None and not types.reading)
        if not types.charged or (why is None and listed):
            # There is none for it: where nothing is charged there are no quotas to be read.
            return
        found.unknown.append(
            problem(
                "broken" if why is None else why.cause,
                f"How many {wanted} the account may run is not known",
                why.title if why is not None else "Service Quotas has not answered yet.",
                "AWS says so at the start, if it is too many.",
            )
        )
        return
    if mine.quota_left < 1:
        found.problems.append(
            problem(
                "limit",
                f"The quota for {wanted} in {request.to.region} is used up",
                f"The account may run {mine.quota:g} for this use, and does.",
                "Shut something down that runs on it, or choose another type.",
            )
        )
        return
    found.checked.append(f"Quota: {mine.quota_left:g} of {mine.quota:g} {wanted} left.")
