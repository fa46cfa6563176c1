"""A notebook job and its journal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ..lifecycle.recorded_task import RecordedTask
from ..protocol import NotebookJob, Problem
from ..server_process import this_server
from .journal import Journals, Record

log = logging.getLogger(__name__)


class RecordedJob(RecordedTask[Record, NotebookJob]):
    """As RecordedTask; `file` is the job's notebook on this machine."""

    def __init__(
        self,
        job: NotebookJob,
        file: Path,
        journals: Journals,
        changed: Callable[[NotebookJob], None],
    ) -> None:
        super().__init__(job, journals, changed)
        self.file = file
        #: Where the archive is made; the folder is there once the journal is.
        self.archive = journals.archive(job.id)

    def record_of(self, task: NotebookJob) -> Record:
        """As RecordedTask."""
        return Record(task, str(self.file), this_server())

    @property
    def job(self) -> NotebookJob:
        return self.task

    def beside(self, name: str) -> str:
        """The path, as Jupyter names it, of what lies beside the notebook."""
        folder, slash, _ = self.job.request.path.rpartition("/")
        return f"{folder}{slash}{name}"

    async def end(self, state: str, why: Problem | None, **members: Any) -> bool:
        """As RecordedTask, before its time: of the archive there is no more use."""
        try:
            self.archive.unlink(missing_ok=True)
        except OSError as error:
            log.warning("The archive of %s is left: %s", self.job.id, error)
        return await super().end(state, why, **members)

    async def again(self, *ids: str, **members: Any) -> None:
        """Put steps back to be done, with changes of the job. Raises OSError."""
        steps = tuple(
            replace(step, state="todo", note="", started=None, ended=None)
            if step.id in ids
            else step
            for step in self.job.steps
        )
        await self.change(steps=steps, **members)
