"""What a period's measurements come to: Average, Sum, p99, TM(2%:98%) and the rest.

Words and meaning are those of "CloudWatch statistics definitions", Amazon CloudWatch User Guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from .metrics import Point

#: The number a statistic is of some points (at least one); None when they do not tell.
Statistic = Callable[[Sequence[Point]], "float | None"]

_NUMBER = r"\d{1,15}(?:\.\d{1,10})?"
_SHORT = re.compile(rf"(p|tm|wm|tc|ts)({_NUMBER})")
_LONG = re.compile(rf"(TM|WM|TC|TS|PR)\(({_NUMBER})?(%?):({_NUMBER})?(%?)\)")


def _samples(points: Sequence[Point]) -> float:
    return sum(point.samples for point in points)


def _sum(points: Sequence[Point]) -> float:
    return sum(point.sum for point in points)


SIMPLE: Mapping[str, Callable[[Sequence[Point]], float]] = {
    "SampleCount": _samples,
    "Average": lambda points: _sum(points) / _samples(points),
    "Sum": _sum,
    "Minimum": lambda points: min(point.low for point in points),
    "Maximum": lambda points: max(point.high for point in points),
}


def statistic(name: str) -> Statistic | None:
    """The statistic of that name, or None when CloudWatch has none of it.

    A percentile is the smallest measurement that so many percent of all reach: always one that was
    measured. It and what is trimmed are None where measurements came as a summary only.
    """
    if name in SIMPLE:
        return SIMPLE[name]
    if name == "IQM":
        return _ranked(_trimmed("TM"), 25, 75)
    short = _SHORT.fullmatch(name)
    if short:
        kind, percent = short[1], float(short[2])
        if percent > 100:
            return None
        if kind == "p":
            return lambda points: _exact(points, lambda values: _percentile(values, percent))
        return _ranked(_trimmed(kind.upper()), 0, percent)
    long = _LONG.fullmatch(name)
    return _between(*long.groups()) if long else None


def _between(
    kind: str, low: str | None, low_mark: str, high: str | None, high_mark: str
) -> Statistic | None:
    """A statistic of the measurements between two percents, or two values; None for a mixture."""
    if low is None and high is None:
        return None
    marks = {mark for bound, mark in ((low, low_mark), (high, high_mark)) if bound is not None}
    if len(marks) > 1 or (low is None and low_mark) or (high is None and high_mark):
        return None
    lowest = None if low is None else float(low)
    highest = None if high is None else float(high)
    if lowest is not None and highest is not None and lowest >= highest:
        return None
    if marks == {"%"}:
        if kind == "PR" or max(lowest or 0, highest or 0) > 100:
            return None
        return _ranked(_trimmed(kind), lowest or 0, 100 if highest is None else highest)
    return _valued(kind, lowest, highest)


#: Distinct values in order, each with how many measurements had it.
_Values = list[tuple[float, float]]


def _exact(points: Sequence[Point], of: Callable[[_Values], float | None]) -> float | None:
    if any(point.low != point.high for point in points):
        return None
    counted: dict[float, float] = {}
    for point in points:
        counted[point.low] = counted.get(point.low, 0) + point.samples
    return of(sorted(counted.items()))


def _percentile(values: _Values, percent: float) -> float:
    # Rounding must not lift a rank over its whole number.
    wanted = sum(count for _, count in values) * percent / 100 * (1 - 1e-12)
    for value, count in values:
        wanted -= count
        if wanted <= 0:
            return value
    return values[-1][0]


def _trimmed(kind: str) -> Callable[[_Values, _Values], float | None]:
    """What becomes of (those kept, all) for one kind of trimming."""

    def of(kept: _Values, every: _Values) -> float | None:
        count = sum(weight for _, weight in kept)
        total = sum(value * weight for value, weight in kept)
        if kind == "TC":
            return count
        if kind == "TS":
            return total
        return total / count if count else None

    def winsorized(kept: _Values, every: _Values) -> float | None:
        if not kept:
            return None
        low, high = kept[0][0], kept[-1][0]
        moved = sum(min(max(value, low), high) * weight for value, weight in every)
        return moved / sum(weight for _, weight in every)

    return winsorized if kind == "WM" else of


def _ranked(of: Callable[[_Values, _Values], float | None], low: float, high: float) -> Statistic:
    """Of the measurements whose rank is above `low` and up to `high` percent."""

    def keep(values: _Values) -> float | None:
        total = sum(count for _, count in values)
        first, last = total * low / 100, total * high / 100
        kept: _Values = []
        rank = 0.0
        for value, count in values:
            # Equal measurements on both sides of a bound count by their part on this side.
            weight = min(rank + count, last) - max(rank, first)
            if weight > 0:
                kept.append((value, weight))
            rank += count
        return of(kept, values)

    return lambda points: _exact(points, keep)


def _valued(kind: str, low: float | None, high: float | None) -> Statistic:
    """Of the measurements above `low` and up to `high`."""

    def keep(values: _Values) -> float | None:
        kept = [
            (value, count)
            for value, count in values
            if (low is None or value > low) and (high is None or value <= high)
        ]
        every = sum(count for _, count in values)
        if kind == "PR":
            return 100 * sum(count for _, count in kept) / every
        if kind == "WM":
            return sum(count * _clamp(value, low, high) for value, count in values) / every
        return _trimmed(kind)(kept, values)

    return lambda points: _exact(points, keep)


def _clamp(value: float, low: float | None, high: float | None) -> float:
    if low is not None:
        value = max(value, low)
    return value if high is None else min(value, high)
