"""A production variant's model servers: kept up, chosen from, added to, drained."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ...contract import ServiceError
from ..job.log import JobLog, shipping
from ..model.server import ModelServer, ServerFailed
from ..model.serving import Serving

_log = logging.getLogger(__name__)

#: A server that dies is replaced at once, then after 1, 2, 4... seconds; so often in a row.
_ATTEMPTS = 6
#: One that has lived so long is no failure of its start.
_LIVED_SECONDS = 60.0
#: How long a server that is taken away may go on with what it has; as an invocation may last.
PATIENCE = 60.0
_LOOK_SECONDS = 0.01


@dataclass
class Settings:
    """What can change while a variant serves; `concurrency` is a serverless variant's most."""

    weight: float
    count: int
    concurrency: int | None = None


class Variant:
    """The servers behind one production variant of a deployment."""

    def __init__(
        self,
        name: str,
        serving: Serving,
        settings: Settings,
        *,
        group: str,
        changed: Callable[[], None],
    ) -> None:
        self.name = name
        self.settings = settings
        self.serving = serving
        #: The log group of the endpoint, and the streams of the servers below it.
        self.group = group
        #: Requests that are served or wait for a server.
        self.pending = 0
        #: Why the last start of a server failed, while none is up.
        self.trouble = ""
        #: Whether no more starts are tried.
        self.given_up = False
        self._changed = changed
        self._ready: list[ModelServer] = []
        self._comes = asyncio.Event()
        self._idle = asyncio.Event()
        self._slots: list[_Slot] = []
        self._endings: set[asyncio.Task[None]] = set()
        self._numbers = 0

    @property
    def count(self) -> int:
        """Servers that answer now."""
        return len(self._ready)

    @property
    def pids(self) -> list[int]:
        """The topmost process of each server that answers now."""
        return [server.pid for server in self._ready]

    async def start(self) -> None:
        """Bring the wanted number of servers up. Raises ServerFailed with the first that fails."""
        await self.scale(self.settings.count)

    async def scale(self, count: int) -> None:
        """Add or take away servers; those taken away finish what they have.

        Raises ServerFailed, with as many servers as before, when one of the new does not come up.
        """
        had = len(self._slots)
        new = [_Slot(self) for _ in range(count - had)]
        self._slots += new
        try:
            await asyncio.gather(*(slot.up for slot in new))
        except BaseException:
            await self._take_away(len(new), 0)
            raise
        await self._take_away(len(self._slots) - count, PATIENCE)
        self.settings.count = count

    async def _take_away(self, count: int, patience: float) -> None:
        gone = [self._slots.pop() for _ in range(max(0, count))]
        await asyncio.gather(*(slot.end(patience) for slot in gone))

    @asynccontextmanager
    async def server(self, seconds: float) -> AsyncIterator[ModelServer]:
        """The server with the fewest requests, for one more; waits while a dead one is replaced.

        Raises TimeoutError, and ServiceError when a serverless variant has all it may.
        """
        most = self.settings.concurrency
        if most is not None and self.pending >= most:
            # InvokeEndpoint on a serverless endpoint beyond its MaxConcurrency.
            raise ServiceError(
                "ThrottlingException",
                f"Rate exceeded: the serverless variant {self.name} has its MaxConcurrency of "
                f"{most} invocations.",
                429,
            )
        self.pending += 1
        try:
            if not self._ready:
                await asyncio.wait_for(self._comes.wait(), seconds)
            server = min(self._ready, key=lambda one: one.in_flight)
            server.in_flight += 1
            try:
                yield server
            finally:
                server.in_flight -= 1
        finally:
            self.pending -= 1
            if not self.pending:
                self._idle.set()

    async def drained(self) -> None:
        """Wait until no request is left."""
        while self.pending:
            self._idle.clear()
            await self._idle.wait()

    async def end(self) -> None:
        """End every server, whatever it does. Raises StillRunning."""
        await self._take_away(len(self._slots), 0)

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def is_up(self, server: ModelServer) -> None:
        self._ready.append(server)
        self.trouble = ""
        self._comes.set()
        self._changed()

    def take_out(self, server: ModelServer) -> bool:
        """Give it no more requests; False when it got none anyway."""
        if server not in self._ready:
            return False
        self._ready.remove(server)
        if not self._ready:
            self._comes.clear()
        return True

    def lost(self, server: ModelServer) -> None:
        """A server died."""
        if self.take_out(server):
            self._changed()

    def replace(self, server: ModelServer) -> None:
        """Give a server that does not answer no more requests, and end it: another one follows."""
        self.lost(server)
        ending = asyncio.ensure_future(server.end())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def failed(self, reason: str, *, for_good: bool) -> None:
        """A server could not be replaced."""
        self.trouble = reason
        self.given_up = for_good and not self._ready
        self._changed()


class _Slot:
    """One server and those that replace it, until the slot is ended."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant
        self._server: ModelServer | None = None
        self._ending = asyncio.Event()
        #: Done once the first server answers, or has failed.
        self.up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.ensure_future(self._keep())

    async def end(self, patience: float) -> None:
        """Take no more requests, give those there are `patience` seconds, end the server.

        Raises StillRunning.
        """
        self._ending.set()
        server = self._server
        if server is None or not self._variant.take_out(server):
            self._task.cancel()
        else:
            clock = asyncio.get_running_loop().time
            until = clock() + patience
            while server.in_flight and clock() < until:
                await asyncio.sleep(_LOOK_SECONDS)
            await server.end()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        variant, failures = self._variant, 0
        while not self._ending.is_set():
            server = self._server = ModelServer(variant.serving, variant.next_number())
            lived, reason = await self._one(server)
            if self._ending.is_set():
                return
            if not self.up.done():
                return self.up.set_exception(ServerFailed(reason))
            _log.warning("%s: %s", variant.serving.arn, reason)
            failures = 1 if lived > _LIVED_SECONDS else failures + 1
            if failures >= _ATTEMPTS:
                return variant.failed(reason, for_good=True)
            if failures > 1:
                variant.failed(reason, for_good=False)
                await asyncio.sleep(2.0 ** (failures - 2))

    async def _one(self, server: ModelServer) -> tuple[float, str]:
        """Run a server to its end: the seconds it answered for, and why it ended."""
        clock = asyncio.get_running_loop().time
        variant, serving = self._variant, self._variant.serving
        stream = f"{variant.name}/{server.instance}"
        log = JobLog(serving.engine, serving.region, variant.group, stream, server.files.log)
        await asyncio.to_thread(log.note, *serving.notes)
        async with shipping([log]):
            try:
                await server.launch()
                born = clock()
                if not self.up.done():
                    self.up.set_result(None)
                variant.is_up(server)
                ending = await server.ended()
                variant.lost(server)
                return clock() - born, server.reason(ending, "while it was in service")
            except ServerFailed as error:
                return 0.0, str(error)
            finally:
                await server.end()
