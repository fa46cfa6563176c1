"""The line to a remote kernel: one websocket, from its opening until it breaks or falls silent."""

from __future__ import annotations

import asyncio
import logging
import struct
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..websocket import Closed, Message
from .frames import KERNEL_V1, Frame

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
        self._early: list[Message] = []
        self._closed = False
        self._legacy = False
        self._watching: asyncio.Task[None] | None = None

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
        self._legacy = self._ws.subprotocol != KERNEL_V1
        early, self._early = self._early, []
        for message in early:
            self._hear(message)
        self._ws.on_message = self._hear
        self._ws.on_pong = self._pong
        self._watching = asyncio.ensure_future(self._watch())

    def _first(self, message: Message | None) -> None:
        """What comes before the protocol is known."""
        if message is None:
            self._break(silent=False)
        else:
            self._early.append(message)

    def _hear(self, message: Message | None) -> Awaitable[None] | None:
        if message is None:
            self._break(silent=False)
        if message is None or self._closed:
            return None
        try:
            if self._legacy:
                frame = Frame.of_legacy(message)
            else:
                frame = Frame(message.encode() if isinstance(message, str) else message)
            if frame.channel not in _CHANNELS or not frame.is_named:
                raise ValueError("it has no channel, type or id")
        except (ValueError, LookupError, TypeError, struct.error, RecursionError) as error:
            log.warning("A message of %s cannot be read: %s", self._remote.name, error)
            return None
        return self._on_frame(frame)

    def _pong(self) -> None:
        self._remote.answers_pings = True

    def send(self, frame: Frame) -> Awaitable[Any] | None:
        """Send it; what to wait for before the next, if anything.

        Raises Broken; what was sent before the break may not have arrived.
        """
        if self._closed:
            raise Broken
        try:
            return self._ws.send(frame.legacy() if self._legacy else frame.data)
        except Closed as error:
            raise Broken from error

    async def _watch(self) -> None:
        while not self._closed:
            try:
                # The first one at once: only who has answered one is taken for silent later.
                self._ws.ping()
            except Closed:
                self._break(silent=False)
                return
            await asyncio.sleep(PING_SECONDS)
            silence = time.monotonic() - self._ws.heard
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
