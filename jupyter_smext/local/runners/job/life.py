"""The life of jobs of any kind: queue, work, stop, the reason of an end, recovery after a death."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from ... import nouns
from ...contract import ServiceError
from ..supervision import StillRunning
from .end import JobFailed, JobStopped
from .files import JobFiles, left_behind
from .process import JobProcesses

if TYPE_CHECKING:
    from ...engine import Engine

__all__ = ["Job", "JobFailed", "JobRunner", "JobStopped"]

Detail = dict[str, Any]
Name = tuple[str, str]
_T = TypeVar("_T")

_log = logging.getLogger(__name__)

#: A job that the engine's end cut off. AWS retries what fails with an InternalServerError.
ENGINE_ENDED = (
    "InternalServerError: the local engine ended while the job was running, and its processes with "
    "it. Create the job again under another name to run it again."
)


class Job:
    """One job at work: what it is, what it may run, how it is asked to stop."""

    def __init__(self, engine: Engine, noun: str, region: str, name: str, detail: Detail) -> None:
        self.engine = engine
        self.noun = noun
        self.region = region
        self.name = name
        self.detail = detail
        self.arn = str(detail[nouns.find(noun).arn_member])
        self.files = JobFiles.of(engine.home, noun, detail["_id"])
        self.processes = JobProcesses()
        #: Set when the job is to stop; threads that work for it look at `halt`.
        self.stop_asked = asyncio.Event()
        self.halt = threading.Event()

    def set(self, **changes: Any) -> None:
        """Write members of the record; None removes one."""
        self.detail = self.engine.store.update(self.region, self.noun, self.name, changes)

    def stop(self) -> None:
        """Ask it to stop: what it waits for ends, and its processes get their SIGTERM."""
        self.stop_asked.set()
        self.halt.set()
        self.processes.stop()

    async def unless_stopped(self, work: Awaitable[_T]) -> _T:
        """The result of some work; it is cancelled, and JobStopped raised, when a stop comes first.

        A thread cannot be cancelled: one that works for a job looks at `halt`.
        """
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self.stop_asked.wait())
        try:
            await asyncio.wait((task, asked), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise JobStopped
        finally:
            asked.cancel()
            if not task.done():
                task.cancel()
                # Its end is waited for, so that what it holds (a turn in the queue) is given back.
                await asyncio.wait((task,))

    async def in_thread(self, function: Callable[..., _T], *given: Any) -> _T:
        """Run blocking work beside the loop, to its end even when a stop comes: it sees `halt`."""
        result = await asyncio.to_thread(function, *given)
        if self.stop_asked.is_set():
            raise JobStopped
        return result


class JobRunner:
    """A kind of job. A subclass names the noun and does the `work`; all else of a life is here.

    The operations write the record (`born`) and call `start`; a Stop operation calls `stop`.
    """

    noun = ""
    nouns: tuple[str, ...] = ()
    #: The words of the noun's status for a job that runs and one that went well.
    running, completed = "InProgress", "Completed"
    #: Whether jobs wait for their turn; one that only waits for other jobs must not.
    queued = True

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.status = str(nouns.find(self.noun).status)
        self._jobs: dict[Name, Job] = {}
        self._tasks: dict[Name, asyncio.Task[None]] = {}
        self._closing = False
        self._again: list[Name] = []
        self._left = left_behind(engine.home, self.noun)
        self._sweeping: asyncio.Task[None] | None = None
        # Before the first request is answered: nothing of ours runs yet, so nothing is in progress.
        for region, name, detail in engine.store.all(self.noun):
            if "_id" in detail:  # a test or bench may have written other records
                self._take_up(region, name, detail)

    # -- what a kind says of itself ----------------------------------------------------------------

    async def work(self, job: Job) -> None:
        """Do the job. Returning is success, unless a stop was asked for.

        Raises JobFailed with the reason, and JobStopped for a job that ends before its time.
        """
        raise NotImplementedError

    def trees(self, detail: Detail) -> int:
        """How many process trees a job of this record runs at once."""
        return 1

    def on_wait(self, job: Job, why: str) -> None:
        """Record that a job waits, and for what."""

    def on_stop(self, detail: Detail) -> Detail:
        """More members that the record gets when a stop is asked for."""
        return {}

    def on_end(self, detail: Detail, status: str, reason: str | None, now: float) -> Detail:
        """More members that the record gets at the end; `status` is the noun's own word."""
        return {}

    def on_retry(self, detail: Detail) -> Detail:
        """More members that the record gets when the job is about to start again."""
        return {}

    def retries(self, detail: Detail) -> int:
        """How often a job that an InternalServerError ended may still start again."""
        return 0

    # -- what operations call ----------------------------------------------------------------------

    def born(self, detail: Detail) -> Detail:
        """The private members that every record of a job needs. Give them to the store with it."""
        return {**detail, "_id": _new_id(), self.status: self.running}

    def start(self, region: str, name: str) -> None:
        """Queue a recorded job, run it, and watch it to its end."""
        detail = self.engine.store.get(region, self.noun, name)
        assert detail is not None
        job = self._jobs[region, name] = Job(self.engine, self.noun, region, name, detail)
        task = self._tasks[region, name] = asyncio.ensure_future(self._live(job))

        def forget(done: asyncio.Task[None]) -> None:
            if self._tasks.get((region, name)) is done:
                del self._tasks[region, name]
            if self._jobs.get((region, name)) is job:
                del self._jobs[region, name]

        task.add_done_callback(forget)

    def stop(self, region: str, name: str) -> None:
        """Write Stopping and end the job; Stopped once no process is left. Harmless twice."""
        if (region, name) in self._again:  # asked for before `recover` could start it
            self._again.remove((region, name))
            self._end(region, name, "Stopped", None)
        job = self._jobs.get((region, name))
        if job is None or job.stop_asked.is_set():
            return
        job.set(**{self.status: "Stopping"}, **self.on_stop(job.detail))
        job.stop()

    def job(self, region: str, name: str) -> Job | None:
        """A job that waits or works now."""
        return self._jobs.get((region, name))

    async def ended(self, region: str, name: str) -> None:
        """Wait until a job has come to its end; at once when it has."""
        task = self._tasks.get((region, name))
        if task:
            await asyncio.wait((task,))

    # -- Runner ------------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Delete what dead jobs left on the disk, and start those that had not had their turn."""
        self._sweeping = asyncio.ensure_future(self._sweep())  # nothing waits for the disk
        again, self._again = self._again, []
        for region, name in again:
            self.start(region, name)

    async def close(self) -> None:
        """End every job at once; their records say so at the next start."""
        self._closing = True
        for job in self._jobs.values():
            job.halt.set()
        ends = [job.processes.kill() for job in self._jobs.values()]
        for problem in await asyncio.gather(*ends, return_exceptions=True):
            if isinstance(problem, BaseException):
                _log.error("A job did not end: %s", problem)
        tasks = list(self._tasks.values())
        if self._sweeping:
            tasks.append(self._sweeping)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self) -> None:
        for files in self._left:
            try:
                await asyncio.to_thread(files.delete)
            except OSError as error:
                _log.error("Left from the engine's last run: %s", error)

    # -- the life ----------------------------------------------------------------------------------

    async def _live(self, job: Job) -> None:
        status, reason = self.completed, None
        try:
            async with AsyncExitStack() as turn:
                if self.queued:
                    await job.unless_stopped(turn.enter_async_context(self._turn(job)))
                if self._closing:  # the turn of a job that the engine's end cut off
                    return
                job.set(_began=True)
                try:
                    await self.work(job)
                finally:
                    await job.processes.clear()
            if job.stop_asked.is_set():
                status = "Stopped"
        except JobStopped:
            status = "Stopped"
        except JobFailed as failure:
            status, reason = "Failed", str(failure)
        except ServiceError as error:
            status, reason = "Failed", f"ClientError: {error.message}"
        except (OSError, StillRunning) as error:
            status, reason = "Failed", f"InternalServerError: {error}"
        except Exception as error:
            _log.exception("%s %s in %s", job.noun, job.name, job.region)
            status, reason = "Failed", f"InternalServerError of the local engine: {error!r}"
        if not self._closing:
            self._end(job.region, job.name, status, reason)
            del self._jobs[job.region, job.name]
            try:
                await asyncio.to_thread(job.files.delete)
            except OSError as error:  # the next start of the engine tries again
                _log.error("Left by %s %s: %s", job.noun, job.name, error)

    def _turn(self, job: Job) -> Any:
        return self.engine.capacity.job(
            job.arn, trees=self.trees(job.detail), tell=lambda why: self.on_wait(job, why)
        )

    def _end(self, region: str, name: str, status: str, reason: str | None) -> None:
        detail = self.engine.store.get(region, self.noun, name)
        assert detail is not None
        now = time.time()
        reason = reason[:1024] if reason else None
        changes = {self.status: status, "FailureReason": reason, "LastModifiedTime": now}
        more = self.on_end(detail, status, reason, now)
        self.engine.store.update(region, self.noun, name, {**changes, **more})

    def _take_up(self, region: str, name: str, detail: Detail) -> None:
        """Bring a record that the engine's last run left to what is true now."""
        match detail[self.status]:
            case self.running if not detail.get("_began"):
                self._again.append((region, name))
            case self.running if self.retries(detail) > 0:
                again = {"_began": False, "_tries": detail.get("_tries", 0) + 1}
                # With a folder of its own: that of the last try is being deleted.
                changes = {**again, "_id": _new_id(), **self.on_retry(detail)}
                self.engine.store.update(region, self.noun, name, changes)
                self._again.append((region, name))
            case self.running:
                self._end(region, name, "Failed", ENGINE_ENDED)
            case "Stopping":
                self._end(region, name, "Stopped", None)


def _new_id() -> str:
    return f"job-{secrets.token_hex(8)}"
