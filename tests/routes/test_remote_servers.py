"""The kernels of real instances through the routes: listed, attached again, shut down."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from jupyter_smext.compute.names import close_remotes
from jupyter_smext.lifecycle.read_only import ReadOnly
from jupyter_smext.protocol import ComputeName
from tests.compute.away import until_async
from tests.compute.kernel_browser import JupyterBrowser
from tests.compute.relayed_instances import ROLE, Instances
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": REGION}


@pytest.fixture(scope="module")
def at(running_engine: RunningEngine) -> ComputeName:
    return Instances(running_engine).create("far")


@pytest.fixture
def there(at: ComputeName, running_engine: RunningEngine, jp_asyncio_loop: Any) -> Iterator[Any]:
    """Somebody else's browser at the instance."""
    client = running_engine.client("sagemaker")
    url = client.create_presigned_notebook_instance_url(NotebookInstanceName=at.id)["AuthorizedUrl"]
    browser = jp_asyncio_loop.run_until_complete(JupyterBrowser.signed_in(url))
    yield browser
    for kernel in jp_asyncio_loop.run_until_complete(browser.request("GET", "api/kernels")):
        jp_asyncio_loop.run_until_complete(gone(browser, kernel["id"]))
    jp_asyncio_loop.run_until_complete(browser.close())


async def gone(browser: JupyterBrowser, id: str) -> None:
    try:
        await browser.request("DELETE", f"api/kernels/{id}")
    except httpx.HTTPStatusError as error:
        assert error.response.status_code == 404


@pytest.fixture(autouse=True)
def closed(call: Call, jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[None]:
    yield
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all(now=True))
    jp_asyncio_loop.run_until_complete(close_remotes())


async def listed(call: Call) -> dict[str, Any]:
    answer = await call("GET", "remote-servers", **PLACE)
    assert answer.status == 200, answer.body
    return {server["name"]: server for server in answer.json["servers"]}


def notebook(folder: Any, name: str) -> str:
    (folder / name).write_text(
        json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    return name


def body(at: ComputeName, id: str, **more: str) -> dict[str, Any]:
    named = {"kind": at.kind, "id": at.id, "connection": at.connection, "region": at.region}
    return {"at": named, "id": id, **more}


async def test_an_orphan_is_listed_attached_and_shut_down(
    call: Call,
    local: Any,
    at: ComputeName,
    there: JupyterBrowser,
    jp_root_dir: Any,
    jp_serverapp: Any,
) -> None:
    before = time.time()
    made = await there.request("POST", "api/kernels", json={"name": "python3"})
    server = (await listed(call))["far"]
    assert server["problem"] is None
    (kernel,) = server["kernels"]
    assert (kernel["id"], kernel["name"], kernel["connections"]) == (made["id"], "python3", 0)
    assert kernel["session_id"] is None and kernel["path"] is None
    assert before - 5 < kernel["last_activity"] < time.time() + 5

    async def as_it_was() -> None:
        seen = server
        while (again := (await listed(call))["far"])["idle_since"] != seen["idle_since"]:
            seen = again

    # To look is not to use: once the kernel has started, a look finds what the last one did.
    await asyncio.wait_for(as_it_was(), 30)

    path = notebook(jp_root_dir, "mine.ipynb")
    attached = await call("POST", "remote-servers/attach", body(at, made["id"], path=path))
    assert attached.status == 204, attached.body
    (session,) = await jp_serverapp.session_manager.list_sessions()
    assert session["path"] == path

    async def used() -> Any:
        while True:
            (kernel,) = (await listed(call))["far"]["kernels"]
            if kernel["session_id"]:
                return kernel
            await asyncio.sleep(0.1)

    kernel = await asyncio.wait_for(used(), 30)
    assert (kernel["session_id"], kernel["path"]) == (session["id"], path)
    assert kernel["connections"] == 1
    refused = await call("POST", "remote-servers/attach", body(at, made["id"], path=path))
    assert (refused.status, refused.json["title"]) == (409, "The kernel is in use")

    ended = await call("POST", "remote-servers/shut-down", body(at, made["id"]))
    assert ended.status == 204, ended.body
    assert (await listed(call))["far"]["kernels"] == []
    assert await there.request("GET", "api/kernels") == []
    assert await jp_serverapp.session_manager.list_sessions() == []


async def test_what_nobody_here_uses_is_shut_down_over_there(
    call: Call, local: Any, at: ComputeName, there: JupyterBrowser
) -> None:
    session = {"name": "", "path": "deep/theirs.ipynb", "type": "notebook"}
    kernel = {"kernel": {"name": "python3"}}
    made = await there.request("POST", "api/sessions", json={**session, **kernel})
    (known,) = (await listed(call))["far"]["kernels"]
    assert known["path"] == "deep/theirs.ipynb" and known["session_id"] is None
    for _ in range(2):
        ended = await call("POST", "remote-servers/shut-down", body(at, made["kernel"]["id"]))
        assert ended.status == 204, "a second click is harmless"
    assert await there.request("GET", "api/kernels") == []


async def test_what_cannot_be_asked_says_why(
    call: Call, local: Any, at: ComputeName, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "denied", "operation": "CreatePresignedNotebookInstanceUrl"}])
    server = (await listed(call))["far"]
    assert server["kernels"] == [] and server["idle_since"] is None
    assert server["problem"]["cause"] == "denied"
    assert server["problem"]["permission"] == "sagemaker:CreatePresignedNotebookInstanceUrl"
    engine.faults([{"kind": "denied", "operation": "ListApps"}])
    answer = (await call("GET", "remote-servers", **PLACE)).json
    assert [server["name"] for server in answer["servers"]] == ["far"]
    (problem,) = answer["problems"]
    assert problem["title"] == "Apps could not be listed, so kernels may be missing"
    assert problem["cause"] == "denied"


async def test_a_server_that_answers_nonsense_says_so(
    call: Call, local: Any, at: ComputeName, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_smext.compute.remote import RemoteJupyter

    async def kernels(self: Any) -> list[dict[str, Any]]:
        return [{"id": "x"}]

    monkeypatch.setattr(RemoteJupyter, "kernels", kernels)
    server = (await listed(call))["far"]
    assert server["problem"]["title"].startswith("The Jupyter server of far answered in an unkn")


async def test_bad_requests_change_nothing(
    call: Call, local: Any, at: ComputeName, there: JupyterBrowser, jp_root_dir: Any
) -> None:
    made = await there.request("POST", "api/kernels", json={"name": "python3"})
    id = made["id"]
    cases = [
        ("attach", body(at, id), 400),
        ("attach", body(at, id, path="none.ipynb"), 404),
        ("attach", body(at, "0-0-0-0-0", path=notebook(jp_root_dir, "x.ipynb")), 404),
        ("attach", body(at, "../sessions", path="x.ipynb"), 400),
        ("shut-down", body(ComputeName("local"), id), 400),
        ("shut-down", body(ComputeName("notebook-instance", "far", "nowhere", REGION), id), 400),
        ("shut-down", {"at": {"kind": "rocket"}, "id": id}, 400),
    ]
    for verb, asked, status in cases:
        answer = await call("POST", f"remote-servers/{verb}", asked)
        assert answer.status == status, (verb, asked, answer.body)
    assert [kernel["id"] for kernel in await there.request("GET", "api/kernels")] == [id]


async def test_nothing_is_done_through_a_read_only_connection(
    call: Call, local: Any, at: ComputeName, jp_serverapp: Any
) -> None:
    jp_serverapp.web_app.settings["smext"].read_only = ReadOnly(["local"])
    for method, path, asked in (
        ("GET", "remote-servers", None),
        ("POST", "remote-servers/attach", body(at, "0-0-0-0-0", path="y.ipynb")),
        ("POST", "remote-servers/shut-down", body(at, "0-0-0-0-0")),
    ):
        answer = await call(method, path, asked, **PLACE)
        assert answer.status == 403 and b"This connection is read-only" in answer.body, answer


def in_state(client: Any, app: dict[str, str], status: str) -> bool:
    return bool(client.describe_app(**app)["Status"] == status)


async def test_the_jupyterlab_of_a_space_is_asked_and_a_shared_space_says_why_not(
    call: Call, local: Any, at: ComputeName, engine: RunningEngine
) -> None:
    client = engine.client("sagemaker")
    settings = {"ExecutionRole": ROLE}
    domain = {
        "DomainId": client.create_domain(
            DomainName="studio", AuthMode="IAM", DefaultUserSettings=settings
        )["DomainId"]
    }
    client.create_user_profile(**domain, UserProfileName="ann")
    spaces = {"hers": "Private", "ours": "Shared"}
    apps = []
    for name, sharing in spaces.items():
        client.create_space(
            **domain,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": "ann"},
            SpaceSharingSettings={"SharingType": sharing},
            SpaceSettings={"AppType": "JupyterLab"},
        )
        app = {**domain, "SpaceName": name, "AppType": "JupyterLab", "AppName": "default"}
        client.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.medium"})
        apps.append(app)
    for app in apps:
        await until_async(partial(in_state, client, app, "InService"))
    servers = await listed(call)
    assert set(servers) == {"far", "hers", "ours"}
    hers, ours = servers["hers"], servers["ours"]
    assert hers["at"]["kind"] == "space" and hers["at"]["id"] == f"{domain['DomainId']},hers"
    assert (hers["problem"], hers["kernels"]) == (None, [])
    assert 0 < hers["idle_since"] <= time.time()
    assert ours["problem"]["title"] == "A shared space is opened as one of its users"
    # An app that has ended is not asked any more.
    client.delete_app(**apps[1])
    await until_async(partial(in_state, client, apps[1], "Deleted"))
    assert set(await listed(call)) == {"far", "hers"}
    client.delete_app(**apps[0])
