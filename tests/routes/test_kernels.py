"""Where notebooks' kernels run, as the routes tell it, and leaving one running."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_smext.compute import kernelspecs
from jupyter_smext.compute.names import close_remotes, remote_of
from jupyter_smext.protocol import TASK_EVENT, ComputeName
from tests.compute.away import PYTHON
from tests.compute.relay import Relay
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine
from tests.smext_server import Call


@pytest.fixture(scope="module")
def instances(running_engine: RunningEngine) -> Iterator[Instances]:
    made = Instances(running_engine)
    with made.reached():
        made.create("far")
        yield made


@pytest.fixture
def relay(instances: Instances, jp_asyncio_loop: Any) -> Iterator[Relay]:
    relay = Relay(instances.port("far"))
    jp_asyncio_loop.run_until_complete(relay.open())
    instances.relayed["far"] = relay.port
    yield relay
    jp_asyncio_loop.run_until_complete(relay.close())


@pytest.fixture
def at(local: Any, relay: Relay) -> ComputeName:
    return ComputeName("notebook-instance", "far", "local", "us-east-1")


@pytest.fixture(autouse=True)
def closed(call: Call, relay: Relay, jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[None]:
    """Kernels end while there is still a way to them."""
    yield
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all(now=True))
    jp_asyncio_loop.run_until_complete(close_remotes())


@pytest.fixture
def said(jp_serverapp: Any) -> list[dict[str, Any]]:
    """The events about kernels."""
    heard: list[dict[str, Any]] = []

    async def hear(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data["task"] == "kernel":
            heard.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=TASK_EVENT, listener=hear)
    return heard


async def session(jp_fetch: Any, path: str, kernel: str) -> dict[str, Any]:
    asked = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
    answer = await jp_fetch("api", "sessions", method="POST", body=json.dumps(asked))
    return dict(json.loads(answer.body))


async def computes(call: Call) -> list[Any]:
    answer = await call("GET", "session-computes")
    assert answer.status == 200, answer.body
    return list(answer.json)


async def line(call: Call, wanted: str) -> Any:
    """Wait until the line of the one session is so."""
    while (found := (await computes(call))[0])["line"] != wanted:
        await asyncio.sleep(0.05)
    return found


async def test_who_has_no_instance_loads_nothing_of_aws(call: Call, jp_fetch: Any) -> None:
    assert await computes(call) == []
    made = await session(jp_fetch, "a.ipynb", "python3")
    (found,) = await computes(call)
    assert (found["session_id"], found["path"], found["kernel_id"]) == (
        made["id"],
        "a.ipynb",
        made["kernel"]["id"],
    )
    assert found["compute"]["at"]["kind"] == "local" and found["compute"]["vcpu"] > 0
    assert (found["line"], found["note"], found["switch"]) == ("open", "", None)
    refused = await call("POST", f"session-computes/{made['id']}/detach")
    assert (refused.status, refused.json["title"]) == (409, "This kernel runs on this machine")
    assert (await call("POST", "session-computes/none/detach")).status == 404


async def test_the_line_is_told_as_it_changes(
    call: Call, jp_fetch: Any, at: ComputeName, relay: Relay, said: list[dict[str, Any]]
) -> None:
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    made = await session(jp_fetch, "a.ipynb", spec)
    found = await line(call, "open")
    assert found["compute"]["name"] == "far" and found["compute"]["status"] == "InService"
    assert found["compute"]["instance_type"] == "ml.m5.xlarge"
    await relay.close()
    lost = await asyncio.wait_for(line(call, "lost"), 60)
    assert lost["note"]
    assert {event["id"] for event in said} == {made["kernel"]["id"]}
    revs = [event["rev"] for event in said]
    assert revs == sorted(set(revs))
    await relay.open()
    assert (await asyncio.wait_for(line(call, "open"), 60))["note"] == ""


async def test_left_running_it_is_gone_here_and_there_still(
    call: Call, jp_fetch: Any, at: ComputeName, jp_serverapp: Any
) -> None:
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    made = await session(jp_fetch, "a.ipynb", spec)
    answer = await call("POST", f"session-computes/{made['id']}/detach")
    assert answer.status == 204, answer.body
    assert await computes(call) == []
    services = jp_serverapp.web_app.settings["smext"]
    remote = remote_of(await services.sessions(), at)
    (kernel,) = await remote.kernels()
    assert {id for _, id in services.kernels.remote_kernels()} == {kernel["id"]}

    id, _ = await services.kernels.attach(at, kernel["id"], "a.ipynb")
    (found,) = await computes(call)
    assert (found["kernel_id"], found["path"]) == (id, "a.ipynb")
    await asyncio.wait_for(line(call, "open"), 60)
    await jp_fetch("api", "sessions", found["session_id"], method="DELETE")
    assert await remote.kernels() == [] and not services.kernels.remote_kernels()


async def test_what_was_given_up_is_tried_again_when_asked(
    call: Call, jp_fetch: Any, at: ComputeName, relay: Relay, jp_serverapp: Any
) -> None:
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    made = await session(jp_fetch, "a.ipynb", spec)
    services = jp_serverapp.web_app.settings["smext"]
    manager = jp_serverapp.kernel_manager.get_kernel(made["kernel"]["id"])
    manager.provisioner.bridge._grace = 0.3
    ((_, remote_id),) = services.kernels.remote_kernels()
    await relay.close()
    given_up = await asyncio.wait_for(line(call, "ended"), 60)
    assert "Given up after" in given_up["note"]
    await relay.open()
    id, _ = await services.kernels.attach(at, remote_id, "a.ipynb")
    assert id == made["kernel"]["id"]
    await asyncio.wait_for(line(call, "open"), 60)
    while manager.execution_state != "idle":
        await asyncio.sleep(0.05)


async def test_state_and_activity_are_told_over_rest(
    call: Call, jp_fetch: Any, at: ComputeName, jp_serverapp: Any
) -> None:
    """Without any browser, as a script or the culler looks at it."""
    spec = kernelspecs.write(at, "python3", PYTHON, "far")
    id = (await session(jp_fetch, "a.ipynb", spec))["kernel"]["id"]

    async def model(state: str) -> dict[str, Any]:
        while True:
            found = json.loads((await jp_fetch("api", "kernels", id)).body)
            if found["execution_state"] == state:
                return dict(found)
            await asyncio.sleep(0.02)

    idle = await asyncio.wait_for(model("idle"), 60)
    client = jp_serverapp.kernel_manager.get_kernel(id).client()
    client.start_channels()
    client.execute("import time; time.sleep(2)")
    busy = await asyncio.wait_for(model("busy"), 60)
    assert busy["last_activity"] > idle["last_activity"]
    assert (await client.get_shell_msg(timeout=60))["content"]["status"] == "ok"
    client.stop_channels()
    done = await asyncio.wait_for(model("idle"), 60)
    assert done["last_activity"] > busy["last_activity"]
