"""The websocket to an instance, against a server whose every byte a test chooses."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field

import pytest

from jupyter_smext.compute.handshake import GUID, Refused
from jupyter_smext.compute.websocket import Closed, Message, WebSocket, connect

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A


def frame(payload: bytes, first: int = BINARY) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


@dataclass
class Far:
    """The server's end of one websocket, and what the client's end heard."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    near: WebSocket
    heard: list[Message | None] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, message: Message | None) -> Awaitable[None] | None:
        self.heard.append(message)
        self.came.set()
        return None

    async def until(self, count: int) -> list[Message | None]:
        while len(self.heard) < count:
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 30)
        return self.heard

    async def frame(self) -> tuple[int, bytes]:
        """The next one of the client, which is short."""
        first, size = await self.reader.readexactly(2)
        assert size & 0x80, "a client masks"
        mask = await self.reader.readexactly(4)
        payload = await self.reader.readexactly(size & 0x7F)
        return first, bytes(each ^ mask[i % 4] for i, each in enumerate(payload))


ACCEPTED = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: v1\r\n\r\n"
)


async def answered(answer: str, also: bytes, first: list[Message | None]) -> Far:
    """Connect to a server that answers so, with more in the same write."""
    ends: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
        asyncio.get_running_loop().create_future()
    )

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = head.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0].encode()
        digest = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        writer.write(answer.format(digest).encode() + also)
        if answer == ACCEPTED:
            ends.set_result((reader, writer))
        else:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        url = f"ws://127.0.0.1:{port}/channels?session_id=s"
        near = await connect(
            url, {"Cookie": "c=1"}, "v1", first.append, ssl.create_default_context()
        )
    finally:
        server.close()
    far = Far(*await ends, near)
    near.on_message = far.hear
    return far


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Far]:
    far = await answered(ACCEPTED, b"", [])
    try:
        yield far
    finally:
        far.near.close()
        far.writer.close()
        await far.writer.wait_closed()


async def test_what_comes_with_the_handshake_is_heard() -> None:
    first: list[Message | None] = []
    far = await answered(ACCEPTED, frame(b"one") + frame(b"two"), first)
    assert first == [b"one", b"two"] and far.near.subprotocol == "v1"
    far.near.close()
    far.writer.close()
    await far.writer.wait_closed()


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 70_000, 300_000, 5_000_000])
async def test_messages_of_every_size_come_whole(size: int) -> None:
    async with opened() as far:
        sent = [bytes([i]) * size for i in range(4)]
        far.writer.write(b"".join(frame(each) for each in sent))
        assert await far.until(4) == sent


async def test_bytes_that_come_one_by_one() -> None:
    async with opened() as far:
        for byte in frame(b"a" * 200) + frame(b"b"):
            far.writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await far.until(2) == [b"a" * 200, b"b"]


async def test_parts_are_joined_around_a_ping() -> None:
    async with opened() as far:
        far.writer.write(frame(b"caf", 0x01) + frame(b"?", PING) + frame("é".encode(), 0x80))
        assert await far.until(1) == ["café"]
        assert await far.frame() == (PONG, b"?")


async def test_the_next_waits_for_the_one_that_is_waited_for() -> None:
    async with opened() as far:
        taken = asyncio.Event()

        def hear(message: Message | None) -> Awaitable[None] | None:
            far.hear(message)
            return wait() if message == b"1" else None

        async def wait() -> None:
            await taken.wait()

        far.near.on_message = hear
        far.writer.write(frame(b"1") + frame(b"2") + frame(b"3" * 500_000) + frame(b"4"))
        assert await far.until(1) == [b"1"]
        taken.set()
        assert await far.until(4) == [b"1", b"2", b"3" * 500_000, b"4"]


async def test_what_is_sent_is_masked_and_a_pong_is_told() -> None:
    async with opened() as far:
        far.near.send(b"\x00\xff")
        assert await far.frame() == (BINARY, b"\x00\xff")
        far.near.send("é")
        assert await far.frame() == (TEXT, "é".encode())
        told = asyncio.Event()
        far.near.on_pong = told.set
        far.near.ping()
        assert await far.frame() == (PING, b"")
        far.writer.write(frame(b"", PONG))
        await asyncio.wait_for(told.wait(), 30)


async def test_a_full_line_is_waited_for() -> None:
    async with opened() as far:
        waiting = far.near.send(b"x" * 30_000_000)
        assert waiting is not None
        reading = asyncio.ensure_future(far.reader.readexactly(30_000_000))
        await asyncio.wait_for(waiting, 30)
        await reading


async def test_the_far_end_closes() -> None:
    async with opened() as far:
        far.writer.write(frame(struct.pack("!H", 1001), CLOSE))
        assert await far.until(1) == [None]
        assert await far.frame() == (CLOSE, struct.pack("!H", 1001))
        with pytest.raises(Closed):
            far.near.send(b"late")


async def test_a_message_larger_than_any_is_not_waited_for() -> None:
    async with opened() as far:
        far.writer.write(struct.pack("!BBQ", BINARY, 127, 1 << 62))
        assert await far.until(1) == [None]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403 Forbidden"),
        ("HTTP/1.1 302\r\n\r\n", "302"),
        ("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: mine\r\n\r\n", "no websocket"),
        ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "no HTTP"),
        ("x" * 300_000, "no HTTP"),
        ("", "closed at once"),
    ],
)
async def test_what_opens_no_websocket(answer: str, error: str) -> None:
    heard: list[Message | None] = []
    with pytest.raises((Refused, OSError), match=error):
        await answered(answer, b"", heard)
    # The caller may ask again with the same: it is not to take the first one's end for its own.
    await asyncio.sleep(0)
    assert heard == []
