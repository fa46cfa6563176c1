"""A metric's measurements cut into periods: what both ways of asking CloudWatch have in common."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from .contract import ServiceError
from .metrics import Metrics, Point, Series

_DAY = 86_400
_SHORT_PERIODS = (1, 5, 10, 20, 30)


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
    metrics: Metrics, series: Sequence[Series], start: int, end: float, period: int
) -> dict[int, list[Point]]:
    """The points of each period from `start` that has any, by its beginning, rising."""
    found: dict[int, list[Point]] = {}
    points = [point for one in series for point in metrics.points(one, start, end)]
    for point in sorted(points):
        begin = start + (point.timestamp - start) // period * period
        found.setdefault(begin, []).append(point)
    return found


def dimensions(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Dimensions by name. Raises ServiceError for a name that comes twice."""
    found = {one["Name"]: one["Value"] for one in given}
    if len(found) < len(given):
        raise wrong_value("The parameter Dimensions contains a duplicate name.")
    return found
