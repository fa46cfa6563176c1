"""How much this machine takes on at once: jobs wait for their turn, what stays up has a cap."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from . import limits
from .contract import ServiceError

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Allowed:
    """What one engine runs at once, each a count.

    `jobs`: jobs that run while others wait; `hosts`: local processes that stand for the instances
    of one job; `endpoints`: endpoints in service; `processes`: supervised process trees of all
    kinds together.
    """

    jobs: int
    hosts: int
    endpoints: int
    processes: int

    @classmethod
    def here(cls) -> Allowed:
        """By this machine's cores, unless a SMEXT_LOCAL_* variable says otherwise.

        Raises ValueError for a variable that is not a whole number above 0.
        """
        return cls(
            jobs=limits.JOBS.value(),
            hosts=limits.HOSTS.value(),
            endpoints=limits.ENDPOINTS.value(),
            processes=limits.PROCESSES.value(),
        )


class Capacity:
    """The queue of jobs and the cap on processes; for the engine's own loop only."""

    def __init__(self, allowed: Allowed | None = None) -> None:
        self.allowed = allowed or Allowed.here()
        self._running: list[str] = []
        self._waiting: deque[_Turn] = deque()
        self._trees: dict[str, int] = {}

    @property
    def running(self) -> tuple[str, ...]:
        """The ARNs of the jobs that have their turn, first come first."""
        return tuple(self._running)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ARNs of the jobs in the queue, next one first."""
        return tuple(turn.arn for turn in self._waiting)

    def in_use(self, kind: str = "") -> int:
        """Process trees that are held: all, or those of ARNs of one kind (endpoint, app)."""
        return sum(count for arn, count in self._trees.items() if not kind or f":{kind}/" in arn)

    @asynccontextmanager
    async def job(
        self, arn: str, *, trees: int = 1, tell: Tell | None = None
    ) -> AsyncIterator[None]:
        """Wait for a turn and hold it; first come, first served.

        `tell` is called with why it waits, again whenever that changes. Leaving, or cancelling the
        wait, gives the turn to the next. `trees`: the process trees that the job is going to run.
        """
        turn = _Turn(arn, trees, tell)
        self._waiting.append(turn)
        try:
            self._advance()
            await turn.comes.wait()
            yield
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._running.remove(arn)
                self.release(arn)
            self._advance()

    def hold(self, arn: str, *, trees: int = 1) -> None:
        """Take so many process trees for what stays up. Raises ServiceError when there are none.

        An ARN that holds some already gets the new count. Give them back with `release`.
        """
        kind = arn.split(":", 5)[-1].split("/")[0]
        others = {name: count for name, count in self._trees.items() if name != arn}
        in_use = sum(others.values())
        if in_use + trees > self.allowed.processes:
            raise over("processes", self.allowed.processes, in_use, trees)
        if kind == "endpoint" and arn not in self._trees:
            up = sum(1 for name in others if f":{kind}/" in name)
            if up >= self.allowed.endpoints:
                raise over("endpoints", self.allowed.endpoints, up, 1)
        self._trees[arn] = trees

    def release(self, arn: str) -> None:
        """What an ARN held is free again."""
        if self._trees.pop(arn, 0):
            self._advance()

    def check_hosts(self, count: int) -> None:
        """Raises ServiceError ResourceLimitExceeded for more hosts in a job than fit here."""
        for name, most in (("hosts", self.allowed.hosts), ("processes", self.allowed.processes)):
            if count > most:
                raise over(name, most, 0, count)

    def _advance(self) -> None:
        """Give turns to who waits longest; tell the others what they wait for."""
        while self._waiting and self._fits(self._waiting[0]):
            turn = self._waiting.popleft()
            self._running.append(turn.arn)
            self._trees[turn.arn] = turn.trees
            turn.comes.set()
        for place, turn in enumerate(self._waiting):
            turn.tell(self._why(place))

    def _fits(self, turn: _Turn) -> bool:
        room = self.allowed.processes - self.in_use()
        return len(self._running) < self.allowed.jobs and turn.trees <= room

    def _why(self, place: int) -> str:
        if len(self._running) >= self.allowed.jobs:
            what = f"{self.allowed.jobs} job{'s' if self.allowed.jobs > 1 else ''} at a time"
            variable = limits.JOBS.variable
        else:
            what = f"{self.allowed.processes} processes"
            variable = limits.PROCESSES.variable
        ahead = f"{place} more before it" if place else "it is next"
        names = ", ".join(arn.rpartition("/")[2] for arn in self._running) or "other resources"
        return f"Waiting for {names}: this machine runs {what} ({variable}); {ahead}"


class _Turn:
    def __init__(self, arn: str, trees: int, tell: Tell | None) -> None:
        self.arn = arn
        self.trees = trees
        self.comes = asyncio.Event()
        self._tell = tell
        self._told = ""

    def tell(self, why: str) -> None:
        if self._tell and why != self._told:
            self._told = why
            self._tell(why)


def over(limit: str, most: int, used: int, asked: int) -> ServiceError:
    """The refusal of more than this machine's limit, in the form of AWS's own."""
    return ServiceError(
        "ResourceLimitExceeded",
        f"The local engine's limit '{limit}' is {most}, with current utilization of {used} and a "
        f"request delta of {asked}. Stop or delete something that runs, ask for less, or start "
        f"the engine with {limits.COUNTS[limit].variable} set to more.",
    )
