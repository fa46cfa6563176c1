"""A browser and a kernel on an instance: real servers, the pipe between them, and without it."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpclient import HTTPClientError

from jupyter_smext.compute import outbox, pipe
from jupyter_smext.compute.bridge import away, line
from tests.compute.kernel_browser import JupyterBrowser, KernelChannels

if TYPE_CHECKING:
    from tests.compute.relay import Relay
    from tests.compute.remote_kernels import Opened

pytest_plugins = (
    "tests.local_engine",
    "tests.smext_server",
    "tests.compute.remote_kernels",
)

UP = """
got = []
def opened(comm, message):
    comm.on_msg(lambda message: got.append(bytes(message["buffers"][0])))
    comm.send({}, buffers=[bytes(range(256)) * 4])
get_ipython().kernel.comm_manager.register_target("up", opened)
"""


def show(megabytes: int) -> str:
    return f"display({{'text/plain': 'x' * {megabytes * 1_000_000}}}, raw=True)"


def connections(kernel: str) -> list[ZMQChannelsWebsocketConnection]:
    sockets = ZMQChannelsWebsocketConnection._open_sockets
    return [each for each in sockets if each.kernel_id == kernel]


def piped(kernel: str) -> list[bool]:
    """Of each window of a kernel, whether its frames pass as they are."""
    return [getattr(each, "_bridge", None) is not None for each in connections(kernel)]


def nodelay(kernel: str) -> list[bool]:
    sockets = [each.websocket_handler.ws_connection.stream.socket for each in connections(kernel)]
    return [bool(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) for each in sockets]


async def until(condition: Any, seconds: float = 20) -> Any:
    """Wait for something of a server to be true."""

    async def look() -> Any:
        while not (found := await condition()):
            await asyncio.sleep(0.02)
        return found

    return await asyncio.wait_for(look(), seconds)


async def state(browser: JupyterBrowser, kernel: str, wanted: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        model = await browser.model(kernel)
        return model if model["execution_state"] == wanted else None

    return dict(await until(there))


async def drain(channels: KernelChannels, after: str) -> list[str]:
    """The types of all messages up to the idle of another window's request."""
    seen = await channels.until(
        lambda it: it.parent.get("msg_id") == after and b'"idle"' in it.content
    )
    return [each.type for each in seen]


async def everything(browser: JupyterBrowser, kernel: str, channels: KernelChannels) -> None:
    """What a notebook does."""
    assert (await channels.execute("print(input())", answer="typed")).text() == "typed\n"
    failed = await channels.execute("1 / 0")
    assert failed.reply["status"] == "error"
    assert "division" in failed.outputs[-1].content.decode()
    completed = await channels.ask("complete_request", {"code": "impor", "cursor_pos": 5})
    assert "import" in completed.json()["matches"]
    debug = {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}
    assert (await channels.ask("debug_request", debug, "control")).json()["success"]
    await channels.execute("x = 1")
    asked = await channels.submit("import time; print(5)\ntime.sleep(600)")
    await channels.until(lambda it: it.type == "stream" and it.parent["msg_id"] == asked)
    await browser.request("POST", f"api/kernels/{kernel}/interrupt")
    assert (await channels.outcome(asked)).reply["ename"] == "KeyboardInterrupt"
    await browser.request("POST", f"api/kernels/{kernel}/restart")
    assert (await channels.execute("print('x' in globals())")).text() == "False\n"
    await state(browser, kernel, "idle")


async def test_all_that_a_notebook_does(browser: JupyterBrowser, opened: Opened) -> None:
    kernel, channels = await opened()
    assert piped(kernel) == [True] and nodelay(kernel) == [True]
    await everything(browser, kernel, channels)
    assert (await browser.model(kernel))["connections"] == 1

    local = await browser.start("python3")
    await browser.open(local)
    assert piped(local) == [False] and nodelay(local) == [True]


async def test_hidden_tracebacks_stay_hidden(opened: Opened, jp_serverapp: Any) -> None:
    jp_serverapp.kernel_manager.allow_tracebacks = False
    kernel, channels = await opened()
    assert piped(kernel) == [False]
    # Jupyter Server 2.21 fails when it has a traceback to hide, so there is none here.
    ran = await channels.execute("print(input())", answer="typed")
    assert ran.text() == "typed\n"


async def test_an_old_browser(browser: JupyterBrowser, opened: Opened) -> None:
    kernel, channels = await opened()
    old = await browser.open(kernel, v1=False)
    assert sorted(piped(kernel)) == [False, True]
    ran = await old.execute("print(input())", answer="typed")
    assert ran.text() == "typed\n"
    assert (await channels.execute("print(2)")).text() == "2\n"


class TestWithoutThePipe:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {**jp_server_config, "SmextApp": {"kernel_pipe": False}}

    async def test_everything_still_works(
        self, browser: JupyterBrowser, opened: Opened, jp_serverapp: Any
    ) -> None:
        stock = jp_serverapp.web_app.settings[pipe.SETTING]
        assert stock is ZMQChannelsWebsocketConnection
        kernel, channels = await opened()
        await everything(browser, kernel, channels)
        ran = await channels.execute(show(20))
        assert ran.bytes > 20_000_000


async def test_types_of_messages_that_are_not_allowed(opened: Opened, jp_serverapp: Any) -> None:
    manager = jp_serverapp.kernel_manager
    manager.allowed_message_types = ["kernel_info_request", "execute_request"]
    _, channels = await opened()
    asked = await channels.send("complete_request", {"code": "impor", "cursor_pos": 5})
    ran = await channels.execute("print(1)")
    after = await channels.ask("kernel_info_request", {})
    assert ran.text() == "1\n" and after.parent["msg_id"] != asked


async def test_several_clients_of_a_kernel(
    browser: JupyterBrowser, opened: Opened, jp_serverapp: Any
) -> None:
    kernel, first = await opened()
    second = await browser.open(kernel)
    client: AsyncKernelClient = jp_serverapp.kernel_manager.get_kernel(kernel).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        asked = client.execute("print('console'); z = 5")
        reply = await client.get_shell_msg(timeout=60)
        assert reply["parent_header"]["msg_id"] == asked
        assert reply["content"]["status"] == "ok"
        for window in (first, second):
            seen = await drain(window, asked)
            assert "stream" in seen and not [each for each in seen if each.endswith("_reply")]
        ran = await first.execute("print('browser', z)")
        assert ran.text() == "browser 5\n"
        seen = await drain(second, (await second.submit("print(z)")))
        assert seen.count("execute_reply") <= 1 and "stream" in seen
        heard = ""
        while "browser 5" not in heard:
            message = await client.get_iopub_msg(timeout=60)
            heard += message["content"].get("text", "")
    finally:
        client.stop_channels()


async def test_bytes_both_ways(opened: Opened) -> None:
    _, channels = await opened()
    await channels.execute(UP)
    await channels.send("comm_open", {"comm_id": "c", "target_name": "up", "data": {}})
    sent = (await channels.until(lambda message: message.type == "comm_msg"))[-1]
    assert sent.buffers == [bytes(range(256)) * 4]
    up = bytes(range(256)) * 32_000
    await channels.send("comm_msg", {"comm_id": "c", "data": {}}, buffers=(up,))
    ran = await channels.execute("print(len(got[0]), got[0] == bytes(range(256)) * 32_000)")
    assert ran.text() == f"{len(up)} True\n"


@pytest.mark.parametrize("megabytes", [20, 100])
async def test_a_large_message_comes_whole(opened: Opened, megabytes: int) -> None:
    _, channels = await opened()
    ran = await channels.execute(show(megabytes))
    assert [each.content.count(b"x") for each in ran.outputs] == [megabytes * 1_000_000 + 1]
    assert (await channels.execute("print('on')")).text() == "on\n"


async def test_the_limit_of_output_is_the_servers_own(opened: Opened, jp_serverapp: Any) -> None:
    _, channels = await opened()
    ran = await channels.execute("for _ in range(60): print('y' * 99_999, flush=True)")
    assert "IOPub data rate exceeded" in ran.text("stderr")
    assert len(ran.text("stdout")) < 4_000_000


async def test_a_window_that_reads_nothing_holds_nobody_up_for_long(
    browser: JupyterBrowser, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "STALL_SECONDS", 0.3)
    kernel, channels = await opened()
    await browser.open(kernel)
    ran = await channels.execute(f"for _ in range(12): {show(10)}")
    assert ran.bytes > 120_000_000
    assert sorted(each.congested for each in connections(kernel)) == [False, False]
    assert [each._outbox._given_up for each in connections(kernel)].count(True) == 1


async def test_states_and_activity_are_known_to_the_server(
    browser: JupyterBrowser, opened: Opened
) -> None:
    kernel, channels = await opened()
    await state(browser, kernel, "idle")
    task = asyncio.ensure_future(channels.execute("print(input())", answer="go"))
    await task
    held = await channels.submit("import time\nwhile True: print(1, flush=True); time.sleep(.05)")
    before = await state(browser, kernel, "busy")

    async def moved() -> bool:
        model = await browser.model(kernel)
        return bool(model["last_activity"] > before["last_activity"])

    await until(moved)
    await browser.request("POST", f"api/kernels/{kernel}/interrupt")
    await channels.outcome(held)
    await state(browser, kernel, "idle")


async def test_a_reload_misses_nothing(
    browser: JupyterBrowser, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, channels = await opened()
    code = "import time\nfor i in range(30): print(i, flush=True); time.sleep(.02)"
    asked = await channels.submit(code)
    channels.close()
    await until(lambda: _count(browser, kernel, 0))
    await state(browser, kernel, "idle")
    again = await browser.open(kernel, channels.session)
    ran = await again.outcome(asked)
    assert ran.text().split() == [str(number) for number in range(30)]

    monkeypatch.setattr(away, "AWAY_BYTES", 1_000_000)
    asked = await again.submit(
        "print('begin', flush=True)\nfor i in range(9): print('x' * 200_000)"
    )
    again.close()
    await until(lambda: _count(browser, kernel, 0))
    await state(browser, kernel, "idle")
    ran = await (await browser.open(kernel, channels.session)).outcome(asked)
    assert ran.reply["status"] == "ok"
    assert "of this cell's output are lost" in ran.text("stderr")


async def _count(browser: JupyterBrowser, kernel: str, count: int) -> bool:
    return bool((await browser.model(kernel))["connections"] == count)


async def test_a_kernel_that_dies_there(browser: JupyterBrowser, opened: Opened) -> None:
    kernel, channels = await opened()
    await channels.submit("import os; os._exit(1)")
    seen = await channels.until(
        lambda it: it.type == "status" and it.json()["execution_state"] == "restarting"
    )
    assert seen
    ran = await channels.execute("print('alive')")
    assert ran.text() == "alive\n", (ran.reply, ran.states, ran.text("stderr"))


async def test_a_window_does_not_wait_for_a_kernel_that_is_gone(
    browser: JupyterBrowser, opened: Opened, jp_serverapp: Any
) -> None:
    kernel, _ = await opened()
    jp_serverapp.kernel_manager.get_kernel(kernel).provisioner.bridge.end("The instance stopped.")
    await state(browser, kernel, "dead")
    with pytest.raises(HTTPClientError) as refused:
        await asyncio.wait_for(browser.open(kernel), 20)
    assert refused.value.code == 410


async def test_a_line_that_falls_silent(
    opened: Opened, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.1)
    monkeypatch.setattr(line, "SILENT_SECONDS", 0.5)
    _, channels = await opened()
    code = "import time\nfor i in range(40): print(i, flush=True); time.sleep(.05)"
    asked = await channels.submit(code)
    await channels.until(lambda message: b'"4\\n"' in message.content)
    relay.silence()
    ran = await channels.outcome(asked)
    got = [int(word) for word in ran.text("stdout").split()]
    assert got == sorted(set(got)) and got[-1] == 39, got
    assert ran.states[-1] == "idle"
    assert len(got) == 35 or "may be missing" in ran.text("stderr")
    assert (await channels.execute("print('on')")).text() == "on\n"
    relay.reset(silent=True)  # kept for requests, they would be waited for at the end


async def test_a_frame_that_is_none_ends_the_window_and_not_the_kernel(
    browser: JupyterBrowser, opened: Opened
) -> None:
    kernel, channels = await opened()
    broken = await browser.open(kernel, uuid.uuid4().hex)
    await broken.socket.write_message(json.dumps({"no": "frame"}).encode(), binary=True)
    with pytest.raises(ConnectionError):
        while True:
            await broken.receive()
    assert (await channels.execute("print('on')")).text() == "on\n"
