"""What tests do with kernels: run cells as a notebook does, and look at what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from jupyter_smext.compute.bridge import KernelBridge
from jupyter_smext.compute.carry.kernel_code import run_json

#: A kernel that was just started answers nothing yet, least of all on a busy machine.
PATIENCE = 60.0

StartKernel = Callable[..., Awaitable[AsyncKernelManager]]


@dataclass
class FarKernel:
    """A kernel of the instance: a client of it, and its bridge."""

    client: AsyncKernelClient
    bridge: KernelBridge


async def run_cell(kernel: Any, code: str) -> None:
    """Run a cell as a notebook does, to its end; one that fails fails the test."""
    client = cell_client(kernel)
    try:
        # Until it has subscribed, what the kernel says of the cell would be missed.
        await client.wait_for_ready(PATIENCE)
        reply = await client.execute_interactive(code, timeout=PATIENCE)
    finally:
        client.stop_channels()
    assert reply["content"]["status"] == "ok", reply["content"]


def cell_client(kernel: Any) -> AsyncKernelClient:
    client = AsyncKernelClient()
    client.load_connection_info(kernel.get_connection_info())
    client.start_channels()
    return client


async def value_of(kernel: Any, expression: str) -> Any:
    """What an expression is in the notebook, as JSON has it."""
    code = f"answer = {{'value': eval({expression!r}, __import__('__main__').__dict__)}}"
    return (await run_json(kernel, code, patience=PATIENCE))["value"]
