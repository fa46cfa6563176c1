"""From when to when metrics are read, and how far apart their values are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..kinds.measured import Measured

HOUR, DAY = 3600.0, 86_400.0
#: CloudWatch keeps values of a second for 3 hours, of a minute for 15 days, of 5 minutes for 63
#: days, and of an hour for 455 (GetMetricStatistics).
_KEPT = ((3 * HOUR, 1), (15 * DAY, 60), (63 * DAY, 300))
OLDEST = 455 * DAY
_STEPS = (1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
#: More than these in a plot cannot be told apart.
_VALUES = 480
#: Values that were measured at the end come this much later.
_LATE = 180.0


class Span(NamedTuple):
    """Epoch seconds, and seconds between values; `live`: more may come."""

    start: float
    end: float
    period: int
    live: bool


def span_of(
    measured: Measured,
    definition: Mapping[str, Any],
    start: float | None,
    end: float | None,
    now: float,
) -> Span:
    """The asked range, else the resource's own: a job's time, or the last hour."""
    begun, ended = _times(measured, definition)
    first = start if start is not None else begun
    if first is None:
        first = (end or now) - HOUR
    last = min(end if end is not None else ended or now, now)
    last = max(last, first + 1)
    # Jobs have values by the second, and some last no longer than a minute.
    period = _period(first, last, now, 1 if measured.times else 60)
    over = end if end is not None else ended
    return Span(
        math.floor(first / period) * period,
        (math.floor(last / period) + 1) * period,
        period,
        over is None or now - over < _LATE,
    )


def _times(measured: Measured, definition: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if measured.times is None:
        return None, None
    begun, ended = (
        next((_seconds(definition[name]) for name in names if definition.get(name)), None)
        for names in measured.times
    )
    return begun, ended


def _seconds(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _period(start: float, end: float, now: float, finest: int) -> int:
    age = now - start
    kept = next((step for limit, step in _KEPT if age < limit), 3600)
    least = max(finest, kept, (end - start) / _VALUES)
    return next((step for step in _STEPS if step >= least), _STEPS[-1])
