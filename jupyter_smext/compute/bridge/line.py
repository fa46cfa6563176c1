"""The line to a remote kernel: one websocket, from its opening until it breaks or falls silent."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tornado.websocket import WebSocketClosedError

from .frames import KERNEL_V1, MAX_MESSAGE_BYTES, Frame

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

log = logging.getLogger(__name__)

#: How often the far end is asked whether it is there, and after how long a silence it is not.
PING_SECONDS = 5.0
SILENT_SECONDS = 20.0

_CHANNELS = frozenset(("shell", "control", "stdin", "iopub"))

OnFrame = Callable[[Frame], Awaitable[None] | None]


class Broken(Exception):
    """The line cannot be used any more."""


class Line:
    """An open websocket of a kernel.

    `on_frame(frame)` gets what comes; what it returns is awaited before more is read.
    `on_broken(silent)` is called once, when the line breaks by itself: `silent` tells that nothing
    was heard for SILENT_SECONDS.
    """

    def __init__(self, on_frame: OnFrame, on_broken: Callable[[bool], None]) -> None:
        self._on_frame = on_frame
        self._on_broken = on_broken
        self._early: list[str | bytes] = []
        #: Whether something was heard in this pass of the event loop.
        self._in_pass = False
        self._closed = False
        self._legacy = False
        self._heard = time.monotonic()
        self._read_bytes = 0
        self._watching: asyncio.Task[None] | None = None
        self._socket: socket.socket | None = None

    @property
    def legacy(self) -> bool:
        """Whether the remote server speaks the protocol without a name."""
        return self._legacy

    async def open(self, remote: RemoteJupyter, kernel_id: str, session_id: str) -> None:
        """Raises ProblemError when it cannot be opened, Broken when it closed at once."""
        self._remote = remote
        self._ws = await remote.channels(kernel_id, session_id, self._first)
        if self._closed:
            self._ws.close()
            raise Broken
        self._legacy = self._ws.selected_subprotocol != KERNEL_V1
        self._tune()
        early, self._early = self._early, []
        for message in early:
            self._hear(message)
        # Unlike the callback's, what this returns is awaited by tornado before it reads on.
        self._ws.on_message = self._hear  # type: ignore[method-assign]
        self._ws.on_pong = self._pong  # type: ignore[method-assign]
        self._watching = asyncio.ensure_future(self._watch())

    def _tune(self) -> None:
        stream = getattr(self._ws.protocol, "stream", None)
        if stream is None:
            return
        stream.set_nodelay(True)
        # 100 MiB by default, whatever a message may have.
        stream.max_buffer_size = max(stream.max_buffer_size, MAX_MESSAGE_BYTES)
        self._socket = stream.socket
        self._answer_fast()

    def _answer_fast(self) -> None:
        """Jupyter Server leaves Nagle's algorithm on: acknowledge at once, so that it sends on.

        Linux forgets it after a while.
        """
        if self._socket is not None and hasattr(socket, "TCP_QUICKACK"):
            try:
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            except OSError:
                # It has just closed, which is told elsewhere.
                self._socket = None

    def _first(self, message: str | bytes | None) -> None:
        """What comes before the protocol is known, and the end."""
        if message is None:
            self._break(silent=False)
        else:
            self._early.append(message)

    def _hear(self, message: str | bytes) -> Awaitable[None] | None:
        if not self._in_pass:
            # What came in one read is acknowledged once: it costs as much as a small message.
            self._in_pass = True
            asyncio.get_running_loop().call_soon(self._end_pass)
            self._heard = time.monotonic()
            self._answer_fast()
        if self._closed:
            return None
        try:
            if self._legacy:
                frame = Frame.of_legacy(message)
            else:
                frame = Frame(message if isinstance(message, bytes) else message.encode())
            if frame.channel not in _CHANNELS or not frame.is_named:
                raise ValueError("it has no channel, type or id")
        except (ValueError, LookupError, TypeError, struct.error, RecursionError) as error:
            log.warning("A message of %s cannot be read: %s", self._remote.name, error)
            return None
        return self._on_frame(frame)

    def _end_pass(self) -> None:
        self._in_pass = False

    def _pong(self, data: bytes) -> None:
        self._heard = time.monotonic()
        self._remote.answers_pings = True

    async def send(self, frame: Frame) -> None:
        """Raises Broken; what was sent before the break may not have arrived."""
        if self._closed:
            raise Broken
        message = frame.legacy() if self._legacy else frame.data
        try:
            await self._ws.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError as error:
            raise Broken from error

    async def _watch(self) -> None:
        while not self._closed:
            try:
                # The first one at once: only who has answered one is taken for silent later.
                self._ws.ping()
            except WebSocketClosedError:
                self._break(silent=False)
                return
            await asyncio.sleep(PING_SECONDS)
            # A long message comes in before it is heard; the pong waits behind it.
            read = getattr(getattr(self._ws.protocol, "stream", None), "_read_buffer_size", 0)
            if read != self._read_bytes:
                self._read_bytes = read
                self._heard = time.monotonic()
            silence = time.monotonic() - self._heard
            if silence > SILENT_SECONDS and self._remote.answers_pings:
                self._break(silent=True)
                return

    def _break(self, silent: bool) -> None:
        if not self._closed:
            self.close()
            self._on_broken(silent)

    def close(self) -> None:
        """End it, without a word to `on_broken`."""
        self._closed = True
        if self._watching is not None and self._watching is not asyncio.current_task():
            self._watching.cancel()
        ws = getattr(self, "_ws", None)
        if ws is not None:
            ws.close()
