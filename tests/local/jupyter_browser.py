"""What a person does with a JupyterLab of the engine: sign in, run code; and what runs for it."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_smext.local.runners.supervision import process_table


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def tree(arn: str) -> list[psutil.Process]:
    """Every process of an instance, as the operating system has it."""
    for found in process_table.trees(os.getpid()):
        if found.resource == arn:
            top = psutil.Process(found.pid)
            return [top, *top.children(recursive=True)]
    return []


class Browser:
    """A client with cookies, as a browser or a REST script has them."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, url: str, **more: Any) -> tuple[int, str, bytes]:
        """Status, final URL, body."""
        try:
            with self._opener.open(urllib.request.Request(url, **more), timeout=30) as answer:
                return answer.status, answer.url, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, url, error.read()

    def cookie(self, start: str) -> http.cookiejar.Cookie:
        return next(cookie for cookie in self.cookies if cookie.name.startswith(start))


def run_in_kernel(presigned: str, code: str) -> None:
    """Sign in, start a kernel and run code in it, as a browser does; fails when the code does."""
    browser = Browser()
    base = browser.get(presigned)[1].rpartition("/lab")[0]
    headers = {
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies),
        "X-XSRFToken": str(browser.cookie("_xsrf").value),
    }
    body = {"data": b"{}", "method": "POST", "headers": headers}
    status, _, made = browser.get(f"{base}/api/kernels", **body)
    assert status == 201
    url = f"ws{base.removeprefix('http')}/api/kernels/{json.loads(made)['id']}/channels"
    header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "s"}
    content = {"code": code, "silent": False}
    request = {"header": header, "parent_header": {}, "metadata": {}, "content": content}

    async def run() -> dict[str, Any]:
        socket = await websocket_connect(HTTPRequest(url, headers=headers))
        await socket.write_message(json.dumps({**request, "channel": "shell"}))
        while text := await socket.read_message():
            message = json.loads(text)
            if message["header"]["msg_type"] == "execute_reply":
                socket.close()
                while await socket.read_message() is not None:
                    pass  # until the other side has closed as well
                return dict(message["content"])
        raise AssertionError("the kernel went away")

    reply = asyncio.run(run())
    assert reply["status"] == "ok", reply
