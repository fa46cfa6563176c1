"""Where kernel benchmarks run: instances of the engine, and a JupyterLab with a bridge to them."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psutil
from lab import ROOT, Lab, jupyterlab

from jupyter_smext.compute import kernelspecs
from jupyter_smext.protocol import ComputeName
from tests.compute.kernel_browser import JupyterBrowser, KernelChannels
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine
from tests.smext_server import write_state

#: Limits of output would be what is measured: 1,000 messages a second, 1 MB a second of text.
NO_LIMITS = "c.ZMQChannelsWebsocketConnection.limit_rate = False"
NODELAY = """
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
_open = KernelWebsocketHandler.open
async def _open_at_once(self, *args, **more):
    self.set_nodelay(True)
    await _open(self, *args, **more)
KernelWebsocketHandler.open = _open_at_once
"""


@dataclass(frozen=True)
class Servers:
    """The instances `stock`, as Jupyter Server is, and `nodelay`, without Nagle's algorithm."""

    instances: Instances
    lab: Lab
    data: Path

    def specify(self, at: ComputeName) -> str:
        """A kernelspec of the JupyterLab for a kernel on an instance."""
        spec = {"display_name": "Python 3", "language": "python", "argv": []}
        with mock.patch.dict(os.environ, {"JUPYTER_DATA_DIR": str(self.data)}):
            return kernelspecs.write(at, "python3", spec, at.id)


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """An engine in this process; the instances and the JupyterLab are processes of their own."""
    with tempfile.TemporaryDirectory(prefix="smext-bench-", ignore_cleanup_errors=True) as folder:
        engine = RunningEngine(Path(folder) / "engine")
        engine.start()
        try:
            home, settings = Path(folder) / "local", Path(folder) / "settings"
            home.mkdir()
            settings.mkdir()
            write_state(home, engine)
            limits = {"ZMQChannelsWebsocketConnection": {"limit_rate": False}}
            (settings / "jupyter_server_config.json").write_text(json.dumps(limits))
            environment = {
                "SMEXT_LOCAL_HOME": str(home),
                "JUPYTER_CONFIG_PATH": str(settings),
                "JUPYTER_DATA_DIR": str(Path(folder) / "data"),
            }
            instances = Instances(engine)
            with instances.reached(), jupyterlab(extension=True, environment=environment) as lab:
                yield Servers(instances, lab, Path(environment["JUPYTER_DATA_DIR"]))
        finally:
            engine.stop()


@contextlib.contextmanager
def slow_line(port: int, *, delay: float, rate: float) -> Iterator[int]:
    """A relay, as a process of its own: the port that leads to `port` through it."""
    command = [sys.executable, "-m", "tests.compute.relay", str(port)]
    command += ["--delay", str(delay), "--rate", str(rate)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@dataclass
class Line:
    """One way to a kernel, and the process of the server that the client talks to."""

    channels: KernelChannels
    server: psutil.Process | None = None

    async def seconds(self, code: str, bytes: int = 0) -> float:
        """How long a cell takes to its reply and idle. Raises RuntimeError if output is missing."""
        started = time.perf_counter()
        ran = await self.channels.execute(code)
        took = time.perf_counter() - started
        if ran.reply["status"] != "ok" or ran.bytes < bytes:
            raise RuntimeError(f"{ran.reply['status']}, {ran.bytes} bytes of {bytes}")
        return took

    def cpu(self) -> float:
        """CPU seconds of the server so far."""
        if self.server is None:
            return 0.0
        times = self.server.cpu_times()
        return float(times.user + times.system)


@contextlib.asynccontextmanager
async def browsers(servers: Servers) -> AsyncIterator[Browsers]:
    """Clients of all of them, in this process."""
    base, _, token = servers.lab.url.partition("/lab?token=")
    opened = Browsers(servers, JupyterBrowser(base, token), [])
    try:
        yield opened
    finally:
        for browser in (opened.local, *opened.direct_ones):
            await browser.close()


@dataclass
class Browsers:
    """One signed in to the local JupyterLab, and those signed in to instances."""

    servers: Servers
    local: JupyterBrowser
    direct_ones: list[JupyterBrowser]

    async def direct(self, at: ComputeName) -> Line:
        """A kernel of the instance's own, as its own page has it."""
        browser = await JupyterBrowser.signed_in(self.servers.instances.presigned(at.id))
        self.direct_ones.append(browser)
        return Line(await browser.open(await browser.start()))

    async def bridged(self, at: ComputeName | None) -> Line:
        """A kernel of the local JupyterLab, on an instance or (None) on this machine."""
        name = "python3" if at is None else self.servers.specify(at)
        channels = await self.local.open(await self.local.start(name))
        return Line(channels, self.servers.lab.process)


async def by_turns(
    lines: dict[str, Line], code: str, *, blocks: int, times: int, bytes: int = 0
) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds of a cell, and CPU seconds of the server a cell, of each line.

    Each runs it `times` times in a row, then the next, `blocks` times over, every other time in
    the reverse order: none always comes after the same one.
    """
    taken: dict[str, list[float]] = {name: [] for name in lines}
    cpu = dict.fromkeys(lines, 0.0)
    for block in range(blocks):
        for name in reversed(lines) if block % 2 else lines:
            line = lines[name]
            before = line.cpu()
            for _ in range(times):
                taken[name].append(await line.seconds(code, bytes))
            cpu[name] += line.cpu() - before
    return (
        {name: statistics.median(each) for name, each in taken.items()},
        {name: each / (blocks * times) for name, each in cpu.items()},
    )


async def warm(lines: dict[str, Line]) -> None:
    """Run what a first cell is slower for."""
    for line in lines.values():
        for code in ("import random; from IPython.display import display", *["1"] * 10):
            await line.seconds(code)
