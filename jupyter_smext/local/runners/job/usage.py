"""What the hosts of a job use of this machine, measured while they run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ...metrics.metrics import Datum
from ..supervision.process_usage import used
from .repeating import repeating

if TYPE_CHECKING:
    from ...engine import Engine

#: Most jobs here are short: AWS's minute would see nothing of them.
_FIRST_SECONDS, _SECONDS = 1.0, 10.0


@asynccontextmanager
async def measuring(
    engine: Engine,
    region: str,
    namespace: str,
    hosts: Sequence[tuple[str, int]],
    pids: Callable[[], Sequence[int]],
) -> AsyncIterator[None]:
    """Put each host's CPUUtilization and MemoryUtilization for as long as the block takes.

    `hosts`: the value of the dimension Host, JOB/algo-N, and the bytes of memory it is given;
    `pids`: the top process of each, once they run. CPU is 100 % for each core, memory of what is
    given ("SageMaker AI jobs metrics" in the developer guide).
    """
    clock = asyncio.get_running_loop().time
    before: dict[int, tuple[float, float]] = {}

    async def measure() -> float:
        data = []
        for (host, memory), pid in zip(hosts, pids(), strict=False):
            spent, held = await asyncio.to_thread(used, pid)
            now = clock()
            if pid in before and held:
                busy = max(0.0, spent - before[pid][0]) / (now - before[pid][1])
                figures = {"CPUUtilization": busy, "MemoryUtilization": held / memory}
                for name, share in figures.items():
                    where = {"Host": host}
                    data.append(Datum(name, 100 * share, time.time(), where, "Percent"))
            before[pid] = (spent, now)
        await asyncio.to_thread(engine.metrics.put, region, namespace, data)
        return _SECONDS if data else _FIRST_SECONDS

    async with repeating(0.0, measure):
        yield
