"""Work that has an order: each thing once those before it are done, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping


async def walk(
    before: Mapping[str, set[str]],
    work: Callable[[str], Awaitable[bool]],
    halted: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Do `work` for each name; answers those for which it was not done, as False says.

    What stands behind such a one is not begun, nothing is once `halted`; all that was begun is
    waited for. When this is cancelled, the work is too.
    """
    waiting = dict(before)
    done: set[str] = set()
    failed: list[str] = []
    running: dict[asyncio.Task[bool], str] = {}
    try:
        while True:
            ready = [name for name, needs in waiting.items() if needs <= done and not halted()]
            for name in ready:
                del waiting[name]
                running[asyncio.ensure_future(_one(work, name))] = name
            if not running:
                return failed
            finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                name = running.pop(task)
                if task.result():
                    done.add(name)
                else:
                    failed.append(name)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _one(work: Callable[[str], Awaitable[bool]], name: str) -> bool:
    return await work(name)
