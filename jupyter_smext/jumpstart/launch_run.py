"""One launch, running: its steps in order, from the first not done; then what undoes them."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from ..aws.account import account_in
from ..aws.errors import ProblemError, problem
from ..protocol import Problem, TaskStep
from ..server_process import this_server
from .recorded_launch import RecordedLaunch
from .resources import Aws, Resource

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

log = logging.getLogger(__name__)

FIRST_LOOK = 0.5
LAST_LOOK = 10.0
UNDO = "back-delete"

#: These pass by themselves; what is denied or gone does not.
PASSES = ("throttled", "offline", "broken", "signed_out")

ROLE_SPREADS = 60.0
"""Seconds until a role that IAM has just created is known to all of AWS."""

Work = Callable[[], Awaitable[str]]
T = TypeVar("T")


class Cancelled(Exception):
    """Asked for between two steps, or while one waited."""


class Run(ABC):
    """Runs a launch's steps. All methods on the server's loop.

    `changed` is told the kinds of which AWS has others now.
    """

    def __init__(
        self, recorded: RecordedLaunch, sessions: Sessions, changed: Callable[[str], None]
    ) -> None:
        self.recorded = recorded
        request = recorded.launch.deploy or recorded.launch.fine_tune
        assert request is not None
        self.sessions = sessions
        place = request.connection, request.region
        # No role of another account can be handed over.
        account = account_in(request.role)
        self.aws = Aws(sessions, *place, recorded.launch.id, account)
        self._changed = changed
        # A server that ended may have been told.
        self._cancelling = recorded.record.cancelled
        self._giving_up = False
        self._closing = False
        self._gone: set[str] = set()
        #: What could not be deleted.
        self._stuck: str | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

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

    @property
    def running(self) -> bool:
        return self.recorded.launch.state == "running"

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        try:
            await self.recorded.change()
        except OSError as error:
            raise ProblemError(self._on_disk(error)) from error
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
            raise ProblemError(self._on_disk(error)) from error

    async def close(self) -> None:
        """The server ends: the journal stays, and the next server goes on."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

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
                why = self._on_disk(error)
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

    async def patiently(self, do: Callable[..., T], *arguments: Any, step: str) -> T:
        """Call `do` in a thread; what passes by itself is waited out. Raises ProblemError."""
        pause, first = FIRST_LOOK, time.monotonic()
        while True:
            try:
                return await asyncio.to_thread(do, *arguments)
            except ProblemError as error:
                is_new = _is_new_role(error.problem) and time.monotonic() - first < ROLE_SPREADS
                if self._giving_up or not (error.problem.cause in PASSES or is_new):
                    raise
                note = f"{error.problem.title}; it is tried again"
            if note != self.recorded.step(step).note:
                change = self.recorded.undoing if step == UNDO else self.recorded.set
                await change(step, note=note)
            await self.sleep(pause, undoing=step == UNDO)
            pause = min(1.3 * pause, LAST_LOOK)

    async def sleep(self, seconds: float, undoing: bool = False) -> None:
        """Until it is time, or somebody cancels. Raises Cancelled, unless it is being undone."""
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except (asyncio.TimeoutError, TimeoutError):
            pass
        self._wake.clear()
        if self._cancelling and not undoing:
            raise Cancelled

    def progress(self, id: str) -> Callable[[float], None]:
        """For a thread: tells of every hundredth, and ends the thread when it is to end."""
        loop, told = asyncio.get_running_loop(), 0

        def progress(done: float) -> None:
            nonlocal told
            if self._cancelling or self._closing:
                raise Cancelled
            part = min(100, int(100 * done))
            if part > told:
                told = part
                loop.call_soon_threadsafe(self.recorded.tell, id, part / 100)

        return progress

    def _on_disk(self, error: OSError) -> Problem:
        return problem(
            "broken",
            "A file on this machine could not be read or written",
            f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
            "See to it, and launch it again.",
        )


def _is_new_role(said: Problem) -> bool:
    """Whether SageMaker says that it cannot take a role: one that was checked may be too young."""
    return "could not assume role" in said.detail.lower()


def new_steps(titles: Mapping[str, str], ids: tuple[str, ...]) -> tuple[TaskStep, ...]:
    return tuple(TaskStep(id, titles[id], "todo") for id in ids)


def _not_undone(why: Problem | None, found: Problem) -> Problem:
    """The reason of a failure, and why something is left of it."""
    said = why or found
    detail = f"{said.detail} Not all that it made could be deleted: {found.title}."
    return replace(said, detail=detail.strip(), next=f"{found.next} Delete the rest in the panel.")
