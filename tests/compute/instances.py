"""Notebook instances of the test's engine, and what is asked of their kernels."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyter_smext.compute import kernelspecs
from jupyter_smext.protocol import ComputeName
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, write_state

ROLE = "arn:aws:iam::000000000000:role/smext"
PYTHON = {"display_name": "Python 3 (ipykernel)", "language": "python"}
WAIT_SECONDS = 60.0


def until(true: Callable[[], Any], seconds: float = WAIT_SECONDS) -> None:
    """Return when it holds; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)


async def until_async(true: Callable[[], Any], seconds: float = WAIT_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        await asyncio.sleep(0.02)


def create(engine: RunningEngine, name: str, wait: bool = True) -> ComputeName:
    """A notebook instance, InService unless it is not waited for."""
    client = engine.client("sagemaker")
    client.create_notebook_instance(
        NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=ROLE
    )
    if wait:
        until(lambda: status(engine, name) == "InService")
    return ComputeName("notebook-instance", name, "local", REGION)


def status(engine: RunningEngine, name: str) -> str:
    found = engine.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
    return str(found["NotebookInstanceStatus"])


def stop(engine: RunningEngine, name: str) -> None:
    engine.client("sagemaker").stop_notebook_instance(NotebookInstanceName=name)
    until(lambda: status(engine, name) == "Stopped")


@contextmanager
def found_engine(engine: RunningEngine, folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """This process, and those that it starts, find the engine; Jupyter's folders are of the test."""
    home = folder / "local"
    home.mkdir()
    write_state(home, engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEXT_LOCAL_HOME", str(home))
        for name in ("DATA", "CONFIG", "RUNTIME"):
            patch.setenv(f"JUPYTER_{name}_DIR", str(folder / name.lower()))
        yield patch


@dataclass
class Said:
    """What came of a cell."""

    reply: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it printed to stdout."""
        return self._stream("stdout")

    @property
    def warned(self) -> str:
        return self._stream("stderr")

    def _stream(self, name: str) -> str:
        contents = [m["content"] for m in self.messages if m["msg_type"] == "stream"]
        return "".join(content["text"] for content in contents if content["name"] == name)


async def run(client: AsyncKernelClient, code: str, **options: Any) -> Said:
    """Run a cell to its end."""
    said = Said()
    options = {"timeout": WAIT_SECONDS, "allow_stdin": False, **options}
    said.reply = await client.execute_interactive(
        code, output_hook=said.messages.append, **options
    )
    return said
