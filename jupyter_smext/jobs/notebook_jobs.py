"""All notebook jobs of a server: begun, followed, taken up again after a restart, remembered."""

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
from ..protocol import (
    NotebookJob,
    NotebookJobRequest,
    TaskChanged,
    TaskStep,
)
from .journal import Journals, Record
from .recorded import RecordedJob
from .run import TITLES, Run

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class NotebookJobs(Tasks[Record, NotebookJob, Run]):
    """Notebook jobs, in journals below `home`; all methods are called on the server's loop.

    `sessions` is asked when a job needs AWS, so that looking at old ones loads none of it. `look`
    is told the connection and region where the training jobs are others now.
    """

    _journals: Journals

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str], None],
    ) -> None:
        super().__init__(Journals(home / "notebook-jobs"))
        self._sessions = sessions
        self._emit = emit
        self._read_only = read_only
        self._look = look

    async def begin(self, request: NotebookJobRequest, file: Path) -> NotebookJob:
        """Run the notebook `file`, which Jupyter names `request.path`. Raises as `checked`.

        A job that was begun by a request of the same key is answered in place of another.
        """
        self._read_only.refuse(request.connection)
        async with self._beginning:
            begun = await self.begun(request.key)
            return begun if begun is not None else await self._begin(request, file)

    async def _begin(self, request: NotebookJobRequest, file: Path) -> NotebookJob:
        sessions = await self._sessions()
        from .request import checked, job_name

        request = await asyncio.to_thread(checked, request)
        id = f"job-{secrets.token_hex(8)}"
        job = NotebookJob(
            id=id,
            rev=1,
            request=request,
            state="running",
            job=job_name(request.path, id),
            steps=tuple(TaskStep(step, title, "todo") for step, title in TITLES.items()),
            started=time.time(),
            ended=None,
            result=None,
            problem=None,
        )
        return await self.begin_run(id, self._run(job, file, sessions))

    async def cancel(self, id: str) -> NotebookJob:
        """Stop a job; one that is over is answered as it is. Raises ProblemError."""
        run = await self._of(id)
        self._read_only.refuse(run.recorded.job.request.connection)
        if id not in self._runs and run.running and run.recorded.step("run").state != "now":
            # There is no training job yet that could be stopped from here.
            record = await asyncio.to_thread(self._journals.read, id)
            raise followed_elsewhere("notebook job", record.server)
        await run.cancel()
        return run.recorded.job

    async def fetch(self, id: str) -> NotebookJob:
        """Bring what a job left and is not here yet. Raises ProblemError."""
        run = await self._of(id)
        await run.fetch()
        return run.recorded.job

    async def _of(self, id: str) -> Run:
        await self.get(id)
        async with self._taking:
            run = self._runs.get(id)
            if run is None:
                record = await asyncio.to_thread(self._journals.read, id)
                run = await self.run_of(record)
                if record.job.state != "running":
                    self._runs[id] = run
            return run

    def task_of(self, record: Record) -> NotebookJob:
        return record.job

    def task_in(self, run: Run) -> NotebookJob:
        return run.recorded.job

    def key_of(self, task: NotebookJob) -> str:
        return task.request.key

    def take_up(self, run: Run) -> None:
        run.recorded.taken_up()
        run.start()

    async def run_of(self, record: Record) -> Run:
        return self._run(record.job, Path(record.file), await self._sessions())

    def _run(self, job: NotebookJob, file: Path, sessions: Sessions) -> Run:
        recorded = RecordedJob(job, file, self._journals, self._tell)
        place = job.request.connection, job.request.region
        return Run(recorded, sessions, lambda: self._look(*place))

    def _tell(self, job: NotebookJob) -> None:
        self._emit(TaskChanged("notebook-job", job.id, job.rev))
