"""How a client opens a websocket: what it asks, and what it takes for the answer."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_END = b"\r\n\r\n"
#: Jupyter Server's own limit for what a client sends.
_MOST_BYTES = 64 << 10


class Refused(Exception):
    """The server answers `code`, which opens no websocket, and `reason`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Handshake:
    """Of one websocket (RFC 6455, section 4). `subprotocol` is known once it was answered."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        key = base64.b64encode(os.urandom(16))
        self._accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        self.subprotocol: str | None = None
        headers = {
            **headers,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key.decode(),
            "Sec-WebSocket-Version": "13",
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header of two lines")
        self.request = "\r\n".join([*lines, "\r\n"]).encode("latin-1")

    def answered(self, read: bytes) -> int | None:
        """How many bytes of `read` are the answer; None before it is whole.

        Raises Refused, and ConnectionError on what is none.
        """
        head, end, _ = read.partition(_END)
        if not end:
            if len(read) > _MOST_BYTES:
                raise ConnectionError("it answers no HTTP")
            return None
        first, _, rest = head.partition(b"\r\n")
        status = first.decode("latin-1").split(" ", 2)
        if len(status) < 2 or not status[1].isdecimal():
            raise ConnectionError("it answers no HTTP")
        if status[1] != "101":
            raise Refused(int(status[1]), " ".join(status[2:]))
        said = http.client.parse_headers(io.BytesIO(rest + end))
        if said.get("Sec-WebSocket-Accept") != self._accept:
            raise ConnectionError("it is no websocket")
        self.subprotocol = said.get("Sec-WebSocket-Protocol")
        return len(head) + len(end)
