"""All creations of a server: begun, followed, taken up after a restart, remembered."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError
from ..lifecycle.read_only import ReadOnly
from ..lifecycle.task_journals import followed_elsewhere
from ..protocol import Creation, CreationRequest, TaskChanged, TaskStep
from ..server_process import lives, this_server
from .journal import Journals, Record
from .recorded import RecordedCreation
from .run import Run

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .layout import Place
    from .steps import CreationPlan


class Creations:
    """Creations, in journals below `home`; all methods are called on the server's loop.

    `sessions` is asked when a creation needs AWS, so that looking at old ones loads none of it.
    `look` is told the connection, region and kind of which there are others.
    """

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str, str], None],
    ) -> None:
        self._sessions = sessions
        self._emit = emit
        self._journals = Journals(home / "creations")
        self._read_only = read_only
        self._look = look
        self._runs: dict[str, Run] = {}
        self._taking = asyncio.Lock()
        self._beginning = asyncio.Lock()

    async def begin(self, request: CreationRequest, place: Place) -> Creation:
        """Begin a creation. Raises Wrong, and ProblemError: what forbids it.

        One that was begun by a request of the same key is answered in place of another.
        """
        self._read_only.refuse(request.connection)
        async with self._beginning:
            begun = await self._begun(request.key) if request.key else None
            return begun if begun is not None else await self._begin(request, place)

    async def get(self, id: str) -> Creation:
        """The creation as it is now. Raises a 404 ProblemError."""
        run = self._runs.get(id)
        if run is not None:
            return run.recorded.task
        return await self._current(await asyncio.to_thread(self._journals.read, id))

    async def recent(self) -> list[Creation]:
        """The latest creations, newest first."""
        records = await asyncio.to_thread(self._journals.readable)
        found = [await self._current(record) for record in records]
        return sorted(found, key=lambda creation: creation.started, reverse=True)

    async def cancel(self, id: str) -> Creation:
        """Take back what was made; one that is done is answered as it is. Raises ProblemError."""
        run = await self._of(id)
        await run.cancel()
        return run.recorded.task

    async def retry(self, id: str) -> Creation:
        """Go on with the step that failed. Raises ProblemError."""
        run = await self._of(id)
        await run.retry()
        return run.recorded.task

    async def resume(self) -> None:
        """Go on with what ran when the last server ended; without such, load nothing of AWS."""
        for record in await asyncio.to_thread(self._journals.readable):
            await self._current(record)

    async def close(self) -> None:
        """The server ends: journals stay."""
        await asyncio.gather(*(run.close() for run in self._runs.values()))

    async def _begun(self, key: str) -> Creation | None:
        for record in await asyncio.to_thread(self._journals.readable):
            if record.creation.request.key == key:
                return await self._current(record)
        return None

    async def _begin(self, request: CreationRequest, place: Place) -> Creation:
        from .request import plan_of

        plan = await asyncio.to_thread(plan_of, request, place)
        identity = await asyncio.to_thread(
            place.sessions.identity, request.connection, request.region
        )
        id = f"creation-{secrets.token_hex(8)}"
        record = Record(_creation(id, request, plan), this_server(), plan.steps, identity.account)
        run = self._runs[id] = await self._run(record)
        try:
            await run.begin()
        except ProblemError:
            del self._runs[id]
            raise
        return run.recorded.task

    async def _of(self, id: str) -> Run:
        """Its run, also of one that is over. Raises ProblemError: another server follows it."""
        creation = await self.get(id)
        self._read_only.refuse(creation.request.connection)
        async with self._taking:
            run = self._runs.get(id)
            if run is None:
                record = await asyncio.to_thread(self._journals.read, id)
                if record.creation.state == "running":
                    raise followed_elsewhere("creation", record.server)
                run = self._runs[id] = await self._run(record)
            return run

    async def _current(self, record: Record) -> Creation:
        """A creation as it is now; one whose server is no more is gone on with."""
        id = record.id
        async with self._taking:
            if id not in self._runs:
                if record.creation.state != "running" or lives(record.server):
                    return record.creation
                self._runs[id] = await self._run(record)
                self._runs[id].start()
            return self._runs[id].recorded.task

    async def _run(self, record: Record) -> Run:
        request = record.creation.request
        place = request.connection, request.region
        recorded = RecordedCreation(record, self._journals, self._tell)
        return Run(recorded, await self._sessions(), lambda kind: self._look(*place, kind))

    def _tell(self, creation: Creation) -> None:
        self._emit(TaskChanged("creation", creation.id, creation.rev))


def _creation(id: str, request: CreationRequest, plan: CreationPlan) -> Creation:
    return Creation(
        id=id,
        rev=1,
        request=request,
        title=plan.title,
        state="running",
        steps=tuple(TaskStep(step.id, step.title, "todo") for step in plan.steps),
        started=time.time(),
        ended=None,
        target=plan.target,
        made=(),
        left=(),
        problem=None,
    )
