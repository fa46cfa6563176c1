"""One notebook job, running: its steps in order, each journalled before it is told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem, problem_of
from ..lifecycle.journal import this_server
from ..protocol import NotebookJob, Problem, TaskStep
from . import outcome, result, source
from .bucket import Bucket
from .journal import Journals, Record
from .request import Place, create_request

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

log = logging.getLogger(__name__)

FIRST_LOOK = 0.5
LAST_LOOK = 10.0

TITLES = {
    "check": "Check the bucket",
    "pack": "Pack the folder",
    "upload": "Upload it to S3",
    "create": "Create the training job",
    "run": "Run the notebook",
    "fetch": "Bring the notebook back",
}
#: What a cancel before the training job simply ends at.
_BEFORE = ("check", "pack", "upload", "create")
#: While AWS runs the job, these are waited out; what is denied or gone is not.
_PASSES = ("throttled", "offline", "broken", "signed_out")


class _Cancelled(Exception):
    """Asked for while there was no training job yet."""


class Run:
    """Runs a job's steps from the first that is not done. All methods on the server's loop.

    `changed` is told of each new state, after it is in the journal.
    """

    def __init__(
        self,
        job: NotebookJob,
        file: Path,
        sessions: Sessions,
        journals: Journals,
        changed: Callable[[NotebookJob], None],
    ) -> None:
        self.job = job
        self.file = file
        self._sessions = sessions
        self._journals = journals
        self._changed = changed
        self._writing = asyncio.Lock()
        self._cancelling = False
        self._closing = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self.job.state == "running"

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        try:
            await self._change()
        except OSError as error:
            raise ProblemError(self._on_disk(error)) from error
        self.start()

    def start(self) -> None:
        """Go on from the first step that is not done."""
        self._task = asyncio.create_task(self._whole(), name=f"smext-{self.job.id}")

    async def cancel(self) -> None:
        """Stop the training job, or begin no further step before there is one.

        The notebook is brought back as far as it got. Raises ProblemError.
        """
        if not self.running:
            return
        self._cancelling = True
        if self._step("create").state == "done" and self._step("run").state == "now":
            await asyncio.to_thread(self._stop)
            self._wake.set()

    async def close(self) -> None:
        """The server ends: the journal stays, and the training job goes on."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _whole(self) -> None:
        try:
            await self._steps()
        except _Cancelled:
            await self._end("cancelled", None)
        except ProblemError as error:
            await self._end("failed", error.problem)
        except Exception as error:
            log.exception("Notebook job %s broke", self.job.id)
            found = Problem(
                status=500,
                cause="broken",
                title="The run of the notebook broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next=self._goes_on(),
            )
            try:
                await self._end("failed", found)
            except OSError:
                # The journal may be what broke: the browser is told in any case.
                job = replace(self.job, state="failed", ended=time.time(), problem=found)
                self.job = replace(job, rev=job.rev + 1)
                self._changed(self.job)

    async def _steps(self) -> None:
        do: dict[str, Callable[[], Awaitable[str]]] = {
            "check": self._check,
            "pack": self._pack,
            "upload": self._upload,
            "create": self._create,
            "run": self._follow,
            "fetch": self._fetch,
        }
        if self._step("create").state != "done" and not self._archive.exists():
            # The archive went with the server that made it, or was never whole.
            await self._undo("pack", "upload")
        for id, work in do.items():
            if self._step(id).state in ("done", "failed"):
                continue
            if self._cancelling and id in _BEFORE:
                raise _Cancelled
            await self._set(id, state="now", started=time.time(), ended=None, note="")
            try:
                note = await work()
            except OSError as error:
                raise ProblemError(self._on_disk(error)) from error
            step = self._step(id)
            if step.state == "now":
                await self._set(id, state="done", ended=time.time(), note=note, progress=None)

    async def _check(self) -> str:
        return await asyncio.to_thread(self._bucket.make_ready)

    async def _pack(self) -> str:
        request = self.job.request
        packed = await asyncio.to_thread(source.survey, self.file)
        order = {
            "notebook": self.file.name,
            "parameters": request.parameters,
            "kernel": request.kernel,
            "results": self._place.uri("results"),
        }
        progress = self._progress("pack", 1.0)
        self._journals.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(source.pack, packed, order, self._archive, progress)
        left = f"; {len(packed.without)} left out" if packed.without else ""
        return f"{len(packed.files)} files, {size(packed.bytes)}{left}"

    async def _upload(self) -> str:
        whole = self._archive.stat().st_size
        progress = self._progress("upload", max(1.0, float(whole)))
        sent = 0

        def more(count: int) -> None:
            nonlocal sent
            sent += count
            progress(sent)

        await asyncio.to_thread(self._bucket.upload, self._archive, self._place.source, more)
        return f"{size(whole)} to s3://{self._place.bucket}/{self._place.prefix}/"

    async def _create(self) -> str:
        await asyncio.to_thread(self._ask_for_job)
        self._archive.unlink(missing_ok=True)
        return str(self.job.job)

    def _ask_for_job(self) -> None:
        # A server that ended in between may have asked already.
        if self._described() is None:
            asked = create_request(self.job.request, str(self.job.job))
            self._call("CreateTrainingJob", "create_training_job", asked)

    def _described(self) -> dict[str, Any] | None:
        """The training job as AWS tells it, None when there is none (yet)."""
        name = {"TrainingJobName": str(self.job.job)}
        try:
            found: dict[str, Any] = self._call("DescribeTrainingJob", "describe_training_job", name)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise
        return found

    async def _follow(self) -> str:
        """Look at the training job until it is over; what passes by itself is waited out."""
        if self._cancelling:
            await asyncio.to_thread(self._stop)
        pause = FIRST_LOOK
        while True:
            try:
                detail = await asyncio.to_thread(self._described)
                if detail is None:
                    raise ProblemError(
                        problem(
                            "not_found",
                            f"The training job {self.job.job} is gone",
                            next="Somebody deleted it; run the notebook again.",
                        )
                    )
                if detail["TrainingJobStatus"] in outcome.OVER:
                    words = outcome.end_words(detail)
                    if detail["TrainingJobStatus"] == "Failed":
                        await self._set("run", state="failed", ended=time.time(), note=words)
                    return words
                note = outcome.progress_words(detail)
            except ProblemError as error:
                note = self._waited_out(error, "the training job goes on")
            if note != self._step("run").note:
                await self._set("run", note=note)
                pause = FIRST_LOOK
            await self._sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    def _waited_out(self, error: ProblemError, meanwhile: str) -> str:
        """What is said of a problem that passes by itself; raises any other."""
        if error.problem.cause in _PASSES:
            return f"{error.problem.title}; {meanwhile}"
        raise ProblemError(
            replace(error.problem, next=f"{error.problem.next} {self._goes_on()}".strip())
        ) from error

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
            self._wake.clear()
        except (asyncio.TimeoutError, TimeoutError):
            pass

    async def _fetch(self) -> str:
        """Bring the notebook back; hours of work may be in it, so what passes is waited out."""
        pause = FIRST_LOOK
        while True:
            try:
                left = await asyncio.to_thread(self._left)
                break
            except ProblemError as error:
                note = self._waited_out(error, "it is tried again")
            if note != self._step("fetch").note:
                await self._set("fetch", note=note)
            await self._sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)
        path, note = None, "The job left no notebook"
        if left.notebook is not None:
            started = self.job.started
            written = await asyncio.to_thread(
                result.write_beside, self.file, started, left.notebook
            )
            note, path = written.name, self.beside(written.name)
        await self._set("fetch", state="done", ended=time.time(), note=note)
        await self._change(
            state=left.state,
            ended=time.time(),
            result=path,
            files=left.files,
            problem=left.problem,
        )
        return note

    def _left(self) -> outcome.Left:
        """What AWS tells of the job now that it is over, and what it left in S3."""
        detail = self._described()
        if detail is None:
            raise ProblemError(
                problem("not_found", "The training job is gone", next="Run the notebook again.")
            )
        where = self._place.key("results/notebook.ipynb")
        files = self._bucket.list(self._place.key("results/files/"))
        return outcome.left(detail, self._bucket.get(where), files, self._place.uri("results"))

    def beside(self, name: str) -> str:
        """The path, as Jupyter names it, of what lies beside the notebook."""
        folder, slash, _ = self.job.request.path.rpartition("/")
        return f"{folder}{slash}{name}"

    async def fetch(self) -> None:
        """Bring what is not here yet: the notebook, then its files. Raises ProblemError."""
        if self.running or self._step("create").state != "done":
            return
        if self._step("fetch").state != "done":
            await self._set("fetch", state="todo", note="", started=None, ended=None)
            await self._change(state="running", ended=None, problem=None)
            self.start()
        elif self.job.files and self.job.files_at is None:
            await self._fetch_files([each.name for each in self.job.files])

    async def _fetch_files(self, names: list[str]) -> None:
        below = self._place.key("results/files/")
        try:
            folder = await asyncio.to_thread(result.new_folder, self.file, self.job.started)
            await asyncio.to_thread(result.download, self._bucket, below, names, folder)
        except OSError as error:
            raise ProblemError(self._on_disk(error)) from error
        await self._change(files_at=self.beside(folder.name))

    def _stop(self) -> None:
        """StopTrainingJob; a job that is over already is no problem."""
        try:
            name = {"TrainingJobName": str(self.job.job)}
            self._call("StopTrainingJob", "stop_training_job", name)
        except ProblemError:
            detail = self._described()
            if detail is None or detail["TrainingJobStatus"] not in (*outcome.OVER, "Stopping"):
                raise

    def _call(self, operation: str, method: str, parameters: dict[str, Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        request = self.job.request
        client = self._sessions.client(request.connection, request.region)
        try:
            return getattr(client, method)(**parameters)
        except (BotoCoreError, ClientError) as error:
            found = problem_of(error, connection=request.connection, operation=operation)
            raise ProblemError(found) from error

    @property
    def _place(self) -> Place:
        return Place.of(self.job.request.s3_uri, str(self.job.job))

    @property
    def _bucket(self) -> Bucket:
        request = self.job.request
        return Bucket(self._sessions, request.connection, request.region, self._place.bucket)

    @property
    def _archive(self) -> Path:
        return self._journals.archive(self.job.id)

    def _goes_on(self) -> str:
        """What of AWS is left running after a failure on this side."""
        if self._step("create").state != "done":
            return "No training job was created: run it again."
        return f"The training job {self.job.job} is not ended by this: see it in the panel."

    def _on_disk(self, error: OSError) -> Problem:
        return problem(
            "broken",
            "A file on this machine could not be read or written",
            f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
            f"See to it; {self._goes_on()}",
        )

    def _step(self, id: str) -> TaskStep:
        return next(step for step in self.job.steps if step.id == id)

    def _progress(self, id: str, whole: float) -> Callable[[float], None]:
        """For a thread: tells of every tenth of `whole`, and ends the thread when it is to end."""
        loop, told = asyncio.get_running_loop(), 0

        def progress(done: float) -> None:
            nonlocal told
            if self._cancelling or self._closing:
                raise _Cancelled
            tenth = min(10, int(10 * done / whole))
            if tenth > told:
                told = tenth
                loop.call_soon_threadsafe(self._tell, id, tenth / 10)

        return progress

    def _tell(self, id: str, progress: float) -> None:
        """Progress is told and not journalled: after a crash the step begins anew."""
        if self._step(id).state == "now":
            self.job = replace(
                self.job, rev=self.job.rev + 1, steps=self._with(id, progress=progress)
            )
            self._changed(self.job)

    def _with(self, id: str, **members: Any) -> tuple[TaskStep, ...]:
        return tuple(replace(step, **members) if step.id == id else step for step in self.job.steps)

    async def _undo(self, *ids: str) -> None:
        if any(self._step(id).state == "done" for id in ids):
            for id in ids:
                await self._set(id, state="todo", note="", started=None, ended=None)

    async def _end(self, state: str, why: Problem | None) -> None:
        self._archive.unlink(missing_ok=True)
        steps = []
        for step in self.job.steps:
            if step.state == "now":
                step = replace(step, state="failed" if why else "skipped", ended=time.time())
            elif step.state == "todo":
                step = replace(step, state="skipped")
            steps.append(step)
        await self._change(state=state, ended=time.time(), steps=tuple(steps), problem=why)

    async def _set(self, id: str, **members: Any) -> None:
        async with self._writing:
            await self._publish(steps=self._with(id, **members))

    async def _change(self, **members: Any) -> None:
        async with self._writing:
            await self._publish(**members)

    async def _publish(self, **members: Any) -> None:
        self.job = replace(self.job, rev=self.job.rev + 1, **members)
        record = Record(self.job, str(self.file), this_server())
        await asyncio.to_thread(self._journals.write, record)
        self._changed(self.job)


def size(count: int) -> str:
    """Bytes in words: `640 bytes`, `1.2 MB`."""
    amount, units = float(count), iter(("kB", "MB", "GB"))
    if count < 1000:
        return f"{count} bytes"
    unit = ""
    while amount >= 1000 and (more := next(units, None)):
        amount, unit = amount / 1000, more
    return f"{amount:.3g} {unit}"
