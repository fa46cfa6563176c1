"""Requests about many files, so many of them at the same time as a Jupyter server likes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

#: Small files take the time of the way there and back, and that of many is the same.
AT_ONCE = 16
#: The other server has each chunk of a large one several times in memory.
LARGE_AT_ONCE = 4
LARGE_BYTES = 1 << 20

T = TypeVar("T")


async def each(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` for every item; the first error ends all of it, and is raised."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    workers = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for one in workers:
            one.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
