"""The state of a task of steps: every change is in its journal before anybody is told."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from ..protocol import Creation, Launch, NotebookJob, Problem, TaskStep
from .task_journals import HasId, TaskJournals

log = logging.getLogger(__name__)

UNWRITTEN = 1000
"""More changes than are told between two that are journalled."""

R = TypeVar("R", bound=HasId)
T = TypeVar("T", Launch, NotebookJob, Creation)


class RecordedTask(ABC, Generic[R, T]):
    """A task and its journal; on the server's loop. `changed` is told of each new state."""

    def __init__(self, task: T, journals: TaskJournals[R], changed: Callable[[T], None]) -> None:
        self.task: T = task
        self._journals = journals
        self._changed: Callable[[T], None] = changed
        self._writing = asyncio.Lock()

    @abstractmethod
    def record_of(self, task: T) -> R:
        """What its journal holds once the task is this."""

    def step(self, id: str) -> TaskStep:
        return next(step for step in self.task.steps if step.id == id)

    def taken_up(self) -> None:
        """Another server ended while it ran: what that one told and did not write is older."""
        self.task = replace(self.task, rev=self.task.rev + UNWRITTEN)

    async def set(self, id: str, **members: Any) -> None:
        """Change a step. Raises OSError: the journal cannot be written."""
        async with self._writing:
            await self._publish(steps=self.with_step(id, **members))

    async def change(self, **members: Any) -> None:
        """Change the task. Raises OSError as `set`."""
        async with self._writing:
            await self._publish(**members)

    async def end(self, state: str, why: Problem | None, **members: Any) -> bool:
        """Over: what was to come is left out. False: that could be told, and not be kept."""
        now = time.time()
        steps = []
        for step in self.task.steps:
            if step.state == "now":
                step = replace(step, state="failed" if why else "skipped", ended=now)
            elif step.state == "todo":
                step = replace(step, state="skipped")
            steps.append(step)
        over = {"state": state, "ended": now, "steps": tuple(steps), "problem": why, **members}
        try:
            await self.change(**over)
        except OSError as error:
            # The journal may be what broke it: who looks is told in any case.
            log.warning("How %s ended could not be kept: %s", self.task.id, error)
            self.only_tell(**over)
            return False
        return True

    def tell(self, id: str, progress: float) -> None:
        """Progress is told and not journalled: after a crash the step begins anew."""
        if self.step(id).state == "now":
            self.only_tell(steps=self.with_step(id, progress=progress))

    def only_tell(self, **members: Any) -> None:
        """A change that no journal has."""
        self.task = replace(self.task, rev=self.task.rev + 1, **members)
        self._changed(self.task)

    def with_step(self, id: str, **members: Any) -> tuple[TaskStep, ...]:
        """The steps, with one of them changed."""
        return tuple(
            replace(step, **members) if step.id == id else step for step in self.task.steps
        )

    async def _publish(self, **members: Any) -> None:
        task = replace(self.task, **members)
        await asyncio.to_thread(self._journals.write, self.record_of(task))
        # Told only now, and with a revision behind what was told meanwhile.
        self.task = replace(task, rev=self.task.rev + 1)
        self._changed(self.task)
