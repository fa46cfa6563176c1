"""The state of a notebook job: every change is in its journal before anybody is told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ..protocol import NotebookJob, Problem, TaskStep
from ..server_process import this_server
from .journal import Journals, Record

log = logging.getLogger(__name__)


class RecordedJob:
    """A job and its journal; `file` is its notebook on this machine. On the server's loop.

    `changed` is told of each new state.
    """

    def __init__(
        self,
        job: NotebookJob,
        file: Path,
        journals: Journals,
        changed: Callable[[NotebookJob], None],
    ) -> None:
        self.job = job
        self.file = file
        self._journals = journals
        self._changed = changed
        self._writing = asyncio.Lock()

    @property
    def archive(self) -> Path:
        """Where the archive is made; the folder is there once the journal is."""
        return self._journals.archive(self.job.id)

    def step(self, id: str) -> TaskStep:
        return next(step for step in self.job.steps if step.id == id)

    def beside(self, name: str) -> str:
        """The path, as Jupyter names it, of what lies beside the notebook."""
        folder, slash, _ = self.job.request.path.rpartition("/")
        return f"{folder}{slash}{name}"

    async def set(self, id: str, **members: Any) -> None:
        """Change a step. Raises OSError: the journal cannot be written."""
        async with self._writing:
            await self._publish(steps=self.with_step(id, **members))

    async def change(self, **members: Any) -> None:
        """Change the job. Raises OSError: the journal cannot be written."""
        async with self._writing:
            await self._publish(**members)

    async def end(self, state: str, why: Problem | None) -> None:
        """Over before its time: what was to come is left out."""
        steps = []
        for step in self.job.steps:
            if step.state == "now":
                step = replace(step, state="failed" if why else "skipped", ended=time.time())
            elif step.state == "todo":
                step = replace(step, state="skipped")
            steps.append(step)
        over = {"state": state, "ended": time.time(), "steps": tuple(steps), "problem": why}
        try:
            self.archive.unlink(missing_ok=True)
            await self.change(**over)
        except OSError as error:
            # The journal may be what broke it: who looks is told in any case.
            log.warning("How the notebook job %s ended could not be kept: %s", self.job.id, error)
            self.only_tell(**over)

    async def again(self, *ids: str, **members: Any) -> None:
        """Put steps back to be done, with changes of the job. Raises OSError."""
        steps = tuple(
            replace(step, state="todo", note="", started=None, ended=None)
            if step.id in ids
            else step
            for step in self.job.steps
        )
        await self.change(steps=steps, **members)

    def tell(self, id: str, progress: float) -> None:
        """Progress is told and not journalled: after a crash the step begins anew."""
        if self.step(id).state == "now":
            self.only_tell(steps=self.with_step(id, progress=progress))

    def only_tell(self, **members: Any) -> None:
        """A change that no journal has."""
        self.job = replace(self.job, rev=self.job.rev + 1, **members)
        self._changed(self.job)

    def with_step(self, id: str, **members: Any) -> tuple[TaskStep, ...]:
        """The steps, with one of them changed."""
        return tuple(replace(step, **members) if step.id == id else step for step in self.job.steps)

    async def _publish(self, **members: Any) -> None:
        job = replace(self.job, **members)
        record = Record(job, str(self.file), this_server())
        await asyncio.to_thread(self._journals.write, record)
        # Told only now, and with a revision behind what was told meanwhile.
        self.job = replace(job, rev=self.job.rev + 1)
        self._changed(self.job)
