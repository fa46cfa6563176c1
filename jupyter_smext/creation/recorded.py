"""A creation and its journal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..lifecycle.recorded_task import RecordedTask
from ..protocol import Creation, MadeResource
from ..server_process import this_server
from .journal import Journals, Record

log = logging.getLogger(__name__)


class RecordedCreation(RecordedTask[Record, Creation]):
    """As RecordedTask; `record` is what its journal holds of it now."""

    def __init__(
        self, record: Record, journals: Journals, changed: Callable[[Creation], None]
    ) -> None:
        super().__init__(record.creation, journals, changed)
        self._record = record

    def record_of(self, task: Creation) -> Record:
        """As RecordedTask."""
        return replace(self._record, creation=task, server=this_server())

    @property
    def record(self) -> Record:
        return replace(self._record, creation=self.task)

    async def note(self, record: dict[str, Any], **members: Any) -> None:
        """Change the record and the creation in one. Raises OSError as `set`."""
        async with self._writing:
            before, self._record = self._record, replace(self._record, **record)
            try:
                await self._publish(**members)
            except OSError:
                self._record = before
                raise

    async def made(self, step: str, resource: MadeResource, arn: str | None) -> None:
        """Note what a step made, with or without a journal of it: it is there. Raises OSError."""
        known = {**self._record.made, step: resource}
        arn = arn or self.task.arn
        shown = tuple(dict.fromkeys(known.values()))
        try:
            await self.note({"made": known}, made=shown, arn=arn)
        except OSError:
            self._record = replace(self._record, made=known)
            self.only_tell(made=shown, arn=arn)
            raise
