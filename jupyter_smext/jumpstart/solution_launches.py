"""All launched solutions of a server: begun, followed, deleted, gone on with after a restart."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..lifecycle.read_only import ReadOnly
from ..lifecycle.task_journals import followed_elsewhere
from ..lifecycle.tasks import Tasks
from ..protocol import SolutionLaunch, SolutionLaunchRequest, TaskChanged
from ..server_process import lives, this_server
from .solution_journal import SETTLED, UNDER_WAY, Record, SolutionJournals

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .solution_run import SolutionRun


class SolutionLaunches(Tasks[Record, SolutionLaunch, "SolutionRun"]):
    """Solutions' stacks, in journals below `home`; all methods are called on the server's loop.

    `sessions` is asked when a launch needs AWS, so that the list of old ones loads none of it.
    `look` is told the connection, region and kind of which there are others.
    """

    under_way = UNDER_WAY
    _journals: SolutionJournals

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str, str], None],
    ) -> None:
        super().__init__(SolutionJournals(home / "jumpstart" / "solutions"))
        self._sessions = sessions
        self._emit = emit
        self._read_only = read_only
        self._look = look

    async def launch(self, request: SolutionLaunchRequest) -> SolutionLaunch:
        """Begin a stack. Raises ProblemError: the first that forbids it."""
        self._read_only.refuse(request.connection)
        async with self._beginning:
            if (begun := await self.begun(request.key)) is not None:
                return begun
            record = await self._new(request)
            values = {
                name: value for name, value in request.parameters.items() if name in record.hidden
            }
            return await self.begin_run(record.id, await self._run(record, values))

    async def get(self, id: str) -> SolutionLaunch:
        """The launch as it is now; whether its stack is there still is looked at behind it.

        Raises a 404 ProblemError.
        """
        run = self._runs.get(id)
        if run is None:
            record = await asyncio.to_thread(self._journals.read, id)
            launch = await self.current(record)
            if launch.state not in SETTLED:
                return launch
            async with self._taking:
                if id not in self._runs:
                    self._runs[id] = await self.run_of(record)
            run = self._runs[id]
        run.check()
        return run.launch

    async def adopt(self, connection: str, region: str, stack: str) -> SolutionLaunch:
        """Follow a stack, by its id, that another server launched; a known one stays as it is.

        Raises ProblemError as `adopted`, and that the journal cannot be written.
        """
        from .adopted_solution import adopted
        from .stack_problems import on_disk

        sessions = await self._sessions()
        record = await asyncio.to_thread(adopted, sessions, connection, region, stack)
        async with self._beginning:
            try:
                return await self.get(record.id)
            except ProblemError as error:
                if error.problem.cause != "not_found":
                    raise
            try:
                await asyncio.to_thread(self._journals.write, record)
            except OSError as error:
                raise ProblemError(on_disk(error)) from error
            run = self._runs[record.id] = await self.run_of(record)
        if record.launch.state in UNDER_WAY:
            run.start()
        return run.launch

    async def delete(self, id: str, empty_buckets: bool) -> SolutionLaunch:
        """Delete all that a launch made; one of which nothing is left is answered as it is."""
        launch = await self.get(id)
        self._read_only.refuse(launch.request.connection)
        async with self._taking:
            if id not in self._runs:
                record = await asyncio.to_thread(self._journals.read, id)
                if record.launch.state in UNDER_WAY and lives(record.server):
                    raise followed_elsewhere("solution", record.server)
                self._runs[id] = await self.run_of(record)
        run = self._runs[id]
        await run.delete(empty_buckets)
        return run.launch

    async def _new(self, request: SolutionLaunchRequest) -> Record:
        """A launch that may be begun. Raises ProblemError."""
        from . import valid
        from .solution_checks import check
        from .solution_pages import SolutionPages
        from .solution_run import create_call
        from .stack_problems import taken
        from .stacks import Stacks

        sessions = await self._sessions()
        pages = SolutionPages(sessions)
        place = request.connection, request.region
        found = await asyncio.to_thread(pages.template, *place, request.solution)
        needed, _ = await asyncio.to_thread(pages.capabilities, *place, found)
        check(request, found.template, needed)
        hidden = tuple(
            each.name
            for each in found.template.parameters
            if each.hidden and each.name in request.parameters
        )
        shown = {k: v for k, v in request.parameters.items() if k not in hidden}
        launch = SolutionLaunch(
            id=f"solution-{secrets.token_hex(8)}",
            rev=1,
            request=replace(request, parameters=shown),
            title=found.solution.title,
            notebook=found.entry.notebook if found.entry else None,
            state="creating",
            stack_id=None,
            status="",
            events=(),
            resources=(),
            outputs=(),
            note="",
            started=time.time(),
            ended=None,
            problem=None,
            deletion=None,
            keeps=tuple(sorted(found.template.retained)),
        )
        record = Record(launch, this_server(), found.given, hidden)
        await asyncio.to_thread(valid.check, create_call(record, {}))
        there = await asyncio.to_thread(Stacks(sessions, *place).look, request.stack)
        if there is not None:
            raise ProblemError(taken(request.stack, there["StackStatus"]))
        return record

    def task_of(self, record: Record) -> SolutionLaunch:
        return record.launch

    def task_in(self, run: SolutionRun) -> SolutionLaunch:
        return run.launch

    def key_of(self, task: SolutionLaunch) -> str:
        return task.request.key

    async def run_of(self, record: Record) -> SolutionRun:
        return await self._run(record)

    async def _run(self, record: Record, values: dict[str, str] | None = None) -> SolutionRun:
        from .solution_run import SolutionRun
        from .stacks import Stacks

        request = record.launch.request
        place = request.connection, request.region
        return SolutionRun(
            record,
            Stacks(await self._sessions(), *place),
            self._journals,
            self._tell,
            lambda kind: self._look(*place, kind),
            values,
        )

    def _tell(self, launch: SolutionLaunch) -> None:
        self._emit(TaskChanged("solution", launch.id, launch.rev))
