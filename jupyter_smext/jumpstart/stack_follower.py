"""One stack, followed: each change is in the journal of its launch before anybody is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK, PASSES
from ..protocol import SolutionLaunch, StackEvent, StackResource
from ..server_process import this_server
from .solution_journal import Record, SolutionJournals
from .stacks import Stacks, kind_of

log = logging.getLogger(__name__)

MOST_EVENTS = 500
"""Of a stack's events those are kept that came last."""

GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")
"""A resource in such a state is none of the stack's any more."""

CLOCKS = 300.0
"""Seconds by which a clock here may be ahead of AWS's."""

T = TypeVar("T")


class StackFollower:
    """Tells what becomes of one stack; all methods on the server's loop.

    `told` hears of each new state, when it is in the journal; `changed` of the kinds of which AWS
    has others now.
    """

    def __init__(
        self,
        record: Record,
        stacks: Stacks,
        journals: SolutionJournals,
        told: Callable[[SolutionLaunch], None],
        changed: Callable[[str], None],
    ) -> None:
        self.record = record
        self.stacks = stacks
        self._journals = journals
        self._told = told
        self._changed = changed
        self._writing = asyncio.Lock()
        self.wake = asyncio.Event()

    @property
    def launch(self) -> SolutionLaunch:
        return self.record.launch

    async def look(self) -> dict[str, Any] | None:
        """The stack as it is, once its new events are told."""
        id = self.launch.stack_id
        assert id is not None
        # Before the events: at the end none of them is missed.
        found = await self.patiently(self.stacks.look, id)
        known = self.launch.events
        after = known[-1].id if known else None
        new = await self.patiently(self.stacks.events, id, after) if found else []
        status = str(found["StackStatus"]) if found else "DELETE_COMPLETE"
        if new or status != self.launch.status:
            events = (*known, *new)[-MOST_EVENTS:]
            changed: dict[str, Any] = {"events": events, "status": status}
            if new:
                changed["note"] = _in_words(new[-1])
            await self.publish(**changed)
            for kind in _kinds(new):
                self._changed(kind)
        return found

    async def resources(self) -> tuple[StackResource, ...]:
        """Its resources with their last states."""
        id = self.launch.stack_id
        assert id is not None
        try:
            found = await self.patiently(self.stacks.resources, id)
        except ProblemError as error:
            # After 90 days AWS knows nothing of it: what was known then stands.
            log.info("%s: %s", id, error.problem.title)
            return self.launch.resources
        there = [each for each in found if each.status not in GONE]
        rows = await self.patiently(self.stacks.rows, there, self.launch.started - CLOCKS)
        return tuple(replace(each, row=rows.get(each.name)) for each in found)

    def newest_of_stack(self) -> str | None:
        """The id of the latest event of the stack itself."""
        id = self.launch.stack_id
        mine = (each.id for each in reversed(self.launch.events) if each.physical == id)
        return next(mine, None)

    async def patiently(self, do: Callable[..., T], *arguments: Any) -> T:
        """Call `do` in a thread; what passes by itself is waited out. Raises ProblemError."""
        pause = FIRST_LOOK
        while True:
            try:
                return await asyncio.to_thread(do, *arguments)
            except ProblemError as error:
                if error.problem.cause not in PASSES:
                    raise
                note = f"{error.problem.title}; it is tried again"
            if note != self.launch.note:
                await self.publish(note=note)
            await self.sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    async def sleep(self, seconds: float) -> None:
        """Until it is time, or somebody wants it deleted."""
        try:
            await asyncio.wait_for(self.wake.wait(), seconds)
        except (asyncio.TimeoutError, TimeoutError):
            pass
        self.wake.clear()

    async def publish(
        self, only_from: str | None = None, empty_buckets: bool | None = None, **members: Any
    ) -> None:
        """Change the launch, if it is in that state still: somebody may want it deleted by now.

        Raises OSError: the journal cannot be written, and nothing is changed.
        """
        async with self._writing:
            if only_from is not None and self.launch.state != only_from:
                return
            launch = replace(self.launch, rev=self.launch.rev + 1, **members)
            record = replace(self.record, launch=launch, server=this_server())
            if empty_buckets is not None:
                record = replace(record, empty_buckets=empty_buckets)
            await asyncio.to_thread(self._journals.write, record)
            # Nobody is told what the next server would not know.
            self.record = record
            self._told(launch)


def _kinds(events: Iterable[StackEvent]) -> set[str]:
    """The panel's kinds of which there are others after these events."""
    found = (kind_of(each.type) for each in events)
    return {kind.id for kind in found if kind is not None}


def _in_words(event: StackEvent) -> str:
    reason = f": {event.reason}" if event.reason else ""
    return f"{event.resource} {event.status}{reason}"[:500]
