"""Signing in to a remote Jupyter server, staying signed in, and what is said when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.compute.names import close_remotes, name_of, remote_of, slug
from jupyter_smext.compute.remote import RemoteJupyter
from jupyter_smext.protocol import ComputeName
from tests.compute.away import found_engine
from tests.compute.relayed_instances import ROLE, Instances
from tests.local_engine import RunningEngine

FAR = ComputeName("notebook-instance", "far", "local", "us-east-1")


@pytest.fixture(scope="module")
def instances(
    running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instances]:
    made = Instances(running_engine)
    with found_engine(running_engine, tmp_path_factory.mktemp("remote")):
        made.create("far")
        yield made


@asynccontextmanager
async def signed_in(at: ComputeName = FAR) -> AsyncIterator[RemoteJupyter]:
    sessions = Sessions()
    try:
        yield remote_of(sessions, at)
    finally:
        await close_remotes()
        sessions.close()


@pytest.fixture
def space(instances: Instances, running_engine: RunningEngine) -> ComputeName:
    """A private space with its JupyterLab in service."""
    client = running_engine.client("sagemaker")
    domain = client.create_domain(
        DomainName="d",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": ROLE},
        SubnetIds=["subnet-1"],
        VpcId="vpc-1",
    )["DomainArn"].rpartition("/")[2]
    client.create_user_profile(DomainId=domain, UserProfileName="ada")
    client.create_space(
        DomainId=domain,
        SpaceName="s",
        OwnershipSettings={"OwnerUserProfileName": "ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    app = {"DomainId": domain, "SpaceName": "s", "AppType": "JupyterLab", "AppName": "default"}
    client.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.medium"})
    from tests.compute.away import until

    until(lambda: client.describe_app(**app)["Status"] == "InService")
    return ComputeName("space", f"{domain},s", "local", "us-east-1")


async def test_a_notebook_instance_and_a_space(instances: Instances, space: ComputeName) -> None:
    for at in (FAR, space):
        async with signed_in(at) as remote:
            assert "python3" in (await remote.kernelspecs())["kernelspecs"]
            made = await remote.request("POST", "/api/kernels", json={"name": "python3"})
            assert [kernel["id"] for kernel in await remote.kernels()] == [made.json()["id"]]
            line = await remote.channels(made.json()["id"], "s", lambda message: None)
            line.close()
            await remote.request("DELETE", f"/api/kernels/{made.json()['id']}")
            assert await remote.sessions() == []
            assert remote.signed_in == 1


async def test_one_remote_for_one_place_and_loop(instances: Instances) -> None:
    async with signed_in() as remote:
        sessions = Sessions()
        assert remote_of(sessions, FAR) is remote_of(sessions, FAR) is not remote
        sessions.close()


async def test_many_requests_sign_in_once(instances: Instances) -> None:
    async with signed_in() as remote:
        await asyncio.gather(*(remote.kernels() for _ in range(8)))
        assert remote.signed_in == 1
        forget(remote)
        await asyncio.gather(*(remote.kernels() for _ in range(8)))
        assert remote.signed_in == 2


def forget(remote: RemoteJupyter) -> None:
    """The server takes the session for ended."""
    for cookie in list(remote._http.cookies.jar):
        if cookie.name != "_xsrf":
            cookie.value = "ended"


async def test_a_session_that_has_ended_is_begun_again(instances: Instances) -> None:
    async with signed_in() as remote:
        kernel = (await remote.request("POST", "/api/kernels", json={"name": "python3"})).json()
        forget(remote)
        line = await remote.channels(kernel["id"], "s", lambda message: None)
        assert remote.signed_in == 2
        line.close()
        forget(remote)
        await remote.request("DELETE", f"/api/kernels/{kernel['id']}")
        assert remote.signed_in == 3


async def test_a_session_that_ends_soon_is_renewed_before(instances: Instances) -> None:
    async with signed_in() as remote:
        await remote.kernels()
        remote._renew_at = 0.0
        seen = []

        async def look(answer: httpx.Response) -> None:
            seen.append(answer.status_code)

        remote._http.event_hooks = {"response": [look]}
        await remote.kernels()
        assert remote.signed_in == 2
        assert not {401, 403} & set(seen)


async def test_a_page_in_place_of_an_answer_is_a_sign_in_form(instances: Instances) -> None:
    """As notebook instances do it (vscode-jupyter#1117): 200, and HTML where JSON was asked for."""
    async with signed_in() as remote:
        await remote.kernels()
        real, asked = remote._http._transport, []

        async def form(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            if request.url.path == "/api/kernels" and asked.count("/api/kernels") == 1:
                return httpx.Response(200, html="<form>")
            return await real.handle_async_request(request)

        remote._http._mounts = {}
        remote._http._transport = httpx.MockTransport(form)
        assert await remote.kernels() == []
        assert remote.signed_in == 2 and asked.count("/api/kernels") == 2
        await real.aclose()


async def test_a_page_that_was_asked_for_is_none(instances: Instances) -> None:
    async with signed_in() as remote:
        page = await remote.request("GET", "/lab")
        assert page.headers["content-type"].startswith("text/html")
        assert remote.signed_in == 1


async def refused(remote: RemoteJupyter, *request: str) -> Any:
    with pytest.raises(ProblemError) as error:
        await remote.request(*(request or ("GET", "/api/kernels")))
    return error.value.problem


async def test_what_is_not_up_or_not_there_says_so(instances: Instances) -> None:
    instances.create("off")
    instances.stop("off")
    async with signed_in(ComputeName("notebook-instance", "off", "local", "us-east-1")) as remote:
        problem = await refused(remote)
        assert (problem.title, problem.status) == ("off is not InService", 409)
        assert "Stopped" in problem.detail and problem.code == "ValidationException"
        assert problem.request_id
    async with signed_in(ComputeName("notebook-instance", "none", "local", "us-east-1")) as remote:
        assert (await refused(remote)).cause == "not_found"


async def test_what_does_not_answer_says_so(instances: Instances) -> None:
    async with signed_in() as remote:
        await remote.kernels()
        remote._base = "http://127.0.0.1:9"
        problem = await refused(remote)
        assert (problem.title, problem.cause) == ("far does not answer", "offline")
        with pytest.raises(ProblemError, match="far does not answer"):
            await remote.channels("k", "s", lambda message: None)


async def test_jupyters_own_words_are_kept(instances: Instances) -> None:
    async with signed_in() as remote:
        problem = await refused(remote, "GET", "/api/contents/none")
        assert problem.cause == "not_found" and "none" in problem.detail
        assert await remote.kernel("00000000-0000-0000-0000-000000000000") is None


async def test_no_problem_tells_the_presigned_url(
    instances: Instances, engine: RunningEngine
) -> None:
    async with signed_in() as remote:
        url = await remote._presign()
        await remote._http.get(url)  # It signs in once.

        async def used() -> str:
            return url

        remote._presign = used
        problem = await refused(remote)
        assert problem.cause == "signed_out"
        assert url.partition("authToken=")[2] not in str(problem)


@pytest.mark.parametrize("name", ["nb-cpu", "../../x", "A b/ü", "."])
def test_slugs_are_safe_in_a_file_name(name: str) -> None:
    from urllib.parse import quote

    at = ComputeName("space", f"d-1,{quote(name, safe='')}", "profile:x", "us-east-1")
    assert name_of(at) == name
    assert set(slug(at)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    others = {
        slug(ComputeName(kind, id, connection, region))  # type: ignore[arg-type]
        for kind in ("space", "notebook-instance")
        for id in ("a", "A", "a-")
        for connection in ("local", "profile:a")
        for region in ("us-east-1", "eu-west-1")
    }
    assert len(others) == 24
