"""A task of steps, running: patience with AWS, waits that a cancel ends, what threads tell."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from ..aws.errors import ProblemError, problem
from ..protocol import Problem
from .recorded_task import RecordedTask

FIRST_LOOK = 0.5
LAST_LOOK = 10.0
UNDO = "back-delete"

#: These pass by themselves; what is denied or gone does not.
PASSES = ("throttled", "offline", "broken", "signed_out")

ROLE_SPREADS = 60.0
"""Seconds until a role that IAM has just created is known to all of AWS."""

T = TypeVar("T")


class Cancelled(Exception):
    """Asked for between two steps, or while one waited; or the server ends."""


class TaskRun(ABC):
    """Runs a task's steps. All methods on the server's loop."""

    #: The task and its journal.
    recorded: RecordedTask[Any, Any]

    def __init__(self, cancelling: bool) -> None:
        # A server that ended may have been told.
        self._cancelling = cancelling
        self._giving_up = False
        self._closing = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _whole(self) -> None:
        """Its steps, and how it ends. Raises nothing."""

    @property
    def running(self) -> bool:
        return bool(self.recorded.task.state == "running")

    async def close(self) -> None:
        """The server ends: the journal stays, and the next server goes on."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def note(self, step: str, note: str) -> None:
        """Say how a step is getting on. Raises OSError: the journal cannot be written."""
        await self.recorded.set(step, note=note)

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
                await self.note(step, note)
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


def on_disk(error: OSError, next: str) -> Problem:
    """What kept a task from its journal or its files; `next` is what to do about it."""
    return problem(
        "broken",
        "A file on this machine could not be read or written",
        f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
        next,
    )


def _is_new_role(said: Problem) -> bool:
    """Whether SageMaker says that it cannot take a role: one that was checked may be too young."""
    return "could not assume role" in said.detail.lower()
