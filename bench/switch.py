"""How long a notebook's kernel takes to an instance and back, with its variables and folder."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import running
from lab import jupyterlab, report

from tests.compute.kernel_browser import JupyterBrowser

ROUNDS = 3
AT_ONCE = 3
MOST = {"switch_there_and_back_s": 15.0, "switch_3_there_and_back_s": 15.0}
REGION = "us-east-1"
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
CARRIED = {"variables": True, "files": True}


class Person:
    """With one browser at the JupyterLab."""

    def __init__(self, browser: JupyterBrowser) -> None:
        self.browser = browser

    async def open(self, name: str) -> dict[str, Any]:
        """A notebook with a kernel that has a variable; its session."""
        kernel = {"name": "python3"}
        body = {"path": f"{name}.ipynb", "name": name, "type": "notebook", "kernel": kernel}
        content = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        await self.browser.request(
            "PUT", f"api/contents/{name}.ipynb", json={"type": "notebook", "content": content}
        )
        session = dict(await self.browser.request("POST", "api/sessions", json=body))
        await self.run(session, "rows = list(range(100_000))")
        return session

    async def run(self, session: dict[str, Any], code: str) -> str:
        """What a cell prints. Raises RuntimeError when it fails."""
        now = await self.browser.request("GET", f"api/sessions/{session['id']}")
        channels = await self.browser.open(now["kernel"]["id"])
        ran = await channels.execute(code)
        channels.close()
        if ran.reply["status"] != "ok":
            raise RuntimeError(str(ran.reply))
        return ran.text("stdout")

    async def switch(self, session: dict[str, Any], **request: Any) -> dict[str, Any]:
        """To another place; by step, the seconds. Raises RuntimeError when it does not end well."""
        asked = {
            "session_id": session["id"],
            "path": session["path"],
            "carried": CARRIED,
            **request,
        }
        switch = await self.browser.request("POST", "smext/api/switches", json=asked)
        while switch["state"] == "running":
            await asyncio.sleep(0.05)
            switch = await self.browser.request("GET", f"smext/api/switches/{switch['id']}")
        if switch["state"] != "done":
            raise RuntimeError(str(switch["problem"]))
        return {
            step["id"]: step["ended"] - step["started"]
            for step in switch["steps"]
            if step["started"] and step["ended"]
        }

    async def there_and_back(self, name: str) -> float:
        """To a new instance and back, the instance stopped; the seconds of both switches."""
        session = await self.open(name)
        started = time.perf_counter()
        to = {"kind": "notebook-instance", "id": name, "connection": "local", "region": REGION}
        create = {"name": name, "role": ROLE}
        there = await self.switch(session, to=to, create=create, instance_type="ml.t3.medium")
        back = await self.switch(session, to={"kind": "local"})
        seconds = time.perf_counter() - started
        if await self.run(session, "print(len(rows))") != "100000\n":
            raise RuntimeError("The variable did not come along")
        for way in (there, back):
            print("  " + ", ".join(f"{step} {took:.2f}" for step, took in way.items()))
        return seconds


@contextlib.contextmanager
def servers() -> Iterator[str]:
    """The URL of a JupyterLab that has the local engine, with a home of its own."""
    with running() as engine, tempfile.TemporaryDirectory(prefix="smext-bench-") as folder:
        environment = {
            "SMEXT_LOCAL_HOME": str(engine.home),
            "JUPYTER_DATA_DIR": str(Path(folder) / "data"),
        }
        with jupyterlab(extension=True, environment=environment) as lab:
            yield lab.url


async def measure() -> dict[str, float]:
    with servers() as url:
        base, _, token = url.partition("/lab?token=")
        browser = JupyterBrowser(base, token)
        person = Person(browser)
        one = [await person.there_and_back(f"one-{number}") for number in range(ROUNDS)]
        started = time.perf_counter()
        await asyncio.gather(*(person.there_and_back(f"many-{n}") for n in range(AT_ONCE)))
        many = time.perf_counter() - started
        await browser.close()
    return {
        "switch_there_and_back_s": statistics.median(one),
        "switch_3_there_and_back_s": many,
    }


if __name__ == "__main__":
    report(measure, MOST)
