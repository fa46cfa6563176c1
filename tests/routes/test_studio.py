"""Studio through the routes: a space and its app are opened as the space's owner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"


def until(holds: Callable[[], bool]) -> None:
    """The test's own time limit ends the wait."""
    while not holds():
        time.sleep(0.1)


@pytest.fixture(scope="module")
def domain(running_engine: RunningEngine) -> Iterator[str]:
    """A domain of `ann`, with her private space, whose JupyterLab runs, and one of all."""
    client = running_engine.client("sagemaker")
    id = client.create_domain(
        DomainName="studio", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}
    )["DomainId"]
    domain = {"DomainId": id}
    client.create_user_profile(**domain, UserProfileName="ann")
    for name, sharing in (("hers", "Private"), ("ours", "Shared")):
        client.create_space(
            **domain,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": "ann"},
            SpaceSharingSettings={"SharingType": sharing},
            SpaceSettings={"AppType": "JupyterLab"},
        )
    app = {**domain, "SpaceName": "hers", "AppType": "JupyterLab", "AppName": "default"}
    client.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.medium"})
    until(lambda: client.describe_app(**app)["Status"] == "InService")
    yield id
    client.delete_app(**app)
    until(lambda: client.describe_app(**app)["Status"] == "Deleted")


async def test_a_space_and_its_app_are_opened_as_their_owner(
    call: Call, local: Any, domain: str, engine: RunningEngine
) -> None:
    (page,) = [
        page
        for page in (await call("GET", "resources/app", **PLACE)).json["rows"]
        if page["status"] == "InService"
    ]
    assert page["name"] == "hers · JupyterLab"
    for kind, id in (("app", page["id"]), ("space", f"{domain},hers")):
        opened = await call("POST", f"resources/{kind}/{id}/open", "_xsrf=x", **PLACE)
        assert opened.status == 303, opened.body
        address = urlsplit(opened.headers["Location"])
        assert address.hostname == "127.0.0.1" and opened.body == b""


async def test_an_app_tells_its_memory_by_its_name(call: Call, local: Any, domain: str) -> None:
    """A list of apps has no ARN."""
    await call("POST", "inventory/refresh", **PLACE)
    while True:
        costs = (await call("GET", "inventory", **PLACE)).json["costs"]
        held = {one["id"]: one["memory"] for one in costs["rows"] if one["kind"] == "app"}
        if held.get(f"{domain},,hers,JupyterLab,default"):
            break
        await asyncio.sleep(0.1)
    assert held[f"{domain},,hers,JupyterLab,default"] > 20 << 20, "a JupyterLab server"


async def test_a_space_that_is_nobodys_own_says_as_whom_to_open_it(
    call: Call, local: Any, domain: str
) -> None:
    refused = await call("POST", f"resources/space/{domain},ours/open", "_xsrf=x", **PLACE)
    assert refused.status == 409
    assert b"A shared space is opened as one of its users" in refused.body
