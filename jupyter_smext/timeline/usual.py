"""How long a phase usually takes here: by the latest ended jobs of a kind on such instances."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from statistics import median

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import Kind
from ..protocol import Phase, Problem, Row
from .phases import phases_of

_log = logging.getLogger(__name__)

LATEST = 20
"""Ended jobs that are described; of those on other instances nothing is learnt."""

AT_ONCE = 4
"""Describe calls side by side: AWS throttles them before anything else."""

PATIENCE = 0.5
"""Seconds that a timeline waits for what is not known yet; the next one has it."""

TRY_AGAIN = 60.0

KEPT = 2000
"""Ended jobs that are remembered."""

Of = tuple[str, str]
"""A status and its label."""

Job = tuple[str, str, str, str, float | None]
"""Connection, region, kind, row id, and when it was created."""


class Ended:
    """What an ended job ran on, and how many seconds each of its phases took."""

    def __init__(self, instance: str | None, phases: tuple[Phase, ...]) -> None:
        self.instance = instance
        self.lengths: dict[Of, float] = {}
        for phase in phases:
            if phase.state == "done" and phase.started is not None and phase.ended is not None:
                of = (phase.status, phase.label)
                self.lengths[of] = self.lengths.get(of, 0.0) + phase.ended - phase.started


class Usual:
    """The lengths of phases by connection, region and kind. Belongs to the loop's thread.

    A job that has ended cannot change: each is described once.
    """

    def __init__(self) -> None:
        self._ended: dict[Job, Ended | None] = {}
        self._reading: dict[tuple[str, str, str], asyncio.Task[None]] = {}
        self._refused: dict[tuple[str, str, str], float] = {}

    async def lengths(
        self, watched: Watched, kind: Kind, instance: str | None
    ) -> Mapping[Of, tuple[float, int]]:
        """The median in seconds of each phase, and of how many jobs it is."""
        if instance is None:
            return {}
        place = (watched.connection, watched.region, kind.id)
        rows = [row for row in watched.page(kind).rows if row.tone in ("ok", "bad", "idle")]
        jobs = {(*place, row.id, row.created): row for row in rows[:LATEST]}
        refused = time.monotonic() - self._refused.get(place, -TRY_AGAIN) < TRY_AGAIN
        missing = {job: row for job, row in jobs.items() if job not in self._ended}
        if missing and place not in self._reading and not refused:
            task = asyncio.create_task(self._read(watched, kind, missing))
            self._reading[place] = task
            task.add_done_callback(lambda _: self._reading.pop(place, None))
        if place in self._reading:
            await asyncio.wait((self._reading[place],), timeout=PATIENCE)
        found: dict[Of, list[float]] = {}
        for job in jobs:
            ended = self._ended.get(job)
            if ended is not None and ended.instance == instance:
                for of, length in ended.lengths.items():
                    found.setdefault(of, []).append(length)
        return {of: (median(lengths), len(lengths)) for of, lengths in found.items()}

    async def close(self) -> None:
        """Read no more."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, watched: Watched, kind: Kind, jobs: Mapping[Job, Row]) -> None:
        free = asyncio.Semaphore(AT_ONCE)
        refused: list[Problem] = []

        async def describe(job: Job, row: Row) -> None:
            async with free:
                if refused:
                    return
                try:
                    resource = await watched.describe(kind, row.id)
                except ProblemError as error:
                    if error.problem.cause == "not_found":
                        self._ended[job] = None
                    else:
                        # Nothing depends on it: whoever is told to wait is not asked again soon.
                        refused.append(error.problem)
                        self._refused[job[:3]] = time.monotonic()
                        _log.debug("How long %s take: %s", kind.plural, error.problem.title)
                    return
            phases = phases_of(kind, resource.definition, resource.row, ())
            self._ended[job] = Ended(resource.row.instance, phases)

        await asyncio.gather(*(describe(job, row) for job, row in jobs.items()))
        while len(self._ended) > KEPT:
            del self._ended[next(iter(self._ended))]
