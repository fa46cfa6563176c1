"""What the model servers of an endpoint use of this machine, measured twice a minute."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from typing import TYPE_CHECKING

from ...metrics.metrics import Datum
from ..supervision.process_usage import used
from .variant import Variant

if TYPE_CHECKING:
    from ...engine import Engine
    from .runner import Live

#: "SageMaker AI endpoint instance metrics"; CPU is 100 % for each core.
NAMESPACE = "/aws/sagemaker/Endpoints"
#: The first figure needs two looks: whoever has just deployed sees it soon.
FIRST_SECONDS, SECONDS = 2.0, 30.0

_log = logging.getLogger(__name__)


class Usage:
    """CPUUtilization and MemoryUtilization of one endpoint's variants, in percent.

    Memory is of what the instance type gives a server; a variant's figure is its servers' mean.
    """

    def __init__(self, engine: Engine, live: Live) -> None:
        self._engine = engine
        self._live = live
        self._spent: dict[int, float] = {}
        self._task = asyncio.ensure_future(self._measure())

    async def close(self) -> None:
        """Measure no more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _measure(self) -> None:
        clock = asyncio.get_running_loop().time
        since = clock()
        measured = False
        while True:
            deployment = self._live.deployment
            if deployment is not None:
                elapsed, since = clock() - since, clock()
                variants = list(deployment.variants.values())
                try:
                    measured = await asyncio.to_thread(self._put, variants, elapsed)
                except sqlite3.Error as error:  # a full disk, say: the next may be kept
                    _log.error("Instance metrics of %s are lost: %s", self._live.name, error)
            await asyncio.sleep(SECONDS if measured else FIRST_SECONDS)

    def _put(self, variants: list[Variant], elapsed: float) -> bool:
        """Whether there was anything to put."""
        spent: dict[int, float] = {}
        data = []
        for variant in variants:
            found = [(pid, *used(pid)) for pid in variant.pids]
            spent |= {pid: cpu for pid, cpu, _ in found}
            # The first time only tells where the counting begins.
            known = [one for one in found if one[0] in self._spent]
            if not known:
                continue
            busy = sum(cpu - self._spent[pid] for pid, cpu, _ in known) / elapsed
            held = sum(memory for _, _, memory in known) / variant.serving.limits.memory
            for name, share in (("CPUUtilization", busy), ("MemoryUtilization", held)):
                where = {"EndpointName": self._live.name, "VariantName": variant.name}
                value = 100 * share / len(known)
                data.append(Datum(name, value, time.time(), where, "Percent"))
        self._spent = spent
        self._engine.metrics.put(self._live.region, NAMESPACE, data)
        return bool(data)
