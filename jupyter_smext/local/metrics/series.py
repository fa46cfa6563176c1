"""A metric's measurements cut into periods: what both ways of asking CloudWatch have in common."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ..contract import ServiceError
from .metrics import Metrics, Point, Series

_DAY = 86_400
_SHORT_PERIODS = (1, 5, 10, 20, 30)
#: Of one metric in one call: what twice GetMetricData's largest page holds.
_MOST_PERIODS = 201_600


def wrong_value(message: str) -> ServiceError:
    """The error for a parameter's value."""
    return ServiceError("InvalidParameterValueException", message)


def wrong_together(message: str) -> ServiceError:
    """The error for parameters that do not go together."""
    return ServiceError("InvalidParameterCombinationException", message)


def check_period(period: int, where: str = "Period") -> None:
    """Raises ServiceError for a period, in seconds, that CloudWatch does not have."""
    if period not in _SHORT_PERIODS and period % 60:
        raise wrong_value(f"The parameter {where} must be 1, 5, 10, 20, 30 or a multiple of 60.")


def check_times(start: float, end: float) -> None:
    """Raises ServiceError when nothing lies between the two."""
    if start >= end:
        message = "The parameter StartTime must be less than the parameter EndTime."
        raise ServiceError("ValidationError", message)


def rounded_start(start: float, period: int) -> int:
    """Where the first period begins (GetMetricData's StartTime: by its age and the period)."""
    age = time.time() - start
    step = 60 if age < 15 * _DAY else 300 if age < 63 * _DAY else 3600
    if period in _SHORT_PERIODS:
        # The engine keeps seconds for as long as it keeps anything.
        step = period
    return int(start // step) * step


def periods(
    metrics: Metrics,
    series: Sequence[Series],
    start: int,
    end: float,
    period: int,
    *,
    exact: bool,
) -> Iterator[tuple[int, list[Point]]]:
    """(beginning, points) of each period from `start` that has any, rising.

    `exact`: every measurement, for a percentile; else what they come to together, which is much
    faster. Raises ServiceError for more periods than one call can answer.
    """
    if not series:
        return
    if not exact:
        found = metrics.summaries(series, start, end, period, _MOST_PERIODS + 1)
        _check_count(len(found))
        yield from ((point.timestamp, [point]) for point in found)
        return
    points = heapq.merge(*(metrics.points(one, start, end) for one in series))
    grouped = groupby(points, lambda p: start + (p.timestamp - start) // period * period)
    for count, (begin, of_it) in enumerate(grouped, 1):
        _check_count(count)
        yield begin, list(of_it)


def _check_count(count: int) -> None:
    if count > _MOST_PERIODS:
        message = (
            f"There are over {_MOST_PERIODS:,} periods with data: choose a longer Period, or a"
            " shorter time."
        )
        raise ServiceError("ValidationError", message)


def dimensions(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Dimensions by name. Raises ServiceError for a name that comes twice."""
    found = {one["Name"]: one["Value"] for one in given}
    if len(found) < len(given):
        raise wrong_value("The parameter Dimensions contains a duplicate name.")
    return found
