"""Where a kernel can run: this machine, notebook instances, Studio spaces with a JupyterLab."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import psutil
from msgspec.structs import replace

from .. import instance_types
from ..aws import local_engine, profiles
from ..aws.errors import ProblemError, problem
from ..protocol import Compute, ComputeName, Computes, Problem, Use

if TYPE_CHECKING:
    from ..inventory import Watched
    from .instances import Instance, State

#: connection, region, use, instance type → US dollars an hour, None when not known.
Price = Callable[[str, str, Use, str], float | None]

LOCAL = ComputeName("local")
_GIB = 1 << 30
_AT_ONCE = 8


def this_machine() -> Compute:
    """The machine that this server runs on; its GPUs are not looked for."""
    return Compute(
        at=LOCAL,
        name="This machine",
        status="Running",
        tone="ok",
        instance_type=None,
        vcpu=psutil.cpu_count(),
        memory_gib=round(psutil.virtual_memory().total / _GIB, 1),
        gpus=None,
        gpu=None,
        price=None,
        volume_gib=None,
        memory_used=None,
        problem=None,
    )


def compute_of(
    at: ComputeName,
    name: str,
    state: State | None,
    use: Use,
    price: Price,
    *,
    instance_type: str | None = None,
    problem: Problem | None = None,
) -> Compute:
    """An instance as a place for kernels, with the facts of its type.

    `state` None: it is not there yet; `instance_type` stands in for the one that it has. On the
    local engine a type is a limit on this machine: no more than it has, and none of AWS's GPUs.
    """
    type_name = instance_type or (state.instance_type if state is not None else None)
    known = instance_types.find(type_name) if type_name else None
    if known is not None and at.connection == profiles.LOCAL:
        here = this_machine()
        known = dataclasses.replace(
            known,
            vcpu=min(known.vcpu, here.vcpu or known.vcpu),
            memory_gib=min(known.memory_gib, here.memory_gib or known.memory_gib),
            gpus=0,
            gpu="",
        )
    return Compute(
        at=at,
        name=name,
        status=state.status if state is not None else "",
        tone=state.tone if state is not None else "idle",
        instance_type=type_name,
        vcpu=known.vcpu if known else None,
        memory_gib=known.memory_gib if known else None,
        gpus=known.gpus if known else None,
        gpu=(known.gpu or None) if known else None,
        price=price(at.connection, at.region, use, type_name) if type_name else None,
        volume_gib=state.volume_gib if state is not None else None,
        memory_used=None,
        problem=problem,
    )


class Places:
    """The places of a connection and region. Belongs to the server's loop."""

    def __init__(self, watched: Watched, price: Price) -> None:
        self._watched = watched
        self._price = price
        self._held: dict[str, int] | None = None

    async def all(self) -> Computes:
        """This machine first, then what AWS has; what could not be listed is said beside it.

        Raises nothing: a connection that is signed out has this machine, and says why no other.
        """
        groups = await asyncio.gather(self._of("notebook-instance"), self._of("space"))
        computes = [compute for found, _ in groups for compute in found]
        problems = [problem for _, said in groups for problem in said]
        return Computes((this_machine(), *computes), tuple(dict.fromkeys(problems)))

    async def one(self, at: ComputeName) -> Compute:
        """One place as it is now; raises ProblemError, BadId."""
        if at.kind == "local":
            return this_machine()
        from .instances import instance_of

        instance = instance_of(at, self._watched)
        return await self._compute(instance, await instance.now())

    async def _of(self, kind: str) -> tuple[list[Compute], list[Problem]]:
        from ..kinds import kind as kind_of
        from .instances import instance_of

        page = await self._watched.read_kind(kind_of(kind))
        if page.problem is not None or page.read_at is None:
            return [], [_not_listed(kind_of(kind).plural, page.problem)]
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(id: str) -> Compute | Problem | None:
            instance = instance_of(self._name(kind, id), self._watched)
            async with gate:
                try:
                    state = await instance.look()
                    # Deleted between the list and the look at it, or a space for other apps.
                    if state is None or app_type(state) != "JupyterLab":
                        return None
                    return await self._compute(instance, state)
                except ProblemError as error:
                    return error.problem

        found = await asyncio.gather(*(one(row.id) for row in page.rows))
        computes = [each for each in found if isinstance(each, Compute)]
        return _ordered(computes), [each for each in found if isinstance(each, Problem)]

    async def _compute(self, instance: Instance, state: State) -> Compute:
        forbids = await self._problem(instance, state)
        compute = compute_of(
            instance.at, instance.name, state, instance.use, self._price, problem=forbids
        )
        return replace(compute, memory_used=await self._memory(state)) if state.up else compute

    async def _memory(self, state: State) -> int | None:
        """Bytes that its processes hold, where the local engine tells it."""
        if self._watched.connection != profiles.LOCAL:
            return None
        if self._held is None:
            try:
                self._held = await asyncio.to_thread(local_engine.memory)
            except ProblemError:
                # It is told beside a compute and by the engine's own page; None says "not known".
                self._held = {}
        app = state.definition.get("App") or {}
        arn = state.definition.get("NotebookInstanceArn") or app.get("AppArn")
        return self._held.get(str(arn))

    def _name(self, kind: str, id: str) -> ComputeName:
        assert kind in ("notebook-instance", "space")
        return ComputeName(
            "space" if kind == "space" else "notebook-instance",
            id,
            self._watched.connection,
            self._watched.region,
        )

    async def _problem(self, instance: Instance, state: State) -> Problem | None:
        """Why no kernel can be had there, whatever is done."""
        name = instance.name
        if state.status.startswith("Delet"):
            return problem(
                "conflict", f"{name} is being deleted", next="Choose another place for the kernel."
            )
        if instance.at.kind != "space":
            return None
        told = state.definition
        if (meant := app_type(state)) != "JupyterLab":
            return problem(
                "conflict", f"{name} is a space for {meant}", next="Choose one for JupyterLab."
            )
        owner = told.get("OwnershipSettings", {}).get("OwnerUserProfileName")
        if told.get("SpaceSharingSettings", {}).get("SharingType") != "Private" or not owner:
            return problem(
                "conflict",
                f"{name} is a shared space, nobody's own",
                "AWS has to be told as whom it is opened, and a kernel is nobody.",
                "Choose a private space.",
            )
        return await self._problem_of_domain(instance)

    async def _problem_of_domain(self, instance: Instance) -> Problem | None:
        from ..kinds import kind, parameters_of
        from .instances.refusals import sso_domain

        domain = parameters_of(kind("space"), instance.at.id)["DomainId"]
        described = await self._watched.describe(kind("domain"), domain)
        if described.definition.get("AuthMode") == "SSO":
            return sso_domain(described.row.name)
        return None


def app_type(state: State) -> str:
    """The app that a space is for; a notebook instance is a JupyterLab."""
    return str(state.definition.get("SpaceSettings", {}).get("AppType", "JupyterLab"))


def _not_listed(plural: str, why: Problem | None) -> Problem:
    title = f"{plural} could not be listed"
    if why is None:
        return problem("broken", title, "AWS has not answered yet.", "Try again.")
    return replace(why, title=title, detail=f"{why.title}. {why.detail}".strip())


def _ordered(computes: Iterable[Compute]) -> list[Compute]:
    """What can be had first, then what is up, then by name."""
    return sorted(computes, key=lambda c: (c.problem is not None, c.tone != "ok", c.name.lower()))
