"""Kernels on instances: none through a read-only connection, none twice, and nothing is left."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from jupyter_smext.compute import kernelspecs
from jupyter_smext.compute.bridge import KernelBridge
from jupyter_smext.compute.names import close_remotes, remote_of
from jupyter_smext.compute.remote import RemoteJupyter
from jupyter_smext.lifecycle.read_only import ReadOnly
from jupyter_smext.protocol import ComputeName
from tests.compute.away import PYTHON
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

#: How often a kernel is started and ended; 50 were tried when this was written.
ROUNDS = 4


@pytest.fixture(scope="module")
def at(running_engine: RunningEngine) -> ComputeName:
    return Instances(running_engine).create("far")


@pytest.fixture(autouse=True)
def closed(call: Call, jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[None]:
    yield
    kernels = jp_serverapp.kernel_manager
    # Not shutdown_all: Jupyter fails of one that did not start.
    for id in kernels.list_kernel_ids():
        jp_asyncio_loop.run_until_complete(kernels.shutdown_kernel(id, now=True))
    kernels._pending_kernels.clear()
    jp_asyncio_loop.run_until_complete(close_remotes())


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were signed in to."""
    names: list[str] = []
    sign_in = RemoteJupyter._sign_in

    async def noted(remote: RemoteJupyter, seen: int) -> None:
        names.append(remote.name)
        await sign_in(remote, seen)

    monkeypatch.setattr(RemoteJupyter, "_sign_in", noted)
    return names


async def session(jp_fetch: Any, kernel: str, path: str = "x.ipynb") -> Any:
    asked = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
    return await jp_fetch(
        "api", "sessions", method="POST", body=json.dumps(asked), raise_error=False
    )


async def test_a_read_only_connection_starts_no_kernel_and_signs_nobody_in(
    call: Call, local: Any, at: ComputeName, jp_serverapp: Any, jp_fetch: Any, signed_in: list[str]
) -> None:
    services = jp_serverapp.web_app.settings["smext"]
    services.read_only = ReadOnly(["local"])
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    answer = await session(jp_fetch, spec)
    assert "This connection is read-only" in json.loads(answer.body)["message"]
    mine = json.loads((await session(jp_fetch, "python3")).body)
    asked = {
        "session_id": mine["id"],
        "path": "x.ipynb",
        "to": {"kind": at.kind, "id": at.id, "connection": at.connection, "region": at.region},
        "instance_type": "ml.m5.xlarge",
    }
    preview = await call("POST", "switches/preview", asked)
    assert [each["title"] for each in preview.json["problems"]] == ["This connection is read-only"]
    assert signed_in == []


async def test_two_clicks_attach_a_kernel_once(
    call: Call, local: Any, at: ComputeName, jp_serverapp: Any, sessions: Any
) -> None:
    remote = remote_of(sessions, at)
    made = await remote.request("POST", "/api/kernels", json={"name": "python3"})
    id = made.json()["id"]
    kept = jp_serverapp.web_app.settings["smext"].kernels
    done = await asyncio.gather(*(kept.attach(at, id) for _ in range(3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["ProblemError", "ProblemError", "tuple"]
    assert len(jp_serverapp.kernel_manager.list_kernel_ids()) == 1


async def test_nothing_is_left_of_kernels_that_ended(
    call: Call, local: Any, at: ComputeName, jp_serverapp: Any, jp_fetch: Any
) -> None:
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    process = psutil.Process()

    async def once() -> None:
        made = json.loads((await session(jp_fetch, spec)).body)
        await jp_fetch("api", "sessions", made["id"], method="DELETE")

    def known_remotes() -> list[RemoteJupyter]:
        return [each for each in gc.get_objects() if isinstance(each, RemoteJupyter)]

    def counts() -> tuple[int, int, int, int]:
        gc.collect()
        bridges = sum(isinstance(each, KernelBridge) for each in gc.get_objects())
        listens = sum(each.status == "LISTEN" for each in process.net_connections("tcp"))
        # The instance's HTTP client, which all kernels share, keeps as many connections as were
        # needed at once.
        pools = [each._http._transport._pool for each in known_remotes()]  # type: ignore[attr-defined]
        files = process.num_fds() - sum(len(pool.connections) for pool in pools)
        return files, len(asyncio.all_tasks()), bridges, listens

    for _ in range(2):
        await once()
    before = counts()
    for _ in range(ROUNDS):
        await once()

    # ZeroMQ's own threads close what was closed. Not in a task, which would be counted.
    until = time.monotonic() + 20
    after = counts()
    while any(now > then for now, then in zip(after, before, strict=True)):
        assert time.monotonic() < until, f"left behind: {after}, and {before} before"
        await asyncio.sleep(0.1)
        after = counts()
