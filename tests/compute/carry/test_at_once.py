"""Many requests at the same time, and an end of all at the first that fails."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_smext.compute.carry.at_once import AT_ONCE, each


async def test_all_are_done_so_many_at_a_time() -> None:
    busy, most, done = 0, 0, []

    async def work(item: int) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0)
        busy -= 1
        done.append(item)

    await each(range(100), work)
    assert sorted(done) == list(range(100)) and most == AT_ONCE
    await each([], work)


async def test_the_first_error_ends_what_is_under_way() -> None:
    begun, ended = set(), set()

    async def work(item: int) -> None:
        begun.add(item)
        try:
            if item == 3:
                raise ValueError("three")
            await asyncio.Event().wait()
        finally:
            ended.add(item)

    with pytest.raises(ValueError, match="three"):
        await each(range(100), work)
    assert begun == ended and len(begun) == AT_ONCE
