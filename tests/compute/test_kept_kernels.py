"""A Jupyter server dies, or is stopped, and is started again: its kernels on instances go on."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from jupyter_smext.compute import kernelspecs
from jupyter_smext.compute.kept_file import Kept, KeptFiles
from jupyter_smext.protocol import ComputeName
from tests.compute.away import PYTHON, found_engine, until
from tests.compute.kernel_browser import JupyterBrowser
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine

TOKEN = "of-the-test"


class Server:
    """A `jupyter server` process of its own, on the same folders and port at every start."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        (folder / "root").mkdir(parents=True)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Return when it answers; `more` are options."""
        settings = {
            "IdentityProvider.token": TOKEN,
            "ServerApp.port": self._port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.folder / "root",
            "ServerApp.jpserver_extensions": {"jupyter_smext": True},
            "ServerApp.allow_root": True,
            "ServerApp.open_browser": False,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter", "server", *options, *more],
                stdout=log,
                stderr=log,
            )
        until(self._answers)

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log
        try:
            return httpx.get(f"{self.url}/api").status_code == 200
        except httpx.TransportError:
            return False

    def end(self, by: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait(timeout=60)
            self.process = None

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[JupyterBrowser]:
        browser = JupyterBrowser(self.url, TOKEN)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="module")
def folder(
    running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("kept")
    with found_engine(running_engine, folder):
        Instances(running_engine).create("far")
        yield folder


@pytest.fixture
def at(folder: Path) -> ComputeName:
    return ComputeName("notebook-instance", "far", "local", "us-east-1")


@pytest.fixture
def spec(at: ComputeName) -> str:
    return kernelspecs.write(at, "python3", PYTHON, "far")


@pytest.fixture
def server(folder: Path, spec: str, unused_tcp_port: int) -> Iterator[Server]:
    for each in (folder / "data" / "smext" / "kernels").glob("*"):
        each.unlink()
    made = Server(folder / str(unused_tcp_port), unused_tcp_port)
    made.start()
    yield made
    made.end(signal.SIGTERM)


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def notebook(browser: JupyterBrowser, spec: str) -> dict[str, Any]:
    asked = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook", "kernel": {"name": spec}}
    return dict(await browser.request("POST", "api/sessions", json=asked))


def on_disk(folder: Path) -> list[Kept]:
    return list(KeptFiles(folder / "data" / "smext" / "kernels").all())


async def idle(browser: JupyterBrowser, kernel: str) -> None:
    """The server hears of a state once that lasts."""
    while (await browser.model(kernel))["execution_state"] != "idle":
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
async def test_variables_and_ids_are_there_again(
    server: Server, folder: Path, spec: str, by: signal.Signals
) -> None:
    async with server.browser() as browser:
        session = await notebook(browser, spec)
        id = session["kernel"]["id"]
        page = await browser.open(id, "of-the-page")
        assert (await page.execute("x = 42")).reply["status"] == "ok"
        until(lambda: [each.path for each in on_disk(folder)] == ["a.ipynb"])
        remote = on_disk(folder)[0].remote_id
        for path in (folder / "data" / "smext" / "kernels").glob("*"):
            assert path.stat().st_mode & 0o777 == 0o600
    server.end(by)
    assert on_disk(folder)[0].remote_id == remote
    server.start()
    async with server.browser() as browser:
        # The first thing that a page asks for.
        there = await browser.request("GET", "api/sessions")
        assert [(each["id"], each["kernel"]["id"], each["path"]) for each in there] == [
            (session["id"], id, "a.ipynb")
        ]
        page = await browser.open(id, "of-the-page")
        assert (await page.execute("print(x)")).text() == "42\n"
        await asyncio.wait_for(idle(browser, id), 30)
        assert on_disk(folder)[0].remote_id == remote
        await browser.request("DELETE", f"api/sessions/{session['id']}")
        assert on_disk(folder) == []


LONG = "import time\nfor n in range(60):\n    print(n, flush=True); time.sleep(0.1)\nprint('END')"


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
async def test_a_cell_goes_on_while_the_server_is_away(
    server: Server, spec: str, by: signal.Signals
) -> None:
    async with server.browser() as browser:
        id = (await notebook(browser, spec))["kernel"]["id"]
        page = await browser.open(id, "of-the-page")
        asked = await page.submit(LONG)
        before = await page.until(lambda it: it.type == "stream" and "3" in it.json()["text"])
        await page.until(lambda it: it.channel == "iopub")
    server.end(by)
    server.start()
    async with server.browser() as browser:
        page = await browser.open(id, "of-the-page")
        ran = await page.outcome(asked)
        assert ran.reply["status"] == "ok"
        seen = "".join(each.json()["text"] for each in before if each.type == "stream")
        lines = (seen + ran.text("stdout")).split()
        assert lines[-1] == "END"
        # What was on its way to a server that died is lost; what came after it is not.
        assert len(lines) >= 50


async def test_it_is_left_running_when_its_notebook_closes(
    server: Server, folder: Path, spec: str
) -> None:
    async with server.browser() as browser:
        session = await notebook(browser, spec)
        page = await browser.open(session["kernel"]["id"])
        assert (await page.execute("x = 42")).reply["status"] == "ok"
        found = await browser.request("GET", "smext/api/session-computes")
        assert [(each["session_id"], each["line"]) for each in found] == [(session["id"], "open")]
        assert found[0]["compute"]["at"]["id"] == "far"
        await browser.request("POST", f"smext/api/session-computes/{session['id']}/detach", json={})
        assert await browser.request("GET", "api/kernels") == []
        assert await browser.request("GET", "api/sessions") == []
        assert [each.detached for each in on_disk(folder)] == [True]
    # It was asked for: a start of the server does not take it for lost.
    server.end(signal.SIGTERM)
    server.start()
    async with server.browser() as browser:
        assert await browser.request("GET", "api/kernels") == []


async def test_the_server_of_another_folder_keeps_out(
    server: Server, folder: Path, spec: str
) -> None:
    async with server.browser() as browser:
        session = await notebook(browser, spec)
        until(lambda: [each.path for each in on_disk(folder)] == ["a.ipynb"])
        kept = on_disk(folder)[0]
        assert not kept.orphaned()
        other = msgspec.structs.replace(
            kept, kernel_id="other", root="/elsewhere", server=(2**22 + 1, 0.0)
        )
        KeptFiles(folder / "data" / "smext" / "kernels").write(other)
    server.end(signal.SIGKILL)
    server.start()
    async with server.browser() as browser:
        there = [each["id"] for each in await browser.request("GET", "api/kernels")]
        assert there == [session["kernel"]["id"]]


async def test_it_is_said_why_one_did_not_come_back(
    server: Server, folder: Path, spec: str
) -> None:
    async with server.browser() as browser:
        session = await notebook(browser, spec)
        until(lambda: [each.path for each in on_disk(folder)] == ["a.ipynb"])
    server.end(signal.SIGKILL)
    server.start("--SmextApp.read_only=local")
    async with server.browser() as browser:
        assert await browser.request("GET", "api/sessions") == []
        (told,) = await browser.request("GET", "smext/api/session-computes")
        assert (told["session_id"], told["path"]) == (session["id"], "a.ipynb")
        assert (told["line"], told["kernel_id"]) == ("ended", None)
        assert told["compute"]["at"]["id"] == "far"
        assert "far did not come back" in told["note"]
        assert "This connection is read-only" in told["note"]
        # The notebook is opened again, with a kernel of this machine.
        again = await notebook(browser, "python3")
        (told,) = await browser.request("GET", "smext/api/session-computes")
        assert (told["session_id"], told["line"]) == (again["id"], "open")
        assert "far did not come back" in told["note"]
    # It was not given up: once it may, it is there again.
    server.end(signal.SIGKILL)
    server.start()
    async with server.browser() as browser:
        (there,) = await browser.request("GET", "api/sessions")
        assert (there["id"], there["kernel"]["id"]) == (session["id"], session["kernel"]["id"])
        (told,) = await browser.request("GET", "smext/api/session-computes")
        assert "did not come back" not in told["note"]
