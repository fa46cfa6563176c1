"""A fine-tuning, running: the folder goes to S3, then a training job."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..aws.errors import ProblemError, problem
from ..aws.training_status import OVER, end_words, progress_words
from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK, UNDO, Cancelled
from ..protocol import AwsCall
from .data_check import outside
from .dataset import delete_below, give_up_uploads, of_folder, upload
from .launch_run import Run, Work
from .resources import Resource

TITLES = {
    "upload": "Upload the folder to S3",
    "create": "Create the training job",
    "train": "Train the model",
}


def steps_of(folder: str | None) -> tuple[str, ...]:
    """The ids of its steps, in order."""
    return tuple(id for id in TITLES if id != "upload" or folder is not None)


class FineTuneRun(Run):
    """Runs a fine-tuning. As Run; a training job can be stopped, and is never deleted."""

    def start(self) -> None:
        """As Run; the end of a job that was told to stop is waited for."""
        if self.recorded.step("create").state == "done":
            self._cancelling = False
        super().start()

    @property
    def _call(self) -> AwsCall:
        found = self.recorded.record.training
        assert found is not None
        return found

    @property
    def _job(self) -> Resource:
        return Resource("training-job", self._call.parameters["TrainingJobName"])

    def undoes(self, failed: bool) -> bool:
        """As Run: the data of a job that was created stays with it."""
        is_uploaded = self.recorded.record.folder is not None
        create = self.recorded.step("create")
        return create.state != "done" and (is_uploaded or create.started is not None)

    def works(self) -> Mapping[str, Work]:
        """As Run."""
        works: dict[str, Work] = {
            "upload": self._upload,
            "create": self._create,
            "train": self._train,
        }
        return {id: works[id] for id in steps_of(self.recorded.record.folder)}

    async def cancel(self) -> None:
        """As Run; a training job is stopped, and what it made until then is kept by it."""
        if self.running and self.recorded.step("create").state == "done":
            await asyncio.to_thread(self._stop)
            self._wake.set()
            return
        await super().cancel()

    async def undo(self) -> str:
        """As Run."""
        record = self.recorded.record
        if self.recorded.step("create").started is not None:
            self._stuck = self._job.id
            if await self.patiently(self.aws.made_here, self._job, step=UNDO):
                # The server ended before it knew: the job keeps the data that it has.
                await self.patiently(self._stop, step=UNDO)
                await self._over(UNDO)
                return f"The {self._job.label} is stopped, and keeps its data"
            self._stuck = None
        if record.folder is not None and record.dataset is not None:
            place = self.aws.connection, self.aws.region
            await self.patiently(give_up_uploads, self.sessions, *place, record.dataset, step=UNDO)
            await self.patiently(delete_below, self.sessions, *place, record.dataset, step=UNDO)
        return "Nothing is left"

    async def _upload(self) -> str:
        record, progress = self.recorded.record, self.progress("upload")
        assert record.folder is not None and record.dataset is not None
        folder, to = Path(record.folder), record.dataset
        place = self.aws.connection, self.aws.region

        def put() -> str:
            task = record.leaves_out
            leave_out = frozenset() if task is None else outside(of_folder(folder), task)
            give_up_uploads(self.sessions, *place, to)
            return upload(self.sessions, *place, folder, to, progress, leave_out)

        return await self.patiently(put, step="upload")

    async def _create(self) -> str:
        await self.patiently(self.aws.create, self._call, self._job, step="create")
        await self.made(self._job)
        if self._cancelling:
            # It came to be while it was given up: its end is waited for.
            await self.patiently(self._stop, step="create")
            self._cancelling = False
        return self._job.name

    async def _over(self, step: str) -> dict[str, Any]:
        """The job as it is once it is over; its states are notes of the step."""
        change = self.recorded.undoing if step == UNDO else self.recorded.set
        pause = FIRST_LOOK
        while True:
            found = await self.patiently(self.aws.describe, self._job, step=step)
            if found is None:
                raise ProblemError(
                    problem("not_found", f"The {self._job.label} is gone", next="Train it again.")
                )
            if found["TrainingJobStatus"] in OVER:
                return found
            note = progress_words(found)
            if note != self.recorded.step(step).note:
                await change(step, note=note)
                pause = FIRST_LOOK
            await self.sleep(pause, undoing=step == UNDO)
            pause = min(1.3 * pause, LAST_LOOK)

    async def _train(self) -> str:
        found = await self._over("train")
        self._changed(self._job.kind)
        if found["TrainingJobStatus"] == "Failed":
            raise _failed(self._job, found)
        if found["TrainingJobStatus"] == "Stopped":
            if found["SecondaryStatus"] in _OVERTIME:
                raise _too_long(self._job, found)
            raise Cancelled
        return end_words(found)

    def _stop(self) -> None:
        """StopTrainingJob; a job that is over already is no problem."""
        try:
            self.aws.call(AwsCall("StopTrainingJob", {"TrainingJobName": self._job.name}))
        except ProblemError:
            found = self.aws.describe(self._job)
            if found is not None and found["TrainingJobStatus"] not in (*OVER, "Stopping"):
                raise


#: SecondaryStatus of a job that AWS stopped.
_OVERTIME = ("MaxRuntimeExceeded", "MaxWaitTimeExceeded")


def _too_long(job: Resource, found: dict[str, Any]) -> ProblemError:
    longest = found["StoppingCondition"]["MaxRuntimeInSeconds"]
    waited = found["SecondaryStatus"] == "MaxWaitTimeExceeded"
    why = "No spot instance was free in time" if waited else f"It ran longer than {longest} s"
    return ProblemError(
        problem("limit", f"The {job.label} was stopped by AWS", why, "Train again with more time.")
    )


def _failed(job: Resource, found: dict[str, Any]) -> ProblemError:
    return ProblemError(
        problem(
            "broken",
            f"The {job.label} failed",
            str(found.get("FailureReason", "")),
            "Its log says more.",
        )
    )
