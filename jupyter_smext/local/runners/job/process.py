"""The process trees of one job: run them together to their end, ask them to stop, or kill them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from ..supervision import Ending, Order, Tree
from .end import JobStopped


@dataclass(frozen=True)
class Outcome:
    """How trees that ran together ended, in the order of their orders; `expired`: time was up.

    `failed` is the place of the first that ended badly by itself, None when none did.
    """

    endings: tuple[Ending, ...]
    failed: int | None
    expired: bool


class JobProcesses:
    """The trees a job has started. After `stop` or `kill` no more can be started."""

    def __init__(self) -> None:
        self._trees: list[Tree] = []
        self._making: set[asyncio.Future[Tree]] = set()
        self._ends: list[asyncio.Task[Any]] = []
        self._stopped = self._killed = False

    @property
    def stopped(self) -> bool:
        """Whether the job is to end."""
        return self._stopped

    @property
    def pids(self) -> list[int]:
        """The top processes of the trees in the order they were started, ended ones too."""
        return [tree.pid for tree in self._trees]

    async def spawn(self, order: Order) -> Tree:
        """Start a tree that ends with the job at the latest. Raises OSError, JobStopped."""
        if self._stopped:
            raise JobStopped
        making = asyncio.ensure_future(self._make(order))
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        # A process in the making is made: whoever waited for it may be gone by then.
        tree = await asyncio.shield(making)
        if self.stopped:  # meanwhile
            self._do(tree.end())
        return tree

    async def _make(self, order: Order) -> Tree:
        tree = await Tree.spawn(order)
        self._trees.append(tree)
        return tree

    async def run(self, orders: Sequence[Order], seconds: float | None = None) -> Outcome:
        """Run trees together until all have ended.

        When one ends badly the others are killed; when `seconds` are over all get a SIGTERM, then
        their grace. Raises OSError, StillRunning, and JobStopped when nothing may start any more.
        """
        trees = [await self.spawn(order) for order in orders]
        waits = [asyncio.ensure_future(tree.wait()) for tree in trees]
        left = set(waits)
        failed: int | None = None
        expired = False
        clock = asyncio.get_running_loop().time
        until = None if seconds is None else clock() + seconds
        while left:
            timeout = None if until is None else max(0.0, until - clock())
            done, left = await asyncio.wait(
                left, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                expired, until = True, None
                self._end(trees)
            elif failed is None and not expired and not self._stopped:
                bad = [
                    place for place, wait in enumerate(waits) if wait in done and not _well(wait)
                ]
                if bad:
                    failed = bad[0]
                    self._kill(trees)
        endings = tuple([await wait for wait in waits])
        await self._settle()
        if self._killed:
            raise JobStopped
        return Outcome(endings, failed, expired)

    def stop(self) -> None:
        """Send every tree its SIGTERM; what is there after its grace is killed."""
        self._stopped = True
        self._end(self._trees)

    async def kill(self) -> None:
        """End every tree at once; who runs some has nothing to go on with. Raises StillRunning."""
        self._stopped = self._killed = True
        await self.clear()

    async def clear(self) -> None:
        """End what is left of the trees, at once. Raises StillRunning."""
        await asyncio.gather(*self._making, return_exceptions=True)
        trees, self._trees = self._trees, []
        self._kill(trees)
        for tree in trees:
            await tree.wait()
        await self._settle()

    def _end(self, trees: Sequence[Tree]) -> None:
        for tree in trees:
            if tree.running:
                self._do(tree.end())

    def _kill(self, trees: Sequence[Tree]) -> None:
        """The top's death is the death of all below it."""
        # What hangs on a top not yet, as it is just being made, ends by its closed input.
        self._end(trees)
        for tree in trees:
            if tree.running:
                try:
                    psutil.Process(tree.pid).kill()
                except psutil.NoSuchProcess:
                    pass  # it ended by itself, which is what was wanted

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        self._ends.append(asyncio.ensure_future(work))

    async def _settle(self) -> None:
        """Take what the ends of trees have raised: their waits have raised it already."""
        ends, self._ends = self._ends, []
        await asyncio.gather(*ends, return_exceptions=True)


def _well(wait: asyncio.Future[Ending]) -> bool:
    if wait.exception() is not None:
        return False
    ending = wait.result()
    return ending.returncode == 0 and not ending.expired and not ending.error
