"""Fixtures: a notebook instance behind a relay, and a Jupyter server that runs kernels on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from jupyter_smext.compute import kernelspecs
from jupyter_smext.protocol import ComputeName
from tests.compute.kernel_browser import JupyterBrowser, KernelChannels
from tests.compute.relay import Relay
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine

#: What the instance holds back would hide what the server here holds back.
NO_LIMITS = "c.ZMQChannelsWebsocketConnection.limit_rate = False"


@pytest.fixture(scope="module")
def instances(running_engine: RunningEngine) -> Iterator[Instances]:
    """Those of the module's engine; `relayed` has an effect."""
    made = Instances(running_engine)
    with made.reached():
        yield made


@pytest.fixture(scope="module")
def at(instances: Instances) -> ComputeName:
    """A notebook instance in service."""
    return instances.create("far", NO_LIMITS)


@pytest.fixture
def relay(instances: Instances, at: ComputeName, jp_asyncio_loop: Any) -> Iterator[Relay]:
    """Stands between the server and the instance while the test lasts."""
    relay = Relay(instances.port(at.id))
    jp_asyncio_loop.run_until_complete(relay.open())
    instances.relayed[at.id] = relay.port
    yield relay
    del instances.relayed[at.id]
    jp_asyncio_loop.run_until_complete(relay.close())


@pytest.fixture
def browser(
    jp_serverapp: Any, relay: Relay, call: Any, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[JupyterBrowser]:
    """A browser of the test's server, whose kernels end with the test."""
    browser = JupyterBrowser(jp_serverapp.connection_url, jp_serverapp.identity_provider.token)
    yield browser
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all(now=True))
    jp_asyncio_loop.run_until_complete(browser.close())


@pytest.fixture
def specified(local: Any, at: ComputeName) -> str:
    """The name of a kernelspec of the instance."""
    spec = {"display_name": "Python 3", "language": "python", "argv": []}
    return kernelspecs.write(at, "python3", spec, "far")


Opened = Callable[[], Awaitable[tuple[str, KernelChannels]]]


@pytest.fixture
def opened(browser: JupyterBrowser, specified: str) -> Opened:
    """`await opened()` → the id of a new kernel on the instance, and a window's channels to it."""

    async def start() -> tuple[str, KernelChannels]:
        kernel = await browser.start(specified)
        return kernel, await browser.open(kernel)

    return start
