"""All notebook jobs of a server: begun, followed, taken up again after a restart, remembered."""

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
from ..protocol import (
    NotebookJob,
    NotebookJobRequest,
    TaskChanged,
    TaskStep,
)
from ..server_process import lives
from .journal import Journals, Record
from .recorded import RecordedJob
from .run import TITLES, Run

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class NotebookJobs:
    """Notebook jobs, in journals below `home`; all methods are called on the server's loop.

    `sessions` is asked when a job needs AWS, so that looking at old ones loads none of it. `look`
    is told the connection and region where the training jobs are others now.
    """

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str], None],
    ) -> None:
        self._sessions = sessions
        self._emit = emit
        self._journals = Journals(home / "notebook-jobs")
        self._read_only = read_only
        self._look = look
        self._runs: dict[str, Run] = {}
        self._taking = asyncio.Lock()
        self._beginning = asyncio.Lock()

    async def begin(self, request: NotebookJobRequest, file: Path) -> NotebookJob:
        """Run the notebook `file`, which Jupyter names `request.path`. Raises as `checked`.

        A job that was begun by a request of the same key is answered in place of another.
        """
        self._read_only.refuse(request.connection)
        async with self._beginning:
            begun = await self._begun(request.key) if request.key else None
            return begun if begun is not None else await self._begin(request, file)

    async def _begun(self, key: str) -> NotebookJob | None:
        for record in await asyncio.to_thread(self._journals.readable):
            if record.job.request.key == key:
                return await self._current(record)
        return None

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
        run = self._runs[id] = self._run(job, file, sessions)
        try:
            await run.begin()
        except ProblemError:
            del self._runs[id]
            raise
        return run.recorded.job

    async def get(self, id: str) -> NotebookJob:
        """The job as it is now. Raises a 404 ProblemError."""
        run = self._runs.get(id)
        if run is not None:
            return run.recorded.job
        return await self._current(await asyncio.to_thread(self._journals.read, id))

    async def recent(self) -> list[NotebookJob]:
        """The latest jobs, newest first."""
        records = await asyncio.to_thread(self._journals.readable)
        jobs = [await self._current(record) for record in records]
        return sorted(jobs, key=lambda job: job.started, reverse=True)

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

    async def close(self) -> None:
        await asyncio.gather(*(run.close() for run in self._runs.values()))

    async def _of(self, id: str) -> Run:
        await self.get(id)
        async with self._taking:
            run = self._runs.get(id)
            if run is None:
                record = await asyncio.to_thread(self._journals.read, id)
                run = self._run(record.job, Path(record.file), await self._sessions())
                if record.job.state != "running":
                    self._runs[id] = run
            return run

    async def _current(self, record: Record) -> NotebookJob:
        """A job as it is now; one that a server which is no more was following is gone on with."""
        id = record.job.id
        async with self._taking:
            if id not in self._runs:
                if record.job.state != "running" or lives(record.server):
                    return record.job
                run = self._run(record.job, Path(record.file), await self._sessions())
                self._runs[id] = run
                run.recorded.taken_up()
                run.start()
            return self._runs[id].recorded.job

    def _run(self, job: NotebookJob, file: Path, sessions: Sessions) -> Run:
        recorded = RecordedJob(job, file, self._journals, self._tell)
        place = job.request.connection, job.request.region
        return Run(recorded, sessions, lambda: self._look(*place))

    def _tell(self, job: NotebookJob) -> None:
        self._emit(TaskChanged("notebook-job", job.id, job.rev))
