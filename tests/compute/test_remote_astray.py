"""Where a sign-in must not lead, what must not be told, and answers that are none."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from tornado import web, websocket
from tornado.testing import bind_unused_port

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.compute.bridge.remote_kernel import RemoteKernel
from jupyter_smext.compute.remote import RemoteJupyter
from jupyter_smext.protocol import Problem

SPACE = "https://space.studio.us-east-1.sagemaker.aws"
DOMAIN = "https://d-1.studio.us-east-1.sagemaker.aws/auth?token=secret"

Answers = Callable[[httpx.Request], httpx.Response]


def to(url: str, *cookies: str) -> httpx.Response:
    """A redirect that sets cookies."""
    headers = [("location", url), *(("set-cookie", each) for each in cookies)]
    return httpx.Response(302, headers=headers)


def remote_of(presigned: str, answers: Answers, base: str = "") -> RemoteJupyter:
    """A server of which `answers` answers everything, whatever the host."""

    async def presign() -> str:
        return presigned

    made = RemoteJupyter(presign, base, "far", 3600.0)
    made._http._mounts = {}
    made._http._transport = httpx.MockTransport(answers)
    return made


async def problem_of(work: Awaitable[Any]) -> Problem:
    with pytest.raises(ProblemError) as error:
        await work
    return error.value.problem


async def test_a_space_is_beside_its_domain() -> None:
    seen = {}

    def answers(request: httpx.Request) -> httpx.Response:
        seen[request.url.host, request.url.path] = request.headers
        if request.url.path == "/auth":
            return to(f"{SPACE}/jupyterlab/default/lab", "domain=secret", "_xsrf=of-the-domain")
        if request.url.path.endswith("/lab"):
            cookies = [("set-cookie", "space=mine"), ("set-cookie", "_xsrf=of-the-space")]
            return httpx.Response(200, headers=cookies)
        return httpx.Response(200, json=[])

    remote = remote_of(DOMAIN, answers, "/jupyterlab/default")
    assert await remote.kernels() == []
    asked = seen["space.studio.us-east-1.sagemaker.aws", "/jupyterlab/default/api/kernels"]
    assert asked["X-XSRFToken"] == "of-the-space" and "domain=" not in asked["cookie"]
    await remote.close()


@pytest.mark.parametrize(
    "presigned, elsewhere",
    [
        (DOMAIN, "https://attacker.example/lab"),
        (DOMAIN, "http://space.studio.us-east-1.sagemaker.aws/lab"),
        (DOMAIN, "http://127.0.0.1:8888/lab"),
        (DOMAIN, "https://space.studio.us-east-1.sagemaker.aws.attacker.example/lab"),
        ("http://127.0.0.1:1/?authToken=secret", "http://localhost:8888/lab"),
        ("http://nb.notebook.us-east-1.sagemaker.aws/?authToken=secret", ""),
    ],
)
async def test_a_sign_in_that_leads_elsewhere_is_not_followed(
    presigned: str, elsewhere: str
) -> None:
    went = []

    def answers(request: httpx.Request) -> httpx.Response:
        went.append(str(request.url))
        return to(elsewhere) if "secret" in str(request.url) else httpx.Response(200, json=[])

    remote = remote_of(presigned, answers)
    problem = await problem_of(remote.kernels())
    assert problem.title == "The sign-in to far leads elsewhere"
    assert "secret" not in problem.detail
    assert [url for url in went if "secret" not in url] == []
    assert went == ([presigned] if elsewhere else [])
    await remote.close()


async def test_a_sign_in_that_leads_in_a_circle() -> None:
    remote = remote_of(DOMAIN, lambda request: to(DOMAIN))
    problem = await problem_of(remote.kernels())
    assert (
        problem.title == "The sign-in to far leads in a circle" and "secret" not in problem.detail
    )
    await remote.close()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="not JSON"),
        httpx.Response(200, json="a text"),
        httpx.Response(200, json=[1, None]),
        httpx.Response(200, json={"kernelspecs": []}),
        httpx.Response(200, content=b"x", headers={"content-encoding": "gzip"}),
    ],
)
async def test_an_answer_that_is_none(answer: httpx.Response) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith("/api/"):
            return httpx.Response(200, headers={"set-cookie": "_xsrf=x"})
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)

    remote = remote_of(DOMAIN, answers)
    for work in (
        remote.kernels(),
        remote.sessions(),
        remote.kernelspecs(),
        remote.kernel("1"),
        RemoteKernel(remote, "python3", "").start(),
    ):
        assert (await problem_of(work)).cause in ("broken", "offline")
    await remote.close()


COOKIES: list[str] = []


class _Channels(websocket.WebSocketHandler):
    def open(self, *_: Any, **__: Any) -> None:
        COOKIES.append(self.request.headers.get("Cookie", ""))


class _Page(web.RequestHandler):
    def get(self) -> None:
        self.set_cookie("_xsrf", "x")
        self.set_cookie("session", "hers")


@pytest.fixture
def server(jp_asyncio_loop: Any) -> Iterator[str]:
    """A server that takes every websocket."""
    socket, port = bind_unused_port()

    async def listen() -> Any:
        routes = [("/api/kernels/.*", _Channels), ("/.*", _Page)]
        app = web.Application(routes, log_function=lambda handler: None)
        from tornado.httpserver import HTTPServer

        made = HTTPServer(app)
        made.add_socket(socket)
        return made

    made = jp_asyncio_loop.run_until_complete(listen())
    yield f"http://127.0.0.1:{port}/?authToken=secret"
    made.stop()
    jp_asyncio_loop.run_until_complete(made.close_all_connections())


async def test_a_websocket_gets_the_cookies_of_its_own_host(server: str) -> None:
    async def presign() -> str:
        return server

    remote = RemoteJupyter(presign, "", "far", 3600.0)
    await remote.sign_in()
    remote._http.cookies.set("domain", "secret", domain="d-1.studio.us-east-1.sagemaker.aws")
    remote._http.cookies.set("_xsrf", "another", domain="d-1.studio.us-east-1.sagemaker.aws")
    line = await remote.channels("k", "s", lambda message: None)
    assert sorted(COOKIES.pop().split("; ")) == ["_xsrf=x", "session=hers"]
    line.close()
    await remote.close()


async def test_no_log_has_the_presigned_url_or_a_cookie(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    """papermill, for one, has every library's INFO in its output."""

    async def presign() -> str:
        return server

    caplog.set_level(logging.DEBUG)
    remote = RemoteJupyter(presign, "", "far", 3600.0)
    await remote.sign_in()
    assert "authToken" not in caplog.text and "hers" not in caplog.text
    await remote.close()
