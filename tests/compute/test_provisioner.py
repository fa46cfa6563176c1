"""A kernel on a notebook instance, for clients that know nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tornado import web

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.compute import kernelspecs
from jupyter_smext.compute.names import close_remotes, remote_of
from jupyter_smext.protocol import ComputeName
from tests.compute.away import PYTHON, found_engine, run, started, until_async
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine

#: The same client, of the protocol without a name.
LEGACY = "c.ZMQChannelsWebsocketConnection.kernel_ws_protocol = ''"
NAMES = ("far", "old")


@pytest.fixture(scope="module")
def instances(
    running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instances]:
    made = Instances(running_engine)
    with found_engine(running_engine, tmp_path_factory.mktemp("provisioner")):
        made.create("far")
        made.create("old", LEGACY)
        yield made


def at(name: str) -> ComputeName:
    return ComputeName("notebook-instance", name, "local", "us-east-1")


@pytest.fixture(params=NAMES)
def spec(request: pytest.FixtureRequest, instances: Instances) -> str:
    """A kernelspec of an instance that speaks v1, and of one that does not."""
    return kernelspecs.write(at(request.param), "python3", PYTHON, request.param)


async def kernels(name: str) -> list[dict[str, object]]:
    sessions = Sessions()
    try:
        return await remote_of(sessions, at(name)).kernels()
    finally:
        await close_remotes()
        sessions.close()


async def test_it_is_started_restarted_and_shut_down(spec: str) -> None:
    name = kernelspecs.at_of(spec)[0].id  # type: ignore[index]
    async with started(spec) as (manager, client):
        assert len(await kernels(name)) == 1
        assert (await run(client, "x = 5; print('here', flush=True)")).text == "here\n"
        ports = manager.ports
        await manager.restart_kernel()
        await client.wait_for_ready(timeout=60)
        assert manager.ports == ports
        assert (await run(client, "x")).content["ename"] == "NameError"
        assert len(await kernels(name)) == 1
    assert await kernels(name) == []
    assert not await manager.is_alive()


async def test_a_cell_is_interrupted(spec: str) -> None:
    async with started(spec) as (manager, client):
        begun = asyncio.Event()
        said: list[dict[str, object]] = []

        def hear(message: dict[str, object]) -> None:
            said.append(message)
            if message["msg_type"] == "stream":
                begun.set()

        code = "import time\nprint('begun', flush=True)\ntime.sleep(600)"
        cell = asyncio.ensure_future(client.execute_interactive(code, output_hook=hear))
        await asyncio.wait_for(begun.wait(), 60)
        await manager.interrupt_kernel()
        assert (await asyncio.wait_for(cell, 60))["content"]["ename"] == "KeyboardInterrupt"
        assert (await run(client, "print('on')")).text == "on\n"


async def test_input_completion_and_inspection(spec: str) -> None:
    async with started(spec) as (_, client):

        def answer(message: dict[str, object]) -> None:
            client.input("Ada")

        said = await run(client, "print(input('name? '))", allow_stdin=True, stdin_hook=answer)
        assert said.text == "Ada\n"
        reply = await client.complete("import o", 8, reply=True, timeout=60)
        assert "os" in " ".join(reply["content"]["matches"])
        reply = await client.inspect("zip", reply=True, timeout=60)
        assert reply["content"]["found"]


ECHO = """
from comm import create_comm, get_comm_manager
def opened(comm, message):
    @comm.on_msg
    def back(message):
        comm.send({'got': message['content']['data']}, buffers=message['buffers'][::-1])
get_comm_manager().register_target('echo', opened)
"""


async def test_buffers_of_comms_come_back_as_they_went(spec: str) -> None:
    sent = [bytes(range(256)) * 4096, b"", b"<IDS|MSG>"]
    async with started(spec) as (_, client):
        assert (await run(client, ECHO)).content["status"] == "ok"
        opened = {"comm_id": "c", "target_name": "echo", "data": {}}
        session, shell = client.session, client.shell_channel
        shell.send(session.msg("comm_open", opened))
        # `send` of a channel takes no buffers.
        session.send(shell.socket, "comm_msg", {"comm_id": "c", "data": {"n": 1}}, buffers=sent)
        while True:
            message = await client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "comm_msg":
                break
        assert message["content"]["data"] == {"got": {"n": 1}}
        assert [bytes(buffer) for buffer in message["buffers"]] == sent[::-1]


async def test_the_debugger_answers_on_control(spec: str) -> None:
    async with started(spec) as (_, client):
        request = {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}
        message = client.session.msg("debug_request", request)
        client.control_channel.send(message)
        reply = await client.get_control_msg(timeout=60)
        assert reply["parent_header"]["msg_id"] == message["header"]["msg_id"]
        assert reply["msg_type"] == "debug_reply" and reply["content"]["success"]


async def test_a_client_may_shut_it_down(spec: str) -> None:
    async with started(spec) as (manager, client):
        client.shutdown()
        reply = await client.get_control_msg(timeout=60)
        assert reply["content"] == {"status": "ok", "restart": False}
        await until_async(lambda: manager.provisioner.bridge.state == "exited")
        assert not await manager.is_alive()
        assert await kernels(kernelspecs.at_of(spec)[0].id) == []  # type: ignore[index]


async def test_it_crashes_and_is_started_again_over_there(spec: str) -> None:
    async with started(spec) as (manager, client):
        said = await run(client, "import os; x = 1; os._exit(1)")
        assert said.content["status"] == "error"
        assert "died" in said.content["evalue"]
        await client.wait_for_ready(timeout=60)
        assert (await run(client, "x")).content["ename"] == "NameError"
        assert await manager.is_alive()


async def test_several_at_once(instances: Instances) -> None:
    specs = [kernelspecs.write(at(name), "python3", PYTHON, name) for name in NAMES]

    async def one(spec: str) -> str:
        async with started(spec) as (_, client):
            code = "import os, time; time.sleep(0.5); print(os.environ['HOME'])"
            return (await run(client, code)).text

    homes = await asyncio.gather(*(one(spec) for spec in [*specs, *specs, "python3"]))
    assert len(set(homes)) == 3
    assert await kernels("far") == await kernels("old") == []


async def test_where_nothing_runs_it_says_so(instances: Instances) -> None:
    instances.create("off")
    instances.stop("off")
    spec = kernelspecs.write(at("off"), "python3", PYTHON, "off")
    with pytest.raises(web.HTTPError) as refused:
        async with started(spec):
            pass
    assert refused.value.status_code == 503
    assert "off is not InService" in str(refused.value)
    assert "Stopped" in str(refused.value)


async def test_a_kernel_that_is_not_there_says_so(instances: Instances) -> None:
    spec = kernelspecs.write(at("far"), "julia", {"display_name": "Julia"}, "far")
    with pytest.raises(web.HTTPError, match="julia"):
        async with started(spec):
            pass
    assert await kernels("far") == []
