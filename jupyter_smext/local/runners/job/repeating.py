"""Work that is done again and again beside other work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def repeating(first: float, step: Callable[[], Awaitable[float]]) -> AsyncIterator[None]:
    """Do a step for as long as the block takes: `first` seconds in, then after those it returns.

    A step that has begun is waited for at the block's end, where what a step raised is raised too;
    after one that raised there is no other.
    """
    over = asyncio.Event()

    async def follow() -> None:
        wait = asyncio.ensure_future(over.wait())
        pause = first
        while True:
            await asyncio.wait((wait,), timeout=pause)
            if over.is_set():
                return
            pause = await step()

    task = asyncio.ensure_future(follow())
    try:
        yield
    finally:
        # Not cancelled: a thread of the step would go on beside what comes next.
        over.set()
        await task
