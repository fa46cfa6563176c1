"""All creations of a server: begun, followed, taken up after a restart, remembered."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..lifecycle.read_only import ReadOnly
from ..lifecycle.task_journals import followed_elsewhere
from ..lifecycle.tasks import Tasks
from ..protocol import Creation, CreationRequest, TaskChanged, TaskStep
from ..server_process import this_server
from .journal import Journals, Record
from .recorded import RecordedCreation
from .run import Run

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .layout import Place
    from .steps import CreationPlan


class Creations(Tasks[Record, Creation, Run]):
    """Creations, in journals below `home`; all methods are called on the server's loop.

    `sessions` is asked when a creation needs AWS, so that looking at old ones loads none of it.
    `look` is told the connection, region and kind of which there are others.
    """

    _journals: Journals

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str, str], None],
    ) -> None:
        super().__init__(Journals(home / "creations"))
        self._sessions = sessions
        self._emit = emit
        self._read_only = read_only
        self._look = look

    async def begin(self, request: CreationRequest, place: Place) -> Creation:
        """Begin a creation. Raises Wrong, and ProblemError: what forbids it.

        One that was begun by a request of the same key is answered in place of another.
        """
        self._read_only.refuse(request.connection)
        async with self._beginning:
            begun = await self.begun(request.key)
            return begun if begun is not None else await self._begin(request, place)

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

    async def _begin(self, request: CreationRequest, place: Place) -> Creation:
        from .request import plan_of

        plan = await asyncio.to_thread(plan_of, request, place)
        identity = await asyncio.to_thread(
            place.sessions.identity, request.connection, request.region
        )
        id = f"creation-{secrets.token_hex(8)}"
        record = Record(_creation(id, request, plan), this_server(), plan.steps, identity.account)
        return await self.begin_run(id, await self.run_of(record))

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
                run = self._runs[id] = await self.run_of(record)
            return run

    def task_of(self, record: Record) -> Creation:
        return record.creation

    def task_in(self, run: Run) -> Creation:
        return run.recorded.task

    def key_of(self, task: Creation) -> str:
        return task.request.key

    async def run_of(self, record: Record) -> Run:
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
