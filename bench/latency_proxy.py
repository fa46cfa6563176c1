"""The local engine behind a network like AWS's: latency on every call, throttles on demand.

Each answer of the engine is taken once and given again, so that its own speed is not measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_smext.local.engine import Engine

CONTROL = b"/_bench"
THROTTLED = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'


class Bucket:
    """A token bucket: `rate` calls a second, `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, time.monotonic()

    def take(self) -> bool:
        """Whether a call may pass now."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Network:
    """What stands between the client and the engine: seconds a call, and who is refused."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._answers: dict[tuple[bytes, bytes], bytes] = {}
        self.set({})

    def set(self, conditions: dict[str, Any]) -> None:
        """`latency` in seconds; `per_operation` and `account` as [calls a second, burst]."""
        self._latency = float(conditions.get("latency", 0))
        self._per_operation = conditions.get("per_operation")
        account = conditions.get("account")
        self._account = Bucket(*account) if account else None
        self._buckets: dict[bytes, Bucket] = {}
        self.calls = self.throttled = 0

    async def answer(self, target: bytes, head: bytes, body: bytes) -> bytes:
        """The whole HTTP answer to one call."""
        self.calls += 1
        # What two computers would do at the same time is no part of the latency.
        due = time.monotonic() + self._latency
        if not self._allowed(target):
            self.throttled += 1
            answer = framed(b"400 Bad Request", b"application/x-amz-json-1.1", THROTTLED)
        else:
            key = (target, body)
            answer = self._answers.get(key) or await self._ask(head, body)
            if answer.startswith(b"HTTP/1.1 200"):
                self._answers[key] = answer
        if self._latency:
            await asyncio.sleep(due - time.monotonic())
        return answer

    def _allowed(self, target: bytes) -> bool:
        if self._account is not None and not self._account.take():
            return False
        if self._per_operation is None:
            return True
        bucket = self._buckets.setdefault(target, Bucket(*self._per_operation))
        return bucket.take()

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._engine.port)
        try:
            writer.write(head + body)
            answered = await reader.readuntil(b"\r\n\r\n")
            length = int(header(answered, b"content-length"))
            content = await reader.readexactly(length)
        finally:
            writer.close()
        status = answered.split(b"\r\n", 1)[0].split(b" ", 1)[1]
        return framed(status, header(answered, b"content-type"), content)


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header, or nothing."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


def framed(status: bytes, kind: bytes, body: bytes) -> bytes:
    """An HTTP answer that leaves the connection open."""
    return (
        b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
        b"x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n\r\n"
    ) % (status, kind, len(body)) + body


async def converse(
    network: Network, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One client connection, call after call."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(header(head, b"content-length") or 0))
            if head.split(b" ", 2)[1] == CONTROL:
                counts = {"calls": network.calls, "throttled": network.throttled}
                network.set(json.loads(body))
                answer = framed(b"200 OK", b"application/json", json.dumps(counts).encode())
            else:
                target = header(head, b"x-amz-target") or body.partition(b"&")[0]
                answer = await network.answer(target, head, body)
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def serve(home: Path) -> None:
    """Run the engine of `home` and the network before it until standard input ends."""
    engine = Engine(home)
    await engine.start()
    network = Network(engine)
    server = await asyncio.start_server(
        lambda reader, writer: converse(network, reader, writer), "127.0.0.1", 0
    )
    facts = {
        "url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        "access_key": engine.keys.access_key,
        "secret_key": engine.keys.secret_key,
        "account": engine.account,
        "version": engine.version,
    }
    print(json.dumps(facts), flush=True)
    loop = asyncio.get_running_loop()
    # A parent that dies closes the pipe: nothing is left behind.
    while await loop.run_in_executor(None, sys.stdin.readline):
        pass
    server.close()
    await engine.close()
