"""The browsers of one remote kernel, what is sent to which, and what waits for one that is away."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Awaitable
from typing import Protocol

from .bridge.frames import Frame, packed

#: Kept for a window that is away; the oldest output goes first, and that is told.
AWAY_BYTES = 128 << 20
#: All that a notebook can do without: its state and its replies it cannot.
_OUTPUT = {
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "comm_msg",
}


class Browser(Protocol):
    """A window's websocket."""

    session_key: str

    def deliver(self, frame: Frame) -> None:
        """Send it."""

    @property
    def behind(self) -> bool:
        """Whether so much waits to be sent that the kernel should be held up."""

    async def caught_up(self) -> None:
        """Return when it is not behind any more, or after as long as one may hold up the others."""


class Pipes:
    """The open websockets of a kernel by their session key, KERNEL_ID:SESSION_ID."""

    def __init__(self) -> None:
        self._browsers: dict[str, Browser] = {}
        self._away: Away | None = None

    def join(self, browser: Browser) -> None:
        """Add a window, and send it what waits for it; what waits for another one is forgotten."""
        away, self._away = self._away, None
        self._browsers[browser.session_key] = browser
        if away is not None and away.session_key == browser.session_key:
            for frame in away.frames():
                browser.deliver(frame)

    def leave(self, browser: Browser, *, keep: bool) -> None:
        """Take a window out; `keep` what comes until it is back, if it was the last."""
        if self._browsers.get(browser.session_key) is browser:
            del self._browsers[browser.session_key]
            if keep and not self._browsers:
                self._away = Away(browser.session_key)

    def forget(self) -> None:
        """Nobody comes back for what waits."""
        self._away = None

    def publish(self, frame: Frame) -> Awaitable[None] | None:
        """Send to every window. What is returned, if anything, is to be awaited: one is behind."""
        behind: list[Browser] = []
        for browser in tuple(self._browsers.values()):
            browser.deliver(frame)
            if browser.behind:
                behind.append(browser)
        if self._away is not None:
            self._away.keep(frame)
        return _caught_up(behind) if behind else None

    def reply(self, session_key: str, frame: Frame) -> Awaitable[None] | None:
        """Send to the one that asked, if it is there; to be awaited as what `publish` returns."""
        browser = self._browsers.get(session_key)
        if browser is None:
            if self._away is not None and self._away.session_key == session_key:
                self._away.keep(frame)
            return None
        browser.deliver(frame)
        return browser.caught_up() if browser.behind else None


async def _caught_up(browsers: list[Browser]) -> None:
    await asyncio.gather(*(browser.caught_up() for browser in browsers))


class Away:
    """What came while a window was away, up to AWAY_BYTES."""

    def __init__(self, session_key: str) -> None:
        self.session_key = session_key
        self._kept: deque[Frame] = deque()
        self._bytes = 0
        self._lost: dict[bytes, int] = {}

    def keep(self, frame: Frame) -> None:
        self._kept.append(frame)
        self._bytes += len(frame.data)
        if self._bytes > AWAY_BYTES:
            self._make_room()

    def frames(self) -> list[Frame]:
        """What was lost, each cell told in its output; then what was kept."""
        return [*(_told(parent, lost) for parent, lost in self._lost.items()), *self._kept]

    def _make_room(self) -> None:
        # To three quarters: it is not done again for every message.
        kept: deque[Frame] = deque()
        for frame in self._kept:
            output = self._bytes > AWAY_BYTES * 3 // 4 and _is_output(frame)
            if not output:
                kept.append(frame)
                continue
            self._bytes -= len(frame.data)
            parent = frame.part(1)
            self._lost[parent] = self._lost.get(parent, 0) + len(frame.data)
        self._kept = kept


def _is_output(frame: Frame) -> bool:
    return frame.channel == "iopub" and frame.header["msg_type"] in _OUTPUT


def _told(parent: bytes, lost: int) -> Frame:
    text = (
        f"[jupyter_smext] The browser was away, and {AWAY_BYTES >> 20} MiB are kept for it: the "
        f"oldest {lost / 1e6:.1f} MB of this cell's output are lost.\n"
    )
    header = {
        "msg_id": uuid.uuid4().hex,
        "session": "",
        "username": "",
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "msg_type": "stream",
        "version": "5.3",
    }
    content = {"name": "stderr", "text": text}
    return Frame.of("iopub", [packed(header), parent, b"{}", packed(content)])
