"""What CloudWatch has measured of a resource."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem

MetricGroup = Literal["algorithm", "invocations", "instance"]


class MetricSeries(msgspec.Struct, frozen=True):
    """One statistic of one metric over a time.

    `name` and `statistic` are CloudWatch's words (`ModelLatency`, `p90`), `label` is the metric in
    words. `of` is what of the resource it is measured of, its host or variant. `id` is the same for
    the same of another resource. `times` are epoch seconds and rise; `unit` is `%`, `ms`, `s`, or
    empty for numbers and counts.
    """

    id: str
    name: str
    label: str
    group: MetricGroup
    unit: str
    statistic: str
    of: str
    times: tuple[float, ...]
    values: tuple[float, ...]


class Metrics(msgspec.Struct, frozen=True):
    """A resource's metrics from `start` to `end`, epoch seconds, a value each `period` seconds.

    `live`: newer values may come, and are worth asking for `every` seconds from now on. `problems`
    say what is not there and why; `ranged`: it has no end of its own, so that a range is chosen.
    """

    start: float
    end: float
    period: int
    read_at: float
    live: bool
    every: float
    ranged: bool
    series: tuple[MetricSeries, ...]
    problems: tuple[Problem, ...]
