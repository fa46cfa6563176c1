"""What invocations of an endpoint cost, measured and put to CloudWatch off the request's path."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING

from ...metrics.metrics import Datum

if TYPE_CHECKING:
    from ...engine import Engine

NAMESPACE = "AWS/SageMaker"
_SECONDS = 2.0
_DIGITS = 3

#: "SageMaker AI endpoint invocation metrics": latencies are in microseconds, the rest is counted.
_UNITS = {"ModelLatency": "Microseconds", "OverheadLatency": "Microseconds"}

Key = tuple[int, str, str, float]

_log = logging.getLogger(__name__)


class Meter:
    """The invocation metrics of one endpoint, by variant.

    Latencies are kept to three digits, so that equal ones are one point: within 0.5 %.
    """

    def __init__(self, engine: Engine, region: str, endpoint: str) -> None:
        self._engine = engine
        self._region = region
        self._endpoint = endpoint
        self._counts: Counter[Key] = Counter()
        self._task = asyncio.ensure_future(self._flush())

    def invoked(
        self, variant: str, servers: int, status: int, model: float, overhead: float
    ) -> None:
        """One invocation: the model's HTTP status, its seconds, and the engine's own seconds."""
        now = int(time.time())
        counts = self._counts
        counts[now, variant, "Invocations", 1] += 1
        counts[now, variant, "InvocationsPerInstance", 1 / max(servers, 1)] += 1
        counts[now, variant, "Invocation4XXErrors", int(400 <= status < 500)] += 1
        counts[now, variant, "Invocation5XXErrors", int(status >= 500)] += 1
        counts[now, variant, "InvocationModelErrors", int(not 200 <= status < 300)] += 1
        counts[now, variant, "ModelLatency", _rounded(model)] += 1
        counts[now, variant, "OverheadLatency", _rounded(overhead)] += 1

    async def close(self) -> None:
        """Put what is left."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._put()

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_SECONDS)
            try:
                await self._put()
            except sqlite3.Error as error:  # a full disk, say: the next may be kept
                _log.error("Invocation metrics of %s are lost: %s", self._endpoint, error)

    async def _put(self) -> None:
        if not self._counts:
            return
        counts, self._counts = self._counts, Counter()
        data = [
            Datum(
                name=name,
                value=value,
                timestamp=second,
                dimensions={"EndpointName": self._endpoint, "VariantName": variant},
                unit=_UNITS.get(name, "None"),
                count=count,
            )
            for (second, variant, name, value), count in counts.items()
        ]
        await asyncio.to_thread(self._engine.metrics.put, self._region, NAMESPACE, data)


def _rounded(seconds: float) -> float:
    return float(f"{seconds * 1e6:.{_DIGITS}g}")
