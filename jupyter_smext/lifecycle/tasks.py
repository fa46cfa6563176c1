"""Tasks of one sort: looked at by their journals, gone on with where their server is no more."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from ..aws.errors import ProblemError
from ..server_process import Server, lives
from .task_journals import HasId, TaskJournals


class Followed(HasId, Protocol):
    """What a journal holds of a task, and which server runs it."""

    @property
    def server(self) -> Server: ...


class Told(Protocol):
    """What is told of a task; `started` in epoch seconds."""

    @property
    def state(self) -> str: ...

    @property
    def started(self) -> float: ...


class Running(Protocol):
    """What runs a task, or ran it."""

    async def begin(self) -> None: ...

    def start(self) -> None: ...

    async def close(self) -> None: ...


R = TypeVar("R", bound=Followed)
T = TypeVar("T", bound=Told)
Q = TypeVar("Q", bound=Running)


class Tasks(ABC, Generic[R, T, Q]):
    """All methods are called on the server's loop."""

    #: The states of a task that somebody has to go on with.
    under_way: tuple[str, ...] = ("running",)

    def __init__(self, journals: TaskJournals[R]) -> None:
        self._journals = journals
        self._runs: dict[str, Q] = {}
        self._taking = asyncio.Lock()
        self._beginning = asyncio.Lock()

    @abstractmethod
    def task_of(self, record: R) -> T:
        """The task of a journal."""

    @abstractmethod
    def task_in(self, run: Q) -> T:
        """The task that a run has, as it is now."""

    @abstractmethod
    def key_of(self, task: T) -> str:
        """The key of the request that began it; empty for none."""

    @abstractmethod
    async def run_of(self, record: R) -> Q:
        """What runs it."""

    def take_up(self, run: Q) -> None:
        """Go on with what a server that is no more was running."""
        run.start()

    async def get(self, id: str) -> T:
        """The task as it is now. Raises a 404 ProblemError."""
        run = self._runs.get(id)
        if run is not None:
            return self.task_in(run)
        return await self.current(await asyncio.to_thread(self._journals.read, id))

    async def recent(self) -> list[T]:
        """The latest, newest first."""
        records = await asyncio.to_thread(self._journals.readable)
        found = [await self.current(record) for record in records]
        return sorted(found, key=lambda task: task.started, reverse=True)

    async def resume(self) -> None:
        """Go on with what ran when the last server ended; without such, load nothing of AWS."""
        for record in await asyncio.to_thread(self._journals.readable):
            await self.current(record)

    async def close(self) -> None:
        """The server ends: journals stay."""
        await asyncio.gather(*(run.close() for run in self._runs.values()))

    async def begun(self, key: str) -> T | None:
        """The task that a request of the same key began; none where it has no key."""
        for record in await asyncio.to_thread(self._journals.readable) if key else ():
            if self.key_of(self.task_of(record)) == key:
                return await self.current(record)
        return None

    async def begin_run(self, id: str, run: Q) -> T:
        """Begin what nobody has begun. Raises ProblemError: there is no such task then."""
        self._runs[id] = run
        try:
            await run.begin()
        except ProblemError:
            del self._runs[id]
            raise
        return self.task_in(run)

    async def current(self, record: R) -> T:
        """A task as it is now; one whose server is no more is gone on with."""
        id, task = record.id, self.task_of(record)
        async with self._taking:
            if id not in self._runs:
                if task.state not in self.under_way or lives(record.server):
                    return task
                self._runs[id] = await self.run_of(record)
                self.take_up(self._runs[id])
            return self.task_in(self._runs[id])
