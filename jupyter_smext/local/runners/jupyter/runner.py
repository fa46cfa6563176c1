"""The life of JupyterLabs: a state follows the processes, never the other way round."""

from __future__ import annotations

import abc
import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ...contract import ServiceError
from ..supervision import Ending, Limits, StillRunning
from .place import Place, StartFailed
from .process import JupyterProcess

if TYPE_CHECKING:
    from ...engine import Engine

Detail = dict[str, Any]
Id = tuple[str, str]

_log = logging.getLogger(__name__)


class JupyterRunner(abc.ABC):
    """Starts and ends the JupyterLabs behind the records of one noun, each by (region, key).

    The operations write the state a request leads to (Pending, Stopping, Deleting) and call here;
    what comes of it (InService, Stopped, Failed, gone) is written when the processes show it.
    """

    nouns: tuple[str, ...]
    noun: ClassVar[str]
    status: ClassVar[str]
    words: ClassVar[str]

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._processes: dict[Id, JupyterProcess] = {}
        self._tasks: dict[Id, asyncio.Task[None]] = {}
        self._closing = False
        # Before the first request is answered: nothing of ours runs yet, so nothing is in service.
        for region, key, detail in self.made():
            if detail[self.status] in ("InService", "Pending"):
                self.set(region, key, "Pending", **self.down())

    @abc.abstractmethod
    def place(self, region: str, key: str, detail: Detail) -> Place:
        """What a record's JupyterLab is started with. Raises StartFailed."""

    @abc.abstractmethod
    async def finish(self, region: str, key: str, detail: Detail) -> None:
        """Write what a record becomes that was under way when its processes ended."""

    def up(self, region: str, detail: Detail, process: JupyterProcess, given: Limits) -> Detail:
        """What changes in a record, besides its state, when its JupyterLab answers."""
        return {}

    def down(self) -> Detail:
        """What changes in a record when its JupyterLab is not there any more."""
        return {}

    def ended(self, region: str, key: str, ending: Ending, why: str) -> None:
        """A JupyterLab ended in service that nobody ended. Raises StartFailed when it failed."""
        raise StartFailed(why)

    async def recover(self) -> None:
        """Start what was up, finish what was under way when the engine ended."""
        for region, key, detail in self.made():
            if detail[self.status] == "Pending":
                self.start(region, key)
            elif detail[self.status] in ("Stopping", "Updating", "Deleting"):
                self.end(region, key)

    async def close(self) -> None:
        """End every tree; the records stay as they are, so that the next start takes them up."""
        self._closing = True
        ends = [process.end() for process in self._processes.values()]
        for problem in await asyncio.gather(*ends, return_exceptions=True):
            if isinstance(problem, BaseException):
                _log.error("A %s did not end: %s", self.words, problem)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def made(self) -> list[tuple[str, str, Detail]]:
        """The records this engine made; a test or bench may have written others."""
        return [found for found in self.engine.store.all(self.noun) if "_id" in found[2]]

    def running(self, region: str, key: str) -> JupyterProcess | None:
        """The process of a record that starts or is in service."""
        return self._processes.get((region, key))

    def admit(self, arn: str, instance_type: str) -> None:
        """Make sure of a place for one more. Raises ServiceError when there is none."""
        self.engine.refuse_instance(self.noun, instance_type)
        self.engine.capacity.hold(arn)

    def start(self, region: str, key: str) -> None:
        """Bring a Pending JupyterLab up, and watch it for as long as it is."""
        self._do(region, key, self._run)

    def end(self, region: str, key: str) -> None:
        """End the processes of a record, then `finish` what its state says."""
        self._do(region, key, self._finish)

    def set(self, region: str, key: str, status: str, **changes: Any) -> None:
        """Write a state, with other members; None takes one away."""
        self.engine.store.update(region, self.noun, key, {self.status: status, **changes})

    def _do(self, region: str, key: str, work: Callable[[str, str], Awaitable[None]]) -> None:
        """Do one thing with a record; whatever goes wrong ends up as its FailureReason."""
        before = self._tasks.get((region, key))

        async def guarded() -> None:
            try:
                if work != self._run and (region, key) in self._processes:
                    await self._processes[region, key].end()
                if before is not None:
                    await asyncio.wait([before])
                await work(region, key)
            except (StartFailed, StillRunning, OSError) as error:
                self._fail(region, key, str(error))
            except Exception as error:
                _log.exception("%s %s in %s", self.words, key, region)
                self._fail(region, key, f"InternalServerError of the local engine: {error!r}")

        task = self._tasks[region, key] = asyncio.ensure_future(guarded())

        def forget(done: asyncio.Task[None]) -> None:
            if self._tasks.get((region, key)) is done:
                del self._tasks[region, key]

        task.add_done_callback(forget)

    async def _run(self, region: str, key: str) -> None:
        detail = self.engine.store.get(region, self.noun, key)
        assert detail is not None
        try:
            # Once more: after a restart of the engine nothing is held.
            self.engine.capacity.hold(detail["_arn"])
            await self._serve(region, key, detail)
        except ServiceError as error:
            raise StartFailed(error.message) from error
        finally:
            self.engine.capacity.release(detail["_arn"])

    async def _serve(self, region: str, key: str, detail: Detail) -> None:
        await self.engine.hang(self.noun, "Pending")
        place = self.place(region, key, detail)
        lacking = self.engine.capacity_failure(self.noun, place.instance_type)
        if lacking:
            raise StartFailed(lacking)
        process = self._processes[region, key] = JupyterProcess(self.engine, place)
        try:
            given = await process.launch()
            self.set(
                region,
                key,
                "InService",
                FailureReason=None,
                _created=True,
                _port=process.port,
                _vcpu=given.cpus,
                _memory_gib=given.memory_gib,
                **self.up(region, detail, process, given),
            )
            ending = await process.ended()
        finally:
            await process.release()
            del self._processes[region, key]
        now = self.engine.store.get(region, self.noun, key) or {}
        if now.get(self.status) == "InService" and not self._closing:
            self.ended(region, key, ending, process.reason(ending, "while it was in service"))

    async def _finish(self, region: str, key: str) -> None:
        detail = self.engine.store.get(region, self.noun, key)
        assert detail is not None
        await self.engine.hang(self.noun, detail[self.status])
        await self.finish(region, key, detail)

    def _fail(self, region: str, key: str, reason: str) -> None:
        if not self._closing:
            self.set(region, key, "Failed", FailureReason=reason[:1024], **self.down())
