"""Kernels on notebook instances of the test's engine, as clients without a server use them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from tests.local_engine import RunningEngine
from tests.smext_server import write_state

PYTHON = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "metadata": {"debugger": True},
}
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


@contextmanager
def found_engine(engine: RunningEngine, folder: Path) -> Iterator[None]:
    """This process, and those it starts, find the engine, and Jupyter's folders in `folder`."""
    home = folder / "local"
    home.mkdir()
    write_state(home, engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEXT_LOCAL_HOME", str(home))
        for name in ("DATA", "CONFIG", "RUNTIME"):
            patch.setenv(f"JUPYTER_{name}_DIR", str(folder / name.lower()))
        yield


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
        """What it printed to stderr."""
        return self._stream("stderr")

    @property
    def content(self) -> dict[str, Any]:
        """Of the reply."""
        return dict(self.reply["content"])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Its messages of a type."""
        return [message for message in self.messages if message["msg_type"] == kind]

    def _stream(self, name: str) -> str:
        contents = [message["content"] for message in self.of("stream")]
        return "".join(content["text"] for content in contents if content["name"] == name)


async def run(client: AsyncKernelClient, code: str, **options: Any) -> Said:
    """Run a cell to its end."""
    said = Said()
    options = {"timeout": WAIT_SECONDS, "allow_stdin": False, **options}
    said.reply = await client.execute_interactive(code, output_hook=said.messages.append, **options)
    return said


@asynccontextmanager
async def started(spec: str) -> AsyncIterator[tuple[AsyncKernelManager, AsyncKernelClient]]:
    """A kernel and a client of it, both ended afterwards."""
    manager = AsyncKernelManager(kernel_name=spec)
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=WAIT_SECONDS)
        yield manager, client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
