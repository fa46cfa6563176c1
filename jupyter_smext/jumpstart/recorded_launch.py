"""The state of a launch: every change is in its journal before anybody is told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..protocol import Launch, Problem, TaskStep
from ..server_process import this_server
from .launch_journal import Journals, Record

log = logging.getLogger(__name__)


class RecordedLaunch:
    """A launch and its journal; on the server's loop. `changed` is told of each new state."""

    def __init__(
        self, record: Record, journals: Journals, changed: Callable[[Launch], None]
    ) -> None:
        self.record = record
        self._journals = journals
        self._changed = changed
        self._writing = asyncio.Lock()

    @property
    def launch(self) -> Launch:
        return self.record.launch

    def step(self, id: str) -> TaskStep:
        return next(step for step in self.launch.steps if step.id == id)

    async def set(self, id: str, **members: Any) -> None:
        """Change a step. Raises OSError: the journal cannot be written."""
        async with self._writing:
            await self._publish(steps=self._with_step(id, **members))

    async def change(self, **members: Any) -> None:
        """Change the launch. Raises OSError as `set`."""
        async with self._writing:
            await self._publish(**members)

    async def undo(self, **members: Any) -> None:
        """Change the launch, which is undone from now on. Raises OSError as `set`."""
        async with self._writing:
            self.record = replace(self.record, undoing=True)
            await self._publish(**members)

    async def cancel(self) -> None:
        """Note that somebody asked for its end. Raises OSError as `set`."""
        async with self._writing:
            self.record = replace(self.record, cancelled=True)
            await self._publish()

    async def end(self, state: str, why: Problem | None, **members: Any) -> None:
        """Over: what was to come is left out."""
        steps = []
        for step in self.launch.steps:
            if step.state == "now":
                step = replace(step, state="failed" if why else "skipped", ended=time.time())
            elif step.state == "todo":
                step = replace(step, state="skipped")
            steps.append(step)
        over = {
            "state": state,
            "ended": time.time(),
            "steps": tuple(steps),
            "problem": why,
            **members,
        }
        try:
            await self.change(**over)
        except OSError as error:
            # The journal may be what broke it: who looks is told in any case.
            log.warning("How the launch %s ended could not be kept: %s", self.launch.id, error)
            self._only_tell(**over)

    def tell(self, id: str, progress: float) -> None:
        """Progress is told and not journalled: after a crash the step begins anew."""
        if self.step(id).state == "now":
            self._only_tell(steps=self._with_step(id, progress=progress))

    def _only_tell(self, **members: Any) -> None:
        launch = replace(self.launch, rev=self.launch.rev + 1, **members)
        self.record = replace(self.record, launch=launch)
        self._changed(launch)

    def _with_step(self, id: str, **members: Any) -> tuple[TaskStep, ...]:
        return tuple(
            replace(step, **members) if step.id == id else step for step in self.launch.steps
        )

    async def _publish(self, **members: Any) -> None:
        launch = replace(self.launch, **members)
        written = replace(self.record, launch=launch, server=this_server())
        await asyncio.to_thread(self._journals.write, written)
        # Told only now, and with a revision behind what was told meanwhile.
        self.record = replace(written, launch=replace(launch, rev=self.launch.rev + 1))
        self._changed(self.launch)
