"""The kernels that instances run, and since when each is idle: asked when a person asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..protocol import ComputeName, Problem, RemoteKernel, RemoteServer, RemoteServers
from .answers import moment
from .names import name_of, remote_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..inventory import Watched
    from ..kinds import Kind
    from ..protocol import Row
    from .kept_kernels import KeptKernels

AT_ONCE = 8
ASK_SECONDS = 30.0


async def remote_servers(sessions: Sessions, watched: Watched, kept: KeptKernels) -> RemoteServers:
    """Ask every instance that is up; each that was not signed in to is signed in to.

    What cannot be asked says why in its own `problem`. Raises nothing: what could not even be
    listed is among `problems`.
    """
    found, problems = await up(watched)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(at: ComputeName) -> RemoteServer:
        async with gate:
            return await server(sessions, at, kept)

    servers = await asyncio.gather(*(one(at) for at in found))
    return RemoteServers(tuple(servers), tuple(problems))


async def up(watched: Watched) -> tuple[list[ComputeName], list[Problem]]:
    """The notebook instances and the spaces whose JupyterLab is InService, as they are now."""
    from ..kinds import kind

    instances, apps = kind("notebook-instance"), kind("app")
    rows = await asyncio.gather(_in_service(instances, watched), _in_service(apps, watched))
    problems = [each for each in rows if isinstance(each, Problem)]
    places: list[ComputeName] = []
    where = (watched.connection, watched.region)
    if not isinstance(rows[0], Problem):
        places += [ComputeName("notebook-instance", row.id, *where) for row in rows[0]]
    if not isinstance(rows[1], Problem):
        spaces = (_space_of(apps, row) for row in rows[1])
        places += [ComputeName("space", id, *where) for id in spaces if id is not None]
    return places, problems


async def _in_service(of: Kind, watched: Watched) -> list[Row] | Problem:
    page = await watched.read_kind(of)
    title = f"{of.plural} could not be listed, so kernels may be missing"
    if page.problem is not None:
        said = page.problem
        return replace(said, title=title, detail=f"{said.title}. {said.detail}".strip())
    if page.read_at is None:
        return problem("broken", title, "AWS has not answered yet.", "Try again.")
    return [row for row in page.rows if row.status == "InService"]


def _space_of(apps: Kind, row: Row) -> str | None:
    """The row id of the space that a JupyterLab app runs in; None for other apps."""
    from ..kinds import kind, parameters_of, row_id

    app = parameters_of(apps, row.id)
    if app.get("AppType") != "JupyterLab" or "SpaceName" not in app:
        return None
    return row_id(kind("space"), app)


async def server(sessions: Sessions, at: ComputeName, kept: KeptKernels) -> RemoteServer:
    """One instance: its kernels, and since when nobody uses it; else why that is not known."""
    name = name_of(at)
    try:
        kernels, idle_since = await asyncio.wait_for(_ask(sessions, at, kept), ASK_SECONDS)
    except ProblemError as error:
        return RemoteServer(at, name, (), None, error.problem)
    except asyncio.TimeoutError:
        said = problem(
            "offline",
            f"{name} does not answer",
            f"Nothing was heard of it for {ASK_SECONDS:.0f} seconds.",
            "Look whether it is InService, and try again.",
        )
        return RemoteServer(at, name, (), None, said)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        said = problem(
            "broken",
            f"The Jupyter server of {name} answered in an unknown way",
            f"{type(error).__name__}: {error}",
            "Open it and look at its kernels there.",
        )
        return RemoteServer(at, name, (), None, said)
    return RemoteServer(at, name, kernels, idle_since, None)


async def _ask(
    sessions: Sessions, at: ComputeName, kept: KeptKernels
) -> tuple[tuple[RemoteKernel, ...], float | None]:
    remote = remote_of(sessions, at)
    # The first signs in, and the others share that.
    told = await remote.kernels()
    known, status = await asyncio.gather(remote.sessions(), remote.request("GET", "/api/status"))
    paths = {one["kernel"]["id"]: one.get("path") for one in known if one.get("kernel")}
    ours = kept.remote_kernels()

    def kernel(one: Mapping[str, Any]) -> RemoteKernel:
        id = str(one["id"])
        own = ours.get((at, id))
        used = own is not None and bool(own.sessions) and kept.local(own)
        return RemoteKernel(
            at=at,
            id=id,
            name=str(one["name"]),
            state=str(one["execution_state"]),
            connections=int(one["connections"]),
            last_activity=moment(one["last_activity"]).timestamp(),
            path=(own.path if own else None) or paths.get(id),
            session_id=own.sessions[0].id if own and used else None,
        )

    kernels = tuple(kernel(one) for one in told)
    # A cell that runs is use, even if it has not said anything for long.
    busy = any(one.state == "busy" for one in kernels)
    last = status.json()["last_activity"]
    return kernels, None if busy else moment(last).timestamp()


async def shut_down(sessions: Sessions, at: ComputeName, id: str) -> None:
    """End a kernel there; one that has ended already is no failure. Raises ProblemError."""
    try:
        await remote_of(sessions, at).request("DELETE", f"/api/kernels/{quote(id, safe='')}")
    except ProblemError as error:
        if error.problem.cause != "not_found":
            raise
