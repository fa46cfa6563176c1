"""The log of a model server, brought to CloudWatch Logs while it is written."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from .model_server import Serving

_SECONDS = 0.5
_BLOCK = 1 << 20


async def ship(serving: Serving, log: Path, group: str, stream: str) -> None:
    """Append what a log gets, line by line, until cancelled; then what is left, too."""
    follower = _Follower(serving, log, group, stream)
    try:
        while True:
            await asyncio.to_thread(follower.send)
            await asyncio.sleep(_SECONDS)
    finally:
        await asyncio.shield(asyncio.to_thread(follower.send, last=True))


class _Follower:
    def __init__(self, serving: Serving, log: Path, group: str, stream: str) -> None:
        self._serving = serving
        self._log = log
        self._where = (serving.region, group, stream)
        self._position = 0
        self._rest = b""

    def send(self, last: bool = False) -> None:
        if self._log.exists() and self._log.stat().st_size > self._position:
            with self._log.open("rb") as file:
                file.seek(self._position)
                while block := file.read(_BLOCK):
                    self._position += len(block)
                    self._append(self._rest + block)
        if last and self._rest:
            self._append(self._rest + b"\n")

    def _append(self, data: bytes) -> None:
        *lines, self._rest = data.split(b"\n")
        now = int(time.time() * 1000)
        events = [(now, line.decode("utf-8", "replace")) for line in lines if line.strip()]
        if events:
            self._serving.engine.logs.append(*self._where, events)
