"""One launch, running: its steps in order, from the first not done; then what undoes them."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..aws.account import account_in
from ..aws.errors import ProblemError, problem
from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK, UNDO, Cancelled, TaskRun, on_disk
from ..protocol import Problem, TaskStep
from ..server_process import this_server
from .recorded_launch import RecordedLaunch
from .resources import Aws, Resource

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

log = logging.getLogger(__name__)

ON_DISK = "See to it, and launch it again."

Work = Callable[[], Awaitable[str]]


class Run(TaskRun):
    """Runs a launch's steps. All methods on the server's loop.

    `changed` is told the kinds of which AWS has others now.
    """

    def __init__(
        self, recorded: RecordedLaunch, sessions: Sessions, changed: Callable[[str], None]
    ) -> None:
        super().__init__(recorded.record.cancelled)
        self.recorded: RecordedLaunch = recorded
        request = recorded.launch.deploy or recorded.launch.fine_tune
        assert request is not None
        self.sessions = sessions
        place = request.connection, request.region
        # No role of another account can be handed over.
        account = account_in(request.role)
        self.aws = Aws(sessions, *place, recorded.launch.id, account)
        self._changed = changed
        self._gone: set[str] = set()
        #: What could not be deleted.
        self._stuck: str | None = None

    # What a launch of one sort is made of.

    @abstractmethod
    def works(self) -> Mapping[str, Work]:
        """What each step does; it answers what came of it."""

    @abstractmethod
    async def undo(self) -> str:
        """Delete what was made, in the reverse order; what came of it. Raises ProblemError."""

    @abstractmethod
    def undoes(self, failed: bool) -> bool:
        """Whether a launch that failed, or was cancelled, deletes what it made."""

    # The same for all.

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        try:
            await self.recorded.change()
        except OSError as error:
            raise ProblemError(on_disk(error, ON_DISK)) from error
        self.start()

    def start(self) -> None:
        """Go on from the first step that is not done."""
        if self.recorded.record.server != this_server():
            self.recorded.taken_up()
        name = f"smext-{self.recorded.launch.id}"
        self._task = asyncio.create_task(self._whole(), name=name)

    async def cancel(self) -> None:
        """Begin no further step, and delete what was made.

        While that is tried in vain, a cancel gives it up. Raises ProblemError: it cannot be noted.
        """
        if not self.running:
            return
        self._giving_up = self.recorded.record.undoing
        self._cancelling = True
        self._wake.set()
        try:
            await self.recorded.cancel()
        except OSError as error:
            raise ProblemError(on_disk(error, ON_DISK)) from error

    async def _whole(self) -> None:
        recorded, why = self.recorded, None
        try:
            if recorded.record.undoing:
                await self._undone(recorded.launch.problem)
                return
            try:
                await self._steps()
                await recorded.end("done", None)
                return
            except Cancelled:
                pass
            except ProblemError as error:
                why = error.problem
            except OSError as error:
                why = on_disk(error, ON_DISK)
            await self._undone(why)
        except Exception as error:
            log.exception("The launch %s broke", recorded.launch.id)
            found = Problem(
                status=500,
                cause="broken",
                title="The launch broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next="What it made is in the panel, under Deploy and Train.",
            )
            await recorded.end("failed", found, left=recorded.launch.made)

    async def _steps(self) -> None:
        recorded = self.recorded
        for id, work in self.works().items():
            if recorded.step(id).state == "done":
                continue
            if self._cancelling:
                raise Cancelled
            if recorded.step(id).state == "todo":
                await recorded.set(id, state="now", started=time.time(), ended=None, note="")
            note = await work()
            await recorded.set(id, state="done", ended=time.time(), note=note, progress=None)

    async def _undone(self, why: Problem | None) -> None:
        """End as failed for the reason, or without one as cancelled; with nothing left behind."""
        recorded = self.recorded
        state = "failed" if why else "cancelled"
        if not recorded.record.undoing and not self.undoes(why is not None):
            await recorded.end(state, why, left=recorded.launch.made)
            return
        if not recorded.record.undoing:
            now = time.time()
            steps = tuple(
                replace(step, state="failed" if why else "skipped", ended=now)
                if step.state == "now"
                else step
                for step in recorded.launch.steps
            )
            step = TaskStep(UNDO, "Delete what was made", "now", started=now)
            await recorded.undo(steps=(*steps, step), problem=why)
        try:
            note = await self.undo()
            await recorded.undoing(UNDO, state="done", ended=time.time(), note=note)
            await recorded.end(state, why, left=self._left())
        except ProblemError as error:
            left = self._left()
            now = time.time()
            await recorded.undoing(UNDO, state="failed", ended=now, note=error.problem.title)
            await recorded.end("failed", _not_undone(why, error.problem), left=left)

    def _left(self) -> tuple[str, ...]:
        """What is there of it: made and not deleted, or not even noted as made."""
        there = (*self.recorded.launch.made, *((self._stuck,) if self._stuck else ()))
        return tuple(id for id in dict.fromkeys(there) if id not in self._gone)

    async def made(self, resource: Resource) -> None:
        """Note that it is there."""
        launch = self.recorded.launch
        if resource.id not in launch.made:
            made = (*launch.made, resource.id)
            try:
                await self.recorded.change(made=made)
            except OSError:
                # It is there, and has to be deleted or named.
                self.recorded.only_tell(made=made)
                raise
        self._changed(resource.kind)

    async def gone(self, resource: Resource) -> None:
        """Delete a resource of ours, and wait until it is not there."""
        pause = FIRST_LOOK
        self._stuck = resource.id
        while await self.patiently(self.aws.delete, resource, step=UNDO):
            await self.recorded.undoing(UNDO, note=f"The {resource.label} is being deleted")
            if self._giving_up:
                raise ProblemError(
                    problem("conflict", f"The {resource.label} is still being deleted")
                )
            await self.sleep(pause, undoing=True)
            pause = min(1.3 * pause, LAST_LOOK)
        self._stuck = None
        self._gone.add(resource.id)
        self._changed(resource.kind)

    async def note(self, step: str, note: str) -> None:
        change = self.recorded.undoing if step == UNDO else self.recorded.set
        await change(step, note=note)


def new_steps(titles: Mapping[str, str], ids: tuple[str, ...]) -> tuple[TaskStep, ...]:
    return tuple(TaskStep(id, titles[id], "todo") for id in ids)


def _not_undone(why: Problem | None, found: Problem) -> Problem:
    """The reason of a failure, and why something is left of it."""
    said = why or found
    detail = f"{said.detail} Not all that it made could be deleted: {found.title}."
    return replace(said, detail=detail.strip(), next=f"{found.next} Delete the rest in the panel.")
