"""Messages on their way to one browser, sent together where they come together."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

#: Bytes that may wait for a browser before its kernel is held up, and until it goes on.
HIGH, LOW = 32 << 20, 8 << 20
#: How long a browser that reads nothing may hold up the others; then its own line grows, as it
#: does in Jupyter Server.
STALL_SECONDS = 5.0
#: From here on a message is not copied to go with others.
_LARGE = 64 << 10
#: How long a message waits for the one that follows it.
_FOLLOWED_SECONDS = 0.001
_FIN_BINARY = 0x82

Bytes = bytes | bytearray


class Outbox:
    """Of the websocket of `handler`, which is open.

    What one pass of the event loop brings leaves in one system call, which is what costs most of a
    small message. The frames are our own (RFC 6455), which spares tornado's copy and task for each;
    where tornado compresses, it makes them.
    """

    def __init__(self, handler: WebSocketHandler) -> None:
        self._handler = handler
        self._stream = _uncompressed(handler.ws_connection)
        self._held: list[Bytes] = []
        self._flush: asyncio.Handle | None = None
        self._flush_is_near = False
        self._waiting = 0
        self._given_up = False
        self._low = asyncio.Event()

    def put(self, message: Bytes, *, followed: bool = False) -> None:
        """Send a message; never waits. What is for a closed websocket goes nowhere.

        One that is `followed` by another at once goes with it, or alone a millisecond later.
        """
        self._waiting += len(message)
        self._held.append(message)
        if self._flush is not None and (followed or self._flush_is_near):
            return
        if self._flush is not None:
            self._flush.cancel()
        loop = asyncio.get_running_loop()
        self._flush_is_near = not followed
        if followed:
            self._flush = loop.call_later(_FOLLOWED_SECONDS, self.send_now)
        else:
            self._flush = loop.call_soon(self.send_now)

    def send_now(self) -> None:
        """Send what is held; to be called before something goes by another way."""
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        held, self._held = self._held, []
        if not held:
            return
        try:
            sent = self._write(held) if self._stream is None else self._frame(self._stream, held)
        except (StreamClosedError, WebSocketClosedError):
            self._waiting = 0
            self._low.set()
            return
        size = sum(map(len, held))
        sent.add_done_callback(lambda sent: self._sent(sent, size))

    def _write(self, messages: list[Bytes]) -> asyncio.Future[None]:
        """As tornado does it; done when the last one is sent."""
        for message in messages:
            sent = self._handler.write_message(bytes(message), binary=True)
            # Looked at, for those that are not the last: a closed stream is no fault.
            sent.add_done_callback(lambda sent: sent.cancelled() or sent.exception())
        return sent

    def _frame(self, stream: IOStream, messages: list[Bytes]) -> asyncio.Future[None]:
        connection = self._handler.ws_connection
        if connection is None or connection.is_closing():
            raise WebSocketClosedError
        parts: list[Bytes] = []
        for message in messages:
            parts.append(_head(len(message)))
            if len(message) < _LARGE:
                parts.append(message)
                continue
            stream.write(b"".join(parts))
            parts.clear()
            sent = stream.write(memoryview(message))
        return stream.write(b"".join(parts)) if parts else sent

    def _sent(self, sent: asyncio.Future[None], size: int) -> None:
        if not sent.cancelled():
            sent.exception()
        self._waiting -= size
        if self._waiting < LOW:
            self._given_up = False
            self._low.set()

    @property
    def congested(self) -> bool:
        """Whether so much waits that its kernel should be held up."""
        return self._waiting > HIGH and not self._given_up

    async def drained(self) -> None:
        """Wait until it is not, or for STALL_SECONDS."""
        self._low.clear()
        try:
            await asyncio.wait_for(self._low.wait(), STALL_SECONDS)
        except asyncio.TimeoutError:
            self._given_up = True


def _head(size: int) -> bytes:
    """Of a whole binary message, as a server sends it."""
    if size < 126:
        return struct.pack("!BB", _FIN_BINARY, size)
    if size < 1 << 16:
        return struct.pack("!BBH", _FIN_BINARY, 126, size)
    return struct.pack("!BBQ", _FIN_BINARY, 127, size)


def _uncompressed(connection: Any) -> IOStream | None:
    """The stream below a websocket, to write whole frames to; None where tornado must do it."""
    # `_compressor` is tornado's own business: where it is not found, tornado writes.
    if getattr(connection, "_compressor", connection) is not None:
        return None
    stream = getattr(connection, "stream", None)
    return stream if isinstance(stream, IOStream) else None
