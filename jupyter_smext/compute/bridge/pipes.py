"""Browsers that get a kernel's messages as they came, and what is kept for one that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from .away import Away
from .frames import Frame


class Pipe(Protocol):
    """A browser's websocket; its key is `KERNEL:SESSION`, Jupyter Server's `session_key`."""

    def deliver(self, frame: Frame) -> None:
        """Send a message; never waits."""

    @property
    def congested(self) -> bool:
        """Whether more is on its way than it should hold up."""

    def drained(self) -> Awaitable[None]:
        """Wait until it is not, or was waited for long enough."""


class Pipes:
    """Pipes by key, and what is kept for the last one that went."""

    def __init__(self) -> None:
        self._open: dict[str, Pipe] = {}
        self._away: Away | None = None

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, key: str, pipe: Pipe) -> list[Frame]:
        """It is there; what was kept for it. What was for another one is given up."""
        away, self._away = self._away, None
        self._open[key] = pipe
        return away.frames() if away is not None and away.key in ("", key) else []

    def drop(self, key: str, pipe: Pipe, keep: bool) -> None:
        if self._open.get(key) is pipe:
            del self._open[key]
            if keep and not self._open:
                self._away = Away(key)

    def keep_for_first(self) -> None:
        """Keep all for the browser that comes first: after this server was started anew."""
        if not self._open:
            self._away = Away("")

    def forget(self) -> None:
        """Keep nothing: the browser is back by another way."""
        self._away = None

    def publish(self, frame: Frame) -> Awaitable[None] | None:
        """To all; what to wait for when some of them cannot follow."""
        slow: list[Pipe] = []
        for pipe in list(self._open.values()):
            pipe.deliver(frame)
            if pipe.congested:
                slow.append(pipe)
        if self._away is not None:
            self._away.keep(frame)
        return _drained(slow) if slow else None

    def reply(self, key: str, frame: Frame) -> Awaitable[None] | None:
        """To one of them, or to keep for it."""
        pipe = self._open.get(key)
        if pipe is not None:
            pipe.deliver(frame)
            return pipe.drained() if pipe.congested else None
        if self._away is not None and self._away.key in ("", key):
            self._away.keep(frame)
        return None

    def of_session(self, frame: Frame) -> Awaitable[None] | None:
        """A reply whose request went by another way: to the one of the session that asked."""
        session = frame.parent.get("session")
        away = self._away.key if self._away is not None else None
        key = next((key for key in self._open if key.endswith(f":{session}")), away)
        return self.reply(key, frame) if key is not None else None


async def _drained(pipes: list[Pipe]) -> None:
    await asyncio.gather(*(pipe.drained() for pipe in pipes))
