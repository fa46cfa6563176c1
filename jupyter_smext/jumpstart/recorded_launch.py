"""A launch and its journal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..lifecycle.recorded_task import RecordedTask
from ..protocol import Launch, Problem
from ..server_process import this_server
from .launch_journal import Journals, Record

log = logging.getLogger(__name__)


class RecordedLaunch(RecordedTask[Record, Launch]):
    """As RecordedTask; `record` is what its journal holds of it now."""

    def __init__(
        self, record: Record, journals: Journals, changed: Callable[[Launch], None]
    ) -> None:
        super().__init__(record.launch, journals, changed)
        self._record = record

    def record_of(self, task: Launch) -> Record:
        """As RecordedTask."""
        return replace(self._record, launch=task, server=this_server())

    @property
    def record(self) -> Record:
        return replace(self._record, launch=self.task)

    @property
    def launch(self) -> Launch:
        return self.task

    async def undo(self, **members: Any) -> None:
        """Change the launch, which is undone from now on, with or without a journal of it."""
        async with self._writing:
            self._record = replace(self._record, undoing=True)
            try:
                await self._publish(**members)
            except OSError as error:
                # What was made costs money: it is deleted all the same.
                log.warning("That %s is undone could not be kept: %s", self.launch.id, error)
                self.only_tell(**members)

    async def undoing(self, id: str, **members: Any) -> None:
        """Change the step by which it is undone, as `undo`."""
        await self.undo(steps=self.with_step(id, **members))

    async def cancel(self) -> None:
        """Note that somebody asked for its end. Raises OSError as `set`."""
        async with self._writing:
            self._record = replace(self._record, cancelled=True)
            await self._publish()

    async def end(self, state: str, why: Problem | None, **members: Any) -> bool:
        """As RecordedTask; what is not kept is not launched again by the next server."""
        kept = await super().end(state, why, **members)
        if not kept:
            try:
                await asyncio.to_thread(self._journals.forget, self.launch.id)
            except OSError as error:
                log.warning("The journal of %s says that it runs: %s", self.launch.id, error)
        return kept
