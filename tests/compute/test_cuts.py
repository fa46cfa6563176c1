"""The line to a kernel breaks under a running cell: the cell goes on or ends, and says which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.compute import kernelspecs, provisioner
from jupyter_smext.compute.bridge import KernelBridge, line
from jupyter_smext.compute.names import close_remotes, remote_of
from jupyter_smext.compute.provisioner import InstanceProvisioner
from jupyter_smext.protocol import ComputeName
from tests.compute.away import PYTHON, Said, found_engine, run, started, until_async
from tests.compute.relay import Relay
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine

FAR = ComputeName("notebook-instance", "far", "local", "us-east-1")
LINES = 40
LONG = f"""
import time
for n in range({LINES}):
    print(n, flush=True)
    time.sleep(0.05)
print('END')
"""


@pytest.fixture(scope="module")
def instances(
    running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instances]:
    made = Instances(running_engine)
    with found_engine(running_engine, tmp_path_factory.mktemp("cuts")), made.reached():
        made.create("far")
        yield made


class Cell:
    """A cell that runs while the test does something to the line."""

    def __init__(self, client: AsyncKernelClient, code: str) -> None:
        self.said = Said()
        self._begun = asyncio.Event()
        self._task = asyncio.ensure_future(
            client.execute_interactive(code, output_hook=self._hear, timeout=60)
        )

    def _hear(self, message: dict[str, Any]) -> None:
        self.said.messages.append(message)
        if message["msg_type"] == "stream":
            self._begun.set()

    async def begun(self) -> None:
        await asyncio.wait_for(self._begun.wait(), 60)

    async def end(self) -> Said:
        self.said.reply = await asyncio.wait_for(self._task, 60)
        return self.said


class Far:
    """A kernel on the instance behind a relay."""

    def __init__(self, relay: Relay, manager: AsyncKernelManager, client: AsyncKernelClient):
        self.relay, self.manager, self.client = relay, manager, client
        assert isinstance(manager.provisioner, InstanceProvisioner)
        self.provisioner = manager.provisioner

    @property
    def bridge(self) -> KernelBridge:
        assert self.provisioner.bridge is not None
        return self.provisioner.bridge

    async def remote(self, method: str, path: str) -> None:
        """Somebody else acts on the remote server."""
        sessions = Sessions()
        try:
            await remote_of(sessions, FAR).request(method, path)
        finally:
            await close_remotes()
            sessions.close()


@asynccontextmanager
async def behind_a_relay(
    instances: Instances, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Far]:
    spec = kernelspecs.write(FAR, "python3", PYTHON, "far")
    # What is signed in knows the instance by the relay of the last test.
    monkeypatch.setattr(provisioner, "_sessions", None)
    async with Relay(instances.port("far")) as relay:
        instances.relayed["far"] = relay.port
        async with started(spec) as (manager, client):
            yield Far(relay, manager, client)
        del instances.relayed["far"]


Opened = Callable[[], AbstractAsyncContextManager[Far]]


@pytest.fixture
def opened(instances: Instances, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return lambda: behind_a_relay(instances, monkeypatch)


@pytest.mark.parametrize("how", ["finish", "reset", "expire"])
async def test_a_cut_and_the_cell_goes_on(opened: Opened, how: str) -> None:
    async with opened() as far:
        for _ in range(3):
            cell = Cell(far.client, LONG)
            await cell.begun()
            if how == "expire":
                for cookie in far.bridge.remote._http.cookies.jar:
                    cookie.value = "ended"
            getattr(far.relay, "reset" if how == "expire" else how)()
            said = await cell.end()
            assert said.content["status"] == "ok"
            lines = said.text.split()
            assert lines[-1] == "END"
            missing = {*map(str, range(LINES)), "END"} - set(lines)
            # What is missing is said, and nothing is when nothing is.
            assert bool(missing) == ("may be missing" in said.warned), (missing, said.warned)
            assert (await run(far.client, "print('next')")).text == "next\n"
        assert far.bridge.reconnects == 3


async def test_a_silence_and_the_cell_ends_with_what_is_missing(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as far:
        monkeypatch.setattr(line, "PING_SECONDS", 0.1)
        monkeypatch.setattr(line, "SILENT_SECONDS", 0.5)
        far.relay.reset()
        await until_async(lambda: far.bridge.state == "open" and far.bridge.remote.answers_pings)
        cell = Cell(far.client, LONG)
        await cell.begun()
        far.relay.silence()
        said = await cell.end()
        assert said.text.split()[-1] == "END" or "may be missing" in said.warned
        if len(said.text.split()) < LINES + 1:
            assert "The line was down" in said.warned and "far" in said.warned
        assert (await run(far.client, "print('next')")).text == "next\n"


async def test_what_never_arrived_is_not_waited_for(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as far:
        monkeypatch.setattr(line, "PING_SECONDS", 0.1)
        monkeypatch.setattr(line, "SILENT_SECONDS", 0.5)
        far.relay.reset()
        await until_async(lambda: far.bridge.state == "open" and far.bridge.remote.answers_pings)
        assert (await run(far.client, "x = 1")).content["status"] == "ok"
        far.relay.silence()
        said = await run(far.client, "x = 2")
        assert said.content["ename"] == "LineLost"
        assert (await run(far.client, "print(x)")).text == "1\n"


async def test_a_cell_asked_for_while_the_line_is_down_runs_later(opened: Opened) -> None:
    async with opened() as far:
        await far.relay.close()
        await until_async(lambda: far.bridge.state == "lost")
        cell = Cell(far.client, "print('later', flush=True)")
        await until_async(lambda: "far does not answer" in far.bridge.reason)
        await far.relay.open()
        assert (await cell.end()).text == "later\n"


async def test_the_kernel_is_shut_down_over_there(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as far:
        cell = Cell(far.client, LONG)
        await cell.begun()
        await far.remote("DELETE", f"/api/kernels/{far.bridge.kernel_id}")
        said = await cell.end()
        assert said.content["ename"] == "KernelLost"
        assert "no longer there on far" in said.content["evalue"]
        assert not await far.manager.is_alive()
        # A restart has another one started.
        await far.manager.restart_kernel()
        await far.client.wait_for_ready(timeout=60)
        assert (await run(far.client, "print('again')")).text == "again\n"


async def test_the_grace_time_ends(opened: Opened) -> None:
    async with opened() as far:
        far.bridge._grace = 0.5
        cell = Cell(far.client, LONG)
        await cell.begun()
        await far.relay.close()
        said = await cell.end()
        assert said.content["ename"] == "KernelLost"
        assert "Given up after 0.5 s" in said.content["evalue"]
        assert not await far.manager.is_alive()
        await far.relay.open()


async def test_the_instance_is_stopped(instances: Instances) -> None:
    at = instances.create("stopped")
    spec = kernelspecs.write(at, "python3", PYTHON, "stopped")
    async with started(spec) as (manager, client):
        cell = Cell(client, "import time\nprint('begun', flush=True)\ntime.sleep(600)")
        await cell.begun()
        await asyncio.to_thread(instances.stop, "stopped")
        said = await cell.end()
        assert said.content["ename"] == "KernelLost"
        assert "stopped is not InService" in said.content["evalue"]
        assert not await manager.is_alive()
        # Neither fails where nobody answers.
        await manager.interrupt_kernel()
