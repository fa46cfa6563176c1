"""What is read anew when something has changed, while no answer waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError

if TYPE_CHECKING:
    from ..inventory import Watched
    from ..kinds import Kind

log = logging.getLogger(__name__)

DEMO_LOOK_SECONDS = 0.5


class Looks:
    """`watched(connection, region)` and `kind(name)` load AWS's code first, where it is not yet."""

    def __init__(
        self,
        watched: Callable[[str, str], Awaitable[Watched]],
        kind: Callable[[str], Awaitable[Kind]],
    ) -> None:
        self._watched = watched
        self._kind = kind
        self._background: set[asyncio.Task[None]] = set()
        self._demo_waits = False

    def at(self, connection: str, region: str, kind: str) -> None:
        """Show what a task made, or its end."""

        async def read() -> None:
            watched = await self._watched(connection, region)
            await watched.read_kind(await self._kind(kind))

        self.in_background(read, "read")

    def at_jobs(self, connection: str, region: str) -> None:
        """Show a training job that a notebook job made, or its end."""
        self.at(connection, region, "training-job")

    def at_kernelspecs(self, connection: str, region: str) -> None:
        """Take away those of instances that are not up any more."""
        self.in_background(partial(self._at_kernelspecs, connection, region), "kernels")

    async def _at_kernelspecs(self, connection: str, region: str) -> None:
        from ..compute.stale_kernelspecs import remove_stale

        inventory = (await self._watched(connection, region)).inventory()
        for name in await asyncio.to_thread(remove_stale, inventory):
            log.info("The kernel %s is taken away: its instance is not up any more", name)

    def at_demo(self, region: str) -> None:
        """Show what a step made; steps that come close together are looked at together."""
        if not self._demo_waits:
            self._demo_waits = True
            self.in_background(partial(self._at_demo, region), "refresh")

    async def _at_demo(self, region: str) -> None:
        await asyncio.sleep(DEMO_LOOK_SECONDS)
        self._demo_waits = False
        await (await self._watched("local", region)).refresh()

    def in_background(self, work: Callable[[], Coroutine[Any, Any, Any]], name: str) -> None:
        """Do `work` after the answer; what it fails of is shown by what it works on."""

        async def guarded() -> None:
            try:
                await work()
            except ProblemError as error:
                log.info("%s: %s", name, error.problem.title)
            except Exception:
                log.exception("%s failed", name)

        task = asyncio.create_task(guarded(), name=f"smext-{name}")
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def close(self) -> None:
        """End all work."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
