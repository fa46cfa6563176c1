"""What the hosts of a job use of this machine, measured while they run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...disk import size_of
from ...metrics.metrics import Datum
from ..supervision.process_usage import used
from .repeating import repeating

if TYPE_CHECKING:
    from ...engine import Engine

#: Most jobs here are short: AWS's minute would see nothing of them.
_FIRST_SECONDS, _SECONDS = 1.0, 10.0


class MeasuredHost(NamedTuple):
    """A host as its metrics name it, JOB/algo-N, and what it is given, in bytes.

    `volume` is 0 where nobody said how large it is.
    """

    name: str
    memory: int
    folder: Path
    volume: int


@asynccontextmanager
async def measuring(
    engine: Engine,
    region: str,
    namespace: str,
    hosts: Sequence[MeasuredHost],
    pids: Callable[[], Sequence[int]],
) -> AsyncIterator[None]:
    """Put what each host uses of its CPU, memory and disk for as long as the block takes.

    `pids`: the top process of each, once they run. CPU is 100 % for each core, memory and disk of
    what is given ("SageMaker AI jobs metrics" in the developer guide).
    """
    clock = asyncio.get_running_loop().time
    before: dict[int, tuple[float, float]] = {}

    async def measure() -> float:
        data = []
        for host, pid in zip(hosts, pids(), strict=False):
            spent, held = await asyncio.to_thread(used, pid)
            now = clock()
            if pid in before and held:
                busy = max(0.0, spent - before[pid][0]) / (now - before[pid][1])
                figures = {"CPUUtilization": busy, "MemoryUtilization": held / host.memory}
                if host.volume:
                    filled = await asyncio.to_thread(size_of, host.folder)
                    figures["DiskUtilization"] = filled / host.volume
                for name, share in figures.items():
                    where = {"Host": host.name}
                    data.append(Datum(name, 100 * share, time.time(), where, "Percent"))
            before[pid] = (spent, now)
        await asyncio.to_thread(engine.metrics.put, region, namespace, data)
        return _SECONDS if data else _FIRST_SECONDS

    async with repeating(0.0, measure):
        yield
