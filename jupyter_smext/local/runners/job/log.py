"""What a job's processes print, on its way to CloudWatch Logs, line by line, while they run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ...metrics.metrics import Datum
from ..supervision.own_file import open_own
from .metrics import MetricReader
from .repeating import repeating

if TYPE_CHECKING:
    from ...engine import Engine

#: Seconds between two looks at a log: soon after something was printed, later when all is quiet.
_SOON, _LATER = 0.1, 1.0
#: A line without end is shipped in parts of so many bytes.
_LONGEST = 64 << 10
_READ = 1 << 20


class JobLog:
    """One log file and the stream it goes to. All methods but `__init__` take the disk's time."""

    def __init__(
        self,
        engine: Engine,
        region: str,
        group: str,
        stream: str,
        path: Path,
        metrics: MetricReader | None = None,
        namespace: str = "",
        since: int = 0,
        root: Path | None = None,
    ) -> None:
        self._engine = engine
        self._region = region
        self._group, self._stream = group, stream
        self._path = path
        #: The folder above which its processes cannot put links; the log's own if none is given.
        self._root = root or path.parent
        self._metrics, self._namespace = metrics, namespace
        self._read = since
        self._rest = b""

    def note(self, *lines: str) -> None:
        """Lines of the engine's own, ahead of what is shipped next."""
        now = int(time.time() * 1000)
        events = [(now, line) for line in lines]
        self._engine.logs.append(self._region, self._group, self._stream, events)

    def ship(self, *, to_the_end: bool = False) -> bool:
        """Ship the lines that were printed since; whether there were any.

        `to_the_end`: nothing more comes, so a line without its end is one too.
        """
        found = False
        file = open_own(self._root, self._path)
        if file:
            with file:
                file.seek(self._read)
                while data := file.read(_READ):
                    found = True
                    self._read += len(data)
                    self._send(data)
        if to_the_end and self._rest:
            rest, self._rest = self._rest, b""
            self._put([rest])
        return found

    def _send(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) >= _LONGEST:
            lines.append(self._rest[:_LONGEST])
            self._rest = self._rest[_LONGEST:]
        self._put(lines)

    def _put(self, lines: Sequence[bytes]) -> None:
        now = time.time()
        secret = self._engine.keys.secret_key
        events: list[tuple[int, str]] = []
        data: list[Datum] = []
        for raw in lines:
            line = raw.decode("utf-8", "replace").rstrip("\r").replace(secret, "[secret]")
            events.append((int(now * 1000), line or " "))  # AWS takes no empty message
            if self._metrics:
                data += self._metrics.read(line, now)
        if events:
            self._engine.logs.append(self._region, self._group, self._stream, events)
        if data:
            self._engine.metrics.put(self._region, self._namespace, data)


@asynccontextmanager
async def shipping(logs: Sequence[JobLog]) -> AsyncIterator[None]:
    """Ship logs for as long as the block takes, and what is left of them at its end."""

    def ship() -> bool:
        return any([log.ship() for log in logs])

    pause = _SOON

    async def step() -> float:
        nonlocal pause
        pause = _SOON if await asyncio.to_thread(ship) else min(2 * pause, _LATER)
        return pause

    def finish() -> None:
        for log in logs:
            log.ship(to_the_end=True)

    try:
        async with repeating(_SOON, step):
            yield
    finally:
        await asyncio.to_thread(finish)
