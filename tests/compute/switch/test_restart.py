"""A Jupyter server that is killed in the middle of a switch: the next one ends what it began."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest

from tests.compute.kernel_browser import JupyterBrowser
from tests.compute.switch.person import instance, new
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine", "tests.smext_server")

TOKEN = "restart"


class Server:
    """A `jupyter server` of its own, that can be killed and started again on the same home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        (home / "work").mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(), home / "work" / "churn.ipynb")
        self.process: subprocess.Popen[bytes]
        self.browser: JupyterBrowser

    async def start(self) -> None:
        folders = {
            f"JUPYTER_{name}_DIR": str(self.home / name.lower())
            for name in ("CONFIG", "DATA", "RUNTIME")
        }
        settings = {
            "ip": "127.0.0.1",
            "port": self.port,
            "port_retries": 0,
            "open_browser": False,
            "allow_root": True,
            "root_dir": str(self.home / "work"),
            "jpserver_extensions": {"jupyter_smext": True},
        }
        config = self.home / "config"
        config.mkdir(exist_ok=True)
        (config / "jupyter_server_config.json").write_text(
            json.dumps({"ServerApp": settings, "IdentityProvider": {"token": TOKEN}})
        )
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server"],
                env={**os.environ, **folders},
                stdout=log,
                stderr=log,
                cwd=self.home,
            )
        self.browser = JupyterBrowser(f"http://127.0.0.1:{self.port}", TOKEN)

        async def answers() -> bool:
            assert self.process.poll() is None, (self.home / "log").read_text()
            with contextlib.suppress(httpx.TransportError):
                return bool(await self.browser.request("GET", "api/status"))
            return False

        await until(answers)

    async def kill(self) -> None:
        """As a power cut does: nothing is told to anyone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        await self.browser.close()

    async def switch(self, id: str) -> dict[str, Any]:
        return dict(await self.browser.request("GET", f"smext/api/switches/{id}"))

    async def run(self, session: str, code: str) -> str:
        kernel = (await self.browser.request("GET", f"api/sessions/{session}"))["kernel"]["id"]
        channels = await self.browser.open(kernel)
        ran = await channels.execute(code)
        channels.close()
        assert ran.reply["status"] == "ok", ran.reply
        return ran.text("stdout")


async def until(condition: Callable[[], Any], seconds: float = 90) -> Any:
    async def look() -> Any:
        while not (found := await condition()):
            await asyncio.sleep(0.1)
        return found

    return await asyncio.wait_for(look(), seconds)


@pytest.fixture
def server(local: Any, tmp_path: Path, jp_asyncio_loop: Any) -> Iterator[Server]:
    """Not started yet."""
    made = Server(tmp_path / "server")
    yield made
    jp_asyncio_loop.run_until_complete(made.browser.close())
    made.process.terminate()
    made.process.wait(30)


async def test_killed_in_the_middle_it_goes_on(server: Server, engine: RunningEngine) -> None:
    await server.start()
    body = {
        "path": "churn.ipynb",
        "name": "churn.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    session = (await server.browser.request("POST", "api/sessions", json=body))["id"]
    asked = {"session_id": session, "path": "churn.ipynb", "carried": {"variables": True}}

    async def begin(**more: Any) -> str:
        url = "smext/api/switches"
        made = await server.browser.request("POST", url, json={**asked, **more})
        return str(made["id"])

    async def ended(id: str) -> dict[str, Any]:
        async def over() -> Any:
            switch = await server.switch(id)
            return switch if switch["state"] != "running" else None

        return dict(await until(over))

    def at(id: str, step: str) -> Callable[[], Any]:
        async def there() -> bool:
            steps = (await server.switch(id))["steps"]
            return any(each["id"] == step and each["state"] == "now" for each in steps)

        return there

    assert await server.run(session, "x = 41; print(x)") == "41\n"
    # Killed while its kernel is on this machine: what is packed is all that is left of it.
    engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    first = await begin(**new("kept"))
    await until(at(first, "start"))
    await server.kill()
    engine.faults([])
    await server.start()
    done = await ended(first)
    assert done["state"] == "done", done["problem"]
    assert await server.run(session, "x += 1; print(x)") == "42\n"

    # Killed while the kernel's own instance is stopping: it is gone, and comes back.
    engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Stopping"}])
    second = await begin(to=instance("kept"), instance_type="ml.m5.xlarge")
    await until(at(second, "stop"))
    await server.kill()
    await server.start()
    assert (await server.switch(second))["state"] == "running"
    engine.faults([])
    done = await ended(second)
    assert done["state"] == "done", done["problem"]
    assert await server.run(session, "x += 1; print(x)") == "43\n"
    told = engine.client("sagemaker").describe_notebook_instance(NotebookInstanceName="kept")
    assert (told["NotebookInstanceStatus"], told["InstanceType"]) == ("InService", "ml.m5.xlarge")

    # Killed while the instance that was left stops: the new kernel was this server's own.
    engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Stopping"}])
    third = await begin(to={"kind": "local"})
    await until(at(third, "leave"))
    assert await server.run(session, "x += 1; print(x)") == "44\n"
    await server.kill()
    engine.faults([])
    await server.start()
    done = await ended(third)
    assert done["state"] == "done", done["problem"]
    assert done["notes"] == [
        "The new kernel ended with the Jupyter server: what it did since is lost, and the "
        "variables are those that were packed."
    ]
    assert await server.run(session, "print(x)") == "43\n"
    told = engine.client("sagemaker").describe_notebook_instance(NotebookInstanceName="kept")
    assert told["NotebookInstanceStatus"] == "Stopped"

    files = [*(server.home / "data" / "smext" / "switches").glob("switch-*")]
    assert files and all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert not any(path.suffix == ".variables" for path in files)
    assert "authToken" not in (server.home / "log").read_text()
