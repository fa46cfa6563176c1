"""One notebook job, running: its steps in order, from the first that is not done."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..amounts import counted, in_bytes
from ..aws.errors import ProblemError, problem
from ..aws.training_status import OVER, end_words, progress_words
from ..protocol import Problem
from . import result, source
from .recorded import RecordedJob
from .training_job import TrainingJob

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
    """Asked for while there was no training job yet; or the server ends."""


class Run:
    """Runs a job's steps. All methods on the server's loop.

    `at_aws` is told when its training job has begun or is over.
    """

    def __init__(
        self, recorded: RecordedJob, sessions: Sessions, at_aws: Callable[[], None]
    ) -> None:
        self.recorded = recorded
        self._at_aws = at_aws
        self._aws = TrainingJob(sessions, recorded.job.request, str(recorded.job.job))
        self._cancelling = False
        self._giving_up = False
        self._closing = False
        self._wake = asyncio.Event()
        self._fetching = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self.recorded.job.state == "running"

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        try:
            await self.recorded.change()
        except OSError as error:
            raise ProblemError(self._on_disk(error)) from error
        self.start()

    def start(self) -> None:
        """Go on from the first step that is not done."""
        self._cancelling = self._giving_up = False
        name = f"smext-{self.recorded.job.id}"
        self._task = asyncio.create_task(self._whole(), name=name)

    async def cancel(self) -> None:
        """Stop the training job, or begin no further step before there is one.

        The notebook is brought back as far as it got; while that is tried in vain, a cancel gives
        it up. Raises ProblemError.
        """
        if not self.running:
            return
        self._cancelling = True
        if self.recorded.step("run").state == "now":
            await asyncio.to_thread(self._aws.stop)
        self._giving_up = self.recorded.step("fetch").state == "now"
        self._wake.set()

    async def fetch(self) -> None:
        """Bring what is not here yet: the notebook, then its files. Raises ProblemError."""
        # Asked twice, the second finds here what the first has brought.
        async with self._fetching:
            try:
                await self._fetch_missing()
            except OSError as error:
                raise ProblemError(self._on_disk(error)) from error

    async def _fetch_missing(self) -> None:
        job = self.recorded.job
        if self.running or self.recorded.step("create").state != "done":
            return
        if self.recorded.step("fetch").state != "done":
            # It may still run: what failed was to look at it.
            await self.recorded.again("run", "fetch", state="running", ended=None, problem=None)
            self.start()
        elif job.files and job.files_at is None:
            folder = await asyncio.to_thread(self._download)
            await self.recorded.change(files_at=self.recorded.beside(folder))

    async def close(self) -> None:
        """The server ends: the journal stays, and the training job goes on."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _whole(self) -> None:
        recorded = self.recorded
        try:
            await self._steps()
        except _Cancelled:
            await recorded.end("cancelled", None)
        except ProblemError as error:
            await recorded.end("failed", error.problem)
        except OSError as error:
            await recorded.end("failed", self._on_disk(error))
        except Exception as error:
            log.exception("Notebook job %s broke", recorded.job.id)
            found = Problem(
                status=500,
                cause="broken",
                title="The run of the notebook broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next=self._goes_on(),
            )
            await recorded.end("failed", found)

    async def _steps(self) -> None:
        recorded = self.recorded
        do: dict[str, Callable[[], Awaitable[str]]] = {
            "check": self._check,
            "pack": self._pack,
            "upload": self._upload,
            "create": self._create,
            "run": self._follow,
            "fetch": self._fetch,
        }
        packed = recorded.step("pack").state == "done" and recorded.step("create").state != "done"
        if packed and not recorded.archive.exists():
            # Somebody deleted it while no server ran.
            await recorded.again("pack", "upload")
        for id, work in do.items():
            if recorded.step(id).state in ("done", "failed"):
                continue
            if self._cancelling and id in _BEFORE:
                raise _Cancelled
            await recorded.set(id, state="now", started=time.time(), ended=None, note="")
            note = await work()
            if recorded.step(id).state == "now":
                await recorded.set(id, state="done", ended=time.time(), note=note, progress=None)

    async def _check(self) -> str:
        return await asyncio.to_thread(self._aws.bucket.make_ready)

    async def _pack(self) -> str:
        recorded, request = self.recorded, self.recorded.job.request
        packed = await asyncio.to_thread(source.survey, recorded.file)
        order = {
            "notebook": recorded.file.name,
            "parameters": request.parameters,
            "kernel": request.kernel,
            "results": self._aws.place.uri("results"),
        }
        progress = self._progress("pack", 1.0)
        await asyncio.to_thread(source.pack, packed, order, recorded.archive, progress)
        left = f"; {packed.left_out.count} left out" if packed.left_out.count else ""
        return f"{counted(len(packed.files), 'file')}, {in_bytes(packed.bytes)}{left}"

    async def _upload(self) -> str:
        archive, place = self.recorded.archive, self._aws.place
        whole = archive.stat().st_size
        progress = self._progress("upload", max(1.0, float(whole)))
        sent = 0

        def more(count: int) -> None:
            nonlocal sent
            sent += count
            progress(sent)

        bucket = self._aws.bucket
        # Of a server that was killed in the middle.
        await asyncio.to_thread(bucket.give_up_uploads, place.source)
        await asyncio.to_thread(bucket.upload, archive, place.source, more)
        return f"{in_bytes(whole)} to s3://{place.bucket}/{place.prefix}/"

    async def _create(self) -> str:
        await asyncio.to_thread(self._aws.create)
        self.recorded.archive.unlink(missing_ok=True)
        self._at_aws()
        return self._aws.name

    async def _follow(self) -> str:
        """Look at the training job until it is over; what passes by itself is waited out."""
        recorded = self.recorded
        if self._cancelling:
            await asyncio.to_thread(self._aws.stop)
        pause = FIRST_LOOK
        while True:
            try:
                detail = await asyncio.to_thread(self._aws.described)
                if detail["TrainingJobStatus"] in OVER:
                    break
                note = progress_words(detail)
            except ProblemError as error:
                note = self._waited_out(error, "the training job goes on")
            if note != recorded.step("run").note:
                await recorded.set("run", note=note)
                pause = FIRST_LOOK
            await self._sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)
        self._at_aws()
        words = end_words(detail)
        if detail["TrainingJobStatus"] == "Failed":
            await recorded.set("run", state="failed", ended=time.time(), note=words)
        return words

    async def _fetch(self) -> str:
        """Bring the notebook back; hours of work may be in it, so what passes is waited out."""
        recorded = self.recorded
        pause = FIRST_LOOK
        while True:
            try:
                left = await asyncio.to_thread(self._aws.left)
                break
            except ProblemError as error:
                if self._giving_up:
                    raise
                note = self._waited_out(error, "it is tried again")
            if note != recorded.step("fetch").note:
                await recorded.set("fetch", note=note)
            await self._sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)
        path, note = None, "The job left no notebook"
        if left.notebook is not None:
            started = recorded.job.started
            written = await asyncio.to_thread(
                result.write_beside, recorded.file, started, left.notebook
            )
            note, path = written.name, recorded.beside(written.name)
        now = time.time()
        await recorded.change(
            state=left.state,
            steps=recorded.with_step("fetch", state="done", ended=now, note=note),
            ended=now,
            result=path,
            files=left.files,
            problem=left.problem,
        )
        return note

    def _download(self) -> str:
        """Fetch the job's files into a new folder beside the notebook; its name."""
        recorded, below = self.recorded, self._aws.place.files
        names = list(self._aws.bucket.list(below))
        folder = result.new_folder(recorded.file, recorded.job.started)
        try:
            result.download(self._aws.bucket, below, names, folder)
        except BaseException:
            # Asked again, all of them come, into a folder of the same name.
            shutil.rmtree(folder)
            raise
        return folder.name

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
                loop.call_soon_threadsafe(self.recorded.tell, id, tenth / 10)

        return progress

    def _goes_on(self) -> str:
        """What of AWS is left running after a failure on this side."""
        if self.recorded.step("create").state != "done":
            return "No training job was created: run it again."
        return f"The training job {self._aws.name} is not ended by this: see it in the panel."

    def _on_disk(self, error: OSError) -> Problem:
        return problem(
            "broken",
            "A file on this machine could not be read or written",
            f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
            f"See to it. {self._goes_on()}",
        )
