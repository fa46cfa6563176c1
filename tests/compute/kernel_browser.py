"""A client of a Jupyter server as a notebook in a browser is one: REST and raw kernel channels."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

V1 = "v1.kernel.websocket.jupyter.org"
LARGEST = 2**31 - 1


class Message(NamedTuple):
    """A message of a kernel; `content` is JSON as it came."""

    channel: str
    header: dict[str, Any]
    parent: dict[str, Any]
    content: bytes
    buffers: list[bytes]

    @property
    def type(self) -> str:
        return str(self.header["msg_type"])

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Ran:
    """What came of a cell: the content of its reply, and all that it put out."""

    reply: dict[str, Any] = field(default_factory=dict)
    outputs: list[Message] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    #: When each output came, on the monotonic clock.
    times: list[float] = field(default_factory=list)

    def text(self, *names: str) -> str:
        """What it printed; `names` are stdout and stderr, when not both."""
        streams = [message.json() for message in self.outputs if message.type == "stream"]
        return "".join(each["text"] for each in streams if not names or each["name"] in names)

    @property
    def bytes(self) -> int:
        return sum(len(message.content) for message in self.outputs)


class JupyterBrowser:
    """Signed in to one server; `await close()` at the end."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base.rstrip("/")
        self._http = httpx.AsyncClient(follow_redirects=True, timeout=120)
        self._opened: list[KernelChannels] = []
        self._headers = {"Authorization": f"token {token}"} if token else {}

    @classmethod
    async def signed_in(cls, presigned: str) -> JupyterBrowser:
        """By a presigned URL, of which only the path's end is not the server's base."""
        browser = cls(presigned.partition("/?")[0])
        (await browser._http.get(presigned)).raise_for_status()
        return browser

    def headers(self) -> dict[str, str]:
        xsrf = self._http.cookies.get("_xsrf")
        return {**self._headers, **({"X-XSRFToken": xsrf} if xsrf else {})}

    async def request(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of the answer to a call below the server's base; raises HTTPStatusError."""
        url = f"{self.base}/{path}"
        answer = await self._http.request(method, url, headers=self.headers(), **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def start(self, name: str = "python3") -> str:
        """A new kernel's id."""
        return str((await self.request("POST", "api/kernels", json={"name": name}))["id"])

    async def model(self, kernel_id: str) -> dict[str, Any]:
        return dict(await self.request("GET", f"api/kernels/{kernel_id}"))

    async def open(self, kernel_id: str, session: str = "", *, v1: bool = True) -> KernelChannels:
        """The channels of a kernel, under a session id of a window or a new one."""
        session = session or uuid.uuid4().hex
        cookies = "; ".join(f"{each.name}={each.value}" for each in self._http.cookies.jar)
        url = f"ws{self.base.removeprefix('http')}/api/kernels/{kernel_id}/channels"
        socket = await websocket_connect(
            HTTPRequest(
                f"{url}?session_id={session}", headers={**self.headers(), "Cookie": cookies}
            ),
            subprotocols=[V1] if v1 else None,
            max_message_size=LARGEST,
        )
        # A message longer than this ends the connection, whatever max_message_size says.
        socket.protocol.stream.max_buffer_size = LARGEST
        socket.protocol.stream.set_nodelay(True)
        self._opened.append(KernelChannels(socket, session))
        return self._opened[-1]

    async def close(self) -> None:
        """Leave all kernels and sign out of nothing: sessions end by themselves."""
        for channels in self._opened:
            channels.close()
        await self._http.aclose()


class KernelChannels:
    """The websocket of one window to one kernel."""

    def __init__(self, socket: WebSocketClientConnection, session: str) -> None:
        self.socket, self.session = socket, session
        self.v1 = socket.selected_subprotocol == V1

    async def send(
        self,
        kind: str,
        content: dict[str, Any],
        channel: str = "shell",
        *,
        parent: dict[str, Any] | None = None,
        buffers: tuple[bytes, ...] = (),
    ) -> str:
        """Send a message; its id."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "session": self.session,
            "username": "",
            "date": "2026-01-01T00:00:00Z",
            "msg_type": kind,
            "version": "5.3",
        }
        parts = (header, parent or {}, {}, content)
        if self.v1:
            packed = [json.dumps(part).encode() for part in parts]
            data = serialize_msg_to_ws_v1([*packed, *buffers], channel)
            await self.socket.write_message(data, binary=True)
        else:
            names = ("header", "parent_header", "metadata", "content")
            message = dict(zip(names, parts, strict=True))
            await self.socket.write_message(json.dumps({**message, "channel": channel}))
        return str(header["msg_id"])

    async def receive(self, seconds: float = 60) -> Message:
        """The next message. Raises TimeoutError, ConnectionError when it was closed."""
        data = await asyncio.wait_for(self.socket.read_message(), seconds)
        if data is None:
            raise ConnectionError("the websocket was closed")
        if self.v1:
            channel, (header, parent, _, content, *buffers) = deserialize_msg_from_ws_v1(data)
            return Message(channel, json.loads(header), json.loads(parent), content, buffers)
        message = deserialize_binary_message(data) if isinstance(data, bytes) else json.loads(data)
        content = json.dumps(message["content"]).encode()
        return Message(message["channel"], message["header"], message["parent_header"], content, [])

    async def until(self, wanted: Callable[[Message], bool], seconds: float = 60) -> list[Message]:
        """All messages to the first that is wanted, which is the last of them."""
        seen: list[Message] = []
        while not (seen and wanted(seen[-1])):
            seen.append(await self.receive(seconds))
        return seen

    async def ask(self, kind: str, content: dict[str, Any], channel: str = "shell") -> Message:
        """The reply to a request."""
        asked, reply = await self.send(kind, content, channel), kind.replace("request", "reply")
        return (await self.until(lambda it: it.type == reply and it.parent.get("msg_id") == asked))[
            -1
        ]

    async def submit(self, code: str, *, stdin: bool = True) -> str:
        """Send a cell; the id of its request."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": stdin,
            "stop_on_error": True,
        }
        return await self.send("execute_request", content)

    async def execute(self, code: str, seconds: float = 60, answer: str = "") -> Ran:
        """Run a cell to its reply and its idle; `answer` is given when it asks for input."""
        return await self.outcome(await self.submit(code), seconds, answer)

    async def outcome(self, asked: str, seconds: float = 60, answer: str = "") -> Ran:
        """What comes of a cell that was sent. Raises TimeoutError when nothing comes for long."""
        ran = Ran()
        while not ran.reply or "idle" not in ran.states:
            message = await self.receive(seconds)
            if message.parent.get("msg_id") != asked:
                continue
            if message.type == "execute_reply":
                ran.reply = message.json()
            elif message.type == "status":
                ran.states.append(message.json()["execution_state"])
            elif message.type == "input_request":
                await self.send("input_reply", {"value": answer}, "stdin", parent=message.header)
            elif message.channel == "iopub" and message.type != "execute_input":
                ran.outputs.append(message)
                ran.times.append(time.monotonic())
        return ran

    def close(self) -> None:
        self.socket.close()
