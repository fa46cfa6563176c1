"""A websocket to a remote server (RFC 6455), read and written by the event loop's own transport."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlsplit

# In C where tornado has it so: a client masks every byte that it sends.
from tornado.util import _websocket_mask as _masked

from .handshake import Handshake, Refused

log = logging.getLogger(__name__)

#: Tornado's own limit of 10 MiB would cut the line for a large output.
MAX_MESSAGE_BYTES = 2**31 - 1
#: What is read at once; a message that is longer than half of it is read to where it stays.
_READ_BYTES = 128 << 10
_CONTINUED, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10
_FIN = 0x80

Message = str | bytes | bytearray
OnMessage = Callable[[Message | None], Awaitable[None] | None]


class Closed(Exception):
    """Nothing can be sent any more."""


async def connect(
    url: str,
    headers: dict[str, str],
    subprotocol: str,
    on_message: OnMessage,
    tls: ssl.SSLContext,
) -> WebSocket:
    """Open one. Raises Refused, and OSError where nobody answers or it is no websocket."""
    to = urlsplit(url)
    secure = to.scheme == "wss"
    asked = {"Host": to.netloc, **headers, "Sec-WebSocket-Protocol": subprotocol}
    handshake = Handshake(f"{to.path}?{to.query}", asked)
    transport, opened = await asyncio.get_running_loop().create_connection(
        lambda: WebSocket(handshake, on_message),
        to.hostname or "",
        to.port or (443 if secure else 80),
        ssl=tls if secure else None,
    )
    try:
        await opened.shaken
    except BaseException:
        transport.abort()
        raise
    return opened


class WebSocket(asyncio.BufferedProtocol):
    """One that `connect` opened.

    `on_message(message)` gets what comes; what it returns, if anything, is awaited before the next.
    None is the end. A read brings many messages or a part of one: tornado makes three reads of its
    own of each, and twice as many passes of the loop and copies.
    """

    def __init__(self, handshake: Handshake, on_message: OnMessage) -> None:
        self.on_message = on_message
        self.on_pong: Callable[[], None] = lambda: None
        #: When something was last read, on the monotonic clock.
        self.heard = time.monotonic()
        #: Done when it is open.
        self.shaken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._handshake = handshake
        self._open = self._closing = False
        #: Read and not yet taken: from `_start` to `_end`.
        self._read = bytearray(_READ_BYTES)
        self._start = self._end = 0
        #: A long message on its way, how much of it is there, and the byte that it began with.
        self._long: bytearray | None = None
        self._long_end = self._long_first = 0
        self._parts: list[bytes | bytearray] = []
        self._parts_kind = _BINARY
        self._waiting: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._socket = transport.get_extra_info("socket")
        self._transport.write(self._handshake.request)

    def get_buffer(self, sizehint: int) -> memoryview:
        if self._long is not None:
            return memoryview(self._long)[self._long_end :]
        if self._end == len(self._read):
            # Read though it was not to be, as TLS may.
            self._read = self._read + bytearray(_READ_BYTES)
        return memoryview(self._read)[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        self._answer_fast()
        self.heard = time.monotonic()
        if self._long is not None:
            self._long_end += nbytes
        else:
            self._end += nbytes
        if self._open and self._waiting is None:
            self._take()
        elif not self.shaken.done():
            self._shake()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self._writable.set()
        if self._open:
            self.on_message(None)
        elif not self.shaken.done():
            self.shaken.set_exception(exc or ConnectionResetError("it closed at once"))

    @property
    def subprotocol(self) -> str | None:
        """The one that the server chose."""
        return self._handshake.subprotocol

    def _answer_fast(self) -> None:
        """Jupyter Server leaves Nagle's algorithm on: acknowledge at once, so that it sends on.

        Linux forgets it after a while.
        """
        if hasattr(socket, "TCP_QUICKACK"):
            try:
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            except OSError:
                # It has just closed, which the transport tells.
                return

    # What comes.

    def _shake(self) -> None:
        try:
            size = self._handshake.answered(bytes(self._read[: self._end]))
        except (Refused, ConnectionError) as error:
            self.shaken.set_exception(error)
            return
        if size is not None:
            self._start, self._open = size, True
            self.shaken.set_result(None)
            self._take()

    def _take(self) -> None:
        """Hand over what is whole, up to a message that is waited for."""
        while self._waiting is None and not self._transport.is_closing():
            if self._long is not None:
                if self._long_end < len(self._long):
                    return
                long, self._long = self._long, None
                self._frame(self._long_first, long)
            elif not self._take_short():
                return

    def _take_short(self) -> bool:
        """Hand over the next message of what was read; False when more must be read for it."""
        read, start, there = self._read, self._start, self._end - self._start
        size = read[start + 1] if there >= 2 else 0
        at = start + (10 if size == 127 else 4 if size == 126 else 2)
        if there < 2 or at > self._end:
            return self._make_room()
        if size >= 126:
            size = int.from_bytes(read[start + 2 : at], "big")
        if size > MAX_MESSAGE_BYTES:
            self._transport.abort()
            return False
        if at + size <= self._end:
            self._start = at + size
            self._frame(read[start], bytes(memoryview(read)[at : at + size]))
            return True
        if size <= _READ_BYTES // 2:
            return self._make_room()
        self._long, self._long_first = bytearray(size), read[start]
        self._long_end = self._end - at
        self._long[: self._long_end] = memoryview(read)[at : self._end]
        self._start = self._end = 0
        return False

    def _make_room(self) -> bool:
        rest = self._end - self._start
        self._read[:rest] = self._read[self._start : self._end]
        self._start, self._end = 0, rest
        return False

    def _frame(self, first: int, payload: bytes | bytearray) -> None:
        kind = first & 0x0F
        if kind == _CLOSE:
            if not self._closing:
                self._write(_CLOSE, payload[:2])
            self._closing = True
            self._transport.close()
        elif kind == _PING:
            if not self._closing:
                self._write(_PONG, payload)
        elif kind == _PONG:
            self.on_pong()
        elif first == _FIN | kind and kind != _CONTINUED:
            self._message(kind, payload)
        else:
            self._part(first, kind, payload)

    def _part(self, first: int, kind: int, payload: bytes | bytearray) -> None:
        if kind != _CONTINUED:
            self._parts, self._parts_kind = [], kind
        self._parts.append(payload)
        if sum(map(len, self._parts)) > MAX_MESSAGE_BYTES:
            self._transport.abort()
        elif first & _FIN:
            parts, self._parts = self._parts, []
            self._message(self._parts_kind, b"".join(parts))

    def _message(self, kind: int, payload: bytes | bytearray) -> None:
        waiting = self.on_message(payload if kind == _BINARY else payload.decode())
        if waiting is not None:
            self._transport.pause_reading()
            self._waiting = asyncio.ensure_future(waiting)
            self._waiting.add_done_callback(self._go_on)

    def _go_on(self, waited: asyncio.Future[None]) -> None:
        self._waiting = None
        if not waited.cancelled() and (error := waited.exception()) is not None:
            log.error("A message of a remote server was not taken", exc_info=error)
            return self._transport.abort()
        try:
            self._take()
        except BaseException:
            # As the transport does where it called.
            self._transport.abort()
            raise
        if self._waiting is None:
            self._transport.resume_reading()

    # What goes.

    def send(self, message: Message) -> Awaitable[Any] | None:
        """Send it; what to wait for before the next, if the line is full. Raises Closed."""
        if self._closing or self._transport.is_closing():
            raise Closed
        if isinstance(message, str):
            self._write(_TEXT, message.encode())
        else:
            self._write(_BINARY, message)
        return None if self._writable.is_set() else self._writable.wait()

    def ping(self) -> None:
        """Ask whether the far end is there. Raises Closed."""
        if self._closing or self._transport.is_closing():
            raise Closed
        self._write(_PING, b"")

    def _write(self, kind: int, payload: bytes | bytearray) -> None:
        size, mask = len(payload), os.urandom(4)
        if size < 126:
            head = struct.pack("!BB", _FIN | kind, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", _FIN | kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", _FIN | kind, 0x80 | 127, size)
        self._transport.write(b"".join((head, mask, _masked(mask, bytes(payload)))))

    def close(self) -> None:
        """Say that it ends, and end it when that and what was sent before is on its way."""
        if not self._closing:
            self._closing = True
            self._write(_CLOSE, b"")
            self._transport.close()
