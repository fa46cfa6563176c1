"""Kernels of a window on the local engine have its environment, those of another window do not."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)

from jupyter_smext.compute.kernels import give_environment
from tests.local_engine import RunningEngine
from tests.smext_server import Call, write_state

pytest_plugins = ("tests.local_engine", "tests.smext_server")

LOCAL = {"X-Smext-Connection": "local", "X-Smext-Region": "eu-west-1"}
AWS = {"X-Smext-Connection": "profile:research", "X-Smext-Region": "eu-west-1"}
PRINT = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if 'AWS' in k}))"

Ask = Callable[..., Awaitable[Any]]


class OwnManager(ServerKernelManager):
    """What an administrator may have set in its place."""


class Gateway:
    """A manager of all kernels that is not Jupyter Server's own."""


@pytest.fixture
def ask(jp_fetch: Any, jp_serverapp: Any, jp_asyncio_loop: Any, call: Call) -> Iterator[Ask]:
    """`await ask("POST", "sessions", body, headers)`; kernels end with the test."""

    async def fetch(
        method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        answer = await jp_fetch(
            *("api", *path.split("/")),
            method=method,
            headers=dict(headers or {}),
            body=json.dumps(body or {}),
        )
        return json.loads(answer.body)

    yield fetch
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all(now=True))


@pytest.fixture
def aws_of(jp_serverapp: Any) -> Callable[[str], Awaitable[dict[str, str]]]:
    """The AWS_* variables that a kernel itself sees."""

    async def read(kernel: str) -> dict[str, str]:
        client: AsyncKernelClient = jp_serverapp.kernel_manager.get_kernel(kernel).client()
        client.start_channels()
        said = ""

        def hear(message: dict[str, Any]) -> None:
            nonlocal said
            said += message["content"].get("text", "")

        try:
            await client.wait_for_ready(timeout=60)
            await client.execute_interactive(PRINT, output_hook=hear, timeout=60)
        finally:
            client.stop_channels()
        return dict(json.loads(said))

    return read


def session(path: str) -> dict[str, Any]:
    return {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}


async def test_it_is_the_window_that_decides_and_restarts_keep_it(
    ask: Ask, aws_of: Any, local: Any, engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "research")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another account")
    mine = await ask("POST", "sessions", session("a.ipynb"), LOCAL)
    theirs = await ask("POST", "sessions", session("b.ipynb"), AWS)
    unsaid = await ask("POST", "kernels", {"name": "python3"})
    told = json.dumps([mine, theirs, unsaid])
    assert engine.keys.secret_key not in told and engine.url not in told

    seen = await aws_of(mine["kernel"]["id"])
    assert seen["AWS_ENDPOINT_URL"] == engine.url
    assert seen["AWS_SECRET_ACCESS_KEY"] == engine.keys.secret_key
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & seen.keys()
    for other in (theirs["kernel"]["id"], unsaid["id"]):
        seen = await aws_of(other)
        assert "AWS_ENDPOINT_URL" not in seen and seen["AWS_PROFILE"] == "research"

    # Whoever restarts it: the other window, or this one the other's.
    await ask("POST", f"kernels/{mine['kernel']['id']}/restart", headers=AWS)
    await ask("POST", f"kernels/{theirs['kernel']['id']}/restart", headers=LOCAL)
    assert (await aws_of(mine["kernel"]["id"]))["AWS_ENDPOINT_URL"] == engine.url
    assert "AWS_ENDPOINT_URL" not in await aws_of(theirs["kernel"]["id"])

    # Another kernel for the session is a start, by the window that asks for it.
    changed = {"kernel": {"name": "python3"}}
    switched = await ask("PATCH", f"sessions/{theirs['id']}", changed, LOCAL)
    assert (await aws_of(switched["kernel"]["id"]))["AWS_ENDPOINT_URL"] == engine.url


async def test_a_restart_follows_the_engine(
    ask: Ask, aws_of: Any, local: Any, engine: RunningEngine, tmp_path: Any
) -> None:
    state = tmp_path / "local" / "engine.json"
    state.unlink()
    kernel = await ask("POST", "kernels", {"name": "python3"}, LOCAL)
    assert "AWS_ENDPOINT_URL" not in await aws_of(kernel["id"])
    write_state(state.parent, engine)
    await ask("POST", f"kernels/{kernel['id']}/restart")
    assert (await aws_of(kernel["id"]))["AWS_ENDPOINT_URL"] == engine.url
    state.unlink()
    await ask("POST", f"kernels/{kernel['id']}/restart")
    assert (await aws_of(kernel["id"]))["AWS_ENDPOINT_URL"] == engine.url


@pytest.mark.parametrize("region", ["", "eu west 1", "$(reboot)", "--shell", "a" * 64])
async def test_what_is_no_region_gives_nothing(
    ask: Ask, aws_of: Any, local: Any, region: str
) -> None:
    headers = {**LOCAL, "X-Smext-Region": region}
    kernel = await ask("POST", "kernels", {"name": "python3"}, headers)
    assert "AWS_ENDPOINT_URL" not in await aws_of(kernel["id"])


class Elsewhere(LocalProvisioner):
    """Stands for one that starts kernels on another machine."""


async def test_a_kernel_of_another_machine_is_left_alone(
    ask: Ask,
    aws_of: Any,
    local: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("jupyter_smext.compute.kernels.LocalProvisioner", Elsewhere)
    caplog.set_level(logging.WARNING)
    kernel = await ask("POST", "kernels", {"name": "python3"}, LOCAL)
    assert "AWS_ENDPOINT_URL" not in await aws_of(kernel["id"])
    assert "is started by LocalProvisioner" in caplog.text


async def test_another_manager_of_kernels_stays_and_that_is_said(
    jp_serverapp: Any, call: Call
) -> None:
    kernels = jp_serverapp.kernel_manager
    assert kernels.kernel_manager_class.endswith(".EngineKernelManager")
    assert (await call("GET", "local")).json["kernels_without"] is None

    own = f"{OwnManager.__module__}.{OwnManager.__name__}"
    theirs = AsyncMappingKernelManager(parent=jp_serverapp, kernel_manager_class=own)
    left = give_environment(theirs)
    assert left is not None and "started by OwnManager," in left.detail
    assert left.command == "jupyter smext local env"
    assert theirs.kernel_manager_class == own
    left = give_environment(Gateway())
    assert left is not None and "started by Gateway," in left.detail
    jp_serverapp.web_app.settings["smext"].engine.kernels_without = left
    told = (await call("GET", "local")).json["kernels_without"]
    assert (told["title"], told["detail"]) == (left.title, left.detail)
