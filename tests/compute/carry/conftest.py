"""Fixtures: kernels of this machine and of a notebook instance, and the instance's Jupyter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.compute.bridge import KernelBridge
from jupyter_smext.compute.names import close_remotes, remote_of
from jupyter_smext.compute.remote import RemoteJupyter
from jupyter_smext.protocol import ComputeName
from tests.compute.carry.carrying import PATIENCE, FarKernel, StartKernel
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine


@pytest.fixture
def start_kernel(
    jp_environ: Any, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[StartKernel]:
    """`await start_kernel()` → the manager of a kernel that is ready; it ends with the test."""
    started = []

    async def start(name: str = "python3", **options: Any) -> AsyncKernelManager:
        kernel = AsyncKernelManager(kernel_name=name)
        started.append(kernel)
        await kernel.start_kernel(**options)
        client = kernel.client()
        client.start_channels()
        await client.wait_for_ready(timeout=PATIENCE)
        client.stop_channels()
        return kernel

    async def end() -> None:
        for kernel in started:
            await kernel.shutdown_kernel(now=True)

    yield start
    jp_asyncio_loop.run_until_complete(end())


@pytest.fixture(scope="module")
def far(running_engine: RunningEngine) -> ComputeName:
    """A notebook instance in service."""
    return Instances(running_engine).create("nb-far")


@pytest.fixture
def volume(running_engine: RunningEngine, far: ComputeName) -> Path:
    """Its volume, which is the root of its Jupyter server."""
    (found,) = (running_engine.home / "notebook-instances").glob("*/*/SageMaker")
    return found


@pytest.fixture
def remote(
    local: Any,
    sessions: Sessions,
    far: ComputeName,
    jp_environ: Any,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[RemoteJupyter]:
    """Its Jupyter server."""

    async def made() -> RemoteJupyter:
        return remote_of(sessions, far)

    yield jp_asyncio_loop.run_until_complete(made())
    jp_asyncio_loop.run_until_complete(close_remotes())


@pytest.fixture
def start_far(
    remote: RemoteJupyter, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Callable[..., Awaitable[FarKernel]]]:
    """`await start_far("folder")` → a kernel of the instance, started in a folder of its volume."""
    started: list[KernelBridge] = []

    async def start(path: str = "") -> FarKernel:
        bridge = KernelBridge(remote, "python3", path=path)
        await bridge.start()
        started.append(bridge)
        client = AsyncKernelClient()
        info: Any = bridge.bind()
        client.load_connection_info(info)
        return FarKernel(client, bridge)

    async def end() -> None:
        for bridge in started:
            await bridge.exit()
            await bridge.close()

    yield start
    jp_asyncio_loop.run_until_complete(end())
