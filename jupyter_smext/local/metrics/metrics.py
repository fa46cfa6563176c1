"""Metrics and their data points, in one SQLite file of bounded size."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .. import limits
from ..database import Database

_log = logging.getLogger(__name__)

#: AWS keeps the coarsest of its data so long: 455 days.
KEPT_SECONDS = 455 * 86_400

_HOUR = 3600
_CHUNK = 5000
_SCHEMA = """
create table if not exists series (
    id integer primary key, region text not null, namespace text not null, name text not null,
    dimensions text not null, unit text not null, last integer not null,
    unique (region, namespace, name, dimensions, unit)
);
create table if not exists points (
    series integer not null, timestamp integer not null, low real not null, high real not null,
    count real not null, sum real not null,
    primary key (series, timestamp, low, high)
) without rowid;
"""
_ADD = """
insert into points values (?,?,?,?,?,?) on conflict do update set
    count = count + excluded.count, sum = sum + excluded.sum
"""
_EXACT = "region=? and namespace=? and name=? and dimensions=? and unit=?"
_SERIES = "select id, namespace, name, dimensions, unit, last from series"


@dataclass(frozen=True)
class Datum:
    """`count` equal measurements; `timestamp` is epoch seconds, kept to the second."""

    name: str
    value: float
    timestamp: float
    dimensions: Mapping[str, str] = field(default_factory=dict)
    unit: str = "None"
    count: float = 1.0


@dataclass(frozen=True)
class Summary:
    """Measurements of which only this is known; `timestamp` is epoch seconds."""

    name: str
    count: float
    sum: float
    low: float
    high: float
    timestamp: float
    dimensions: Mapping[str, str] = field(default_factory=dict)
    unit: str = "None"


class Point(NamedTuple):
    """Measurements of one second, all between `low` and `high`: all the same, when these are."""

    timestamp: int
    low: float
    high: float
    samples: float
    sum: float


class Series(NamedTuple):
    """One metric in one unit, as far as it was ever put."""

    id: int
    namespace: str
    name: str
    dimensions: dict[str, str]
    unit: str
    last: int


class Metrics:
    """Every metric of an engine. All methods are blocking and safe from any thread.

    Values stay apart to the second, so that any percentile of any period is exact: finer than AWS,
    which keeps a minute unless asked for a second. What `put` returned from survives a kill -9. At
    most `most` points are kept (SMEXT_LOCAL_METRIC_POINTS, 4 million), none for over 455 days:
    beyond them the metric with the most points loses its oldest.
    """

    def __init__(self, path: Path, most: int | None = None) -> None:
        self.most = most or limits.METRIC_POINTS.value()
        self._db = Database(path, _SCHEMA)
        # To count takes a while, and the engine is to be ready at once: the first put does it.
        self._points = self.most
        self._expired_at = 0.0

    def put(self, region: str, namespace: str, data: Iterable[Datum | Summary]) -> None:
        """Add measurements in one transaction. Raises ValueError for one that is not finite."""
        now = int(time.time())
        rows = []
        for datum in data:
            if isinstance(datum, Datum):
                low = high = datum.value
                count, total = datum.count, datum.value * datum.count
            else:
                low, high, count, total = datum.low, datum.high, datum.count, datum.sum
            if not all(map(math.isfinite, (low, high, count, total, datum.timestamp))):
                raise ValueError(f"{datum.name}: a measurement must be a finite number")
            series = (region, namespace, datum.name, _words(datum.dimensions), datum.unit)
            rows.append((series, math.floor(datum.timestamp), low, high, count, total))
        if not rows:
            return
        with self._db.write() as db:
            ids = {}
            for series in {row[0] for row in rows}:
                db.execute(
                    "insert into series (region, namespace, name, dimensions, unit, last)"
                    " values (?,?,?,?,?,?) on conflict do update set last = excluded.last",
                    (*series, now),
                )
                ids[series] = db.execute(f"select id from series where {_EXACT}", series).fetchone()
            db.executemany(_ADD, [(*ids[row[0]], *row[1:]) for row in rows])
        self._points += len(rows)
        self._bound()

    def series(
        self, region: str, namespace: str, name: str, dimensions: Mapping[str, str]
    ) -> list[Series]:
        """One metric, once for each unit that it was put in; [] when it never was."""
        rows = self._db.rows(
            f"{_SERIES} where region=? and namespace=? and name=? and dimensions=? order by unit",
            (region, namespace, name, _words(dimensions)),
        )
        return [_as_series(row) for row in rows]

    def all(self, region: str, *, namespace: str = "", name: str = "") -> list[Series]:
        """Every metric, of one namespace or name when these are given, in a lasting order."""
        rows = self._db.rows(
            f"{_SERIES} where region=?1 and (?2='' or namespace=?2) and (?3='' or name=?3)"
            " order by namespace, name, dimensions, unit",
            (region, namespace, name),
        )
        return [_as_series(row) for row in rows]

    def points(self, series: Series, start: float, end: float) -> Iterator[Point]:
        """What was measured from `start` to before `end` (epoch seconds), in order of time.

        Read a piece at a time: there may be millions.
        """
        at: tuple[float, float, float] = (start, -math.inf, -math.inf)
        while True:
            rows = self._db.rows(
                "select timestamp, low, high, count, sum from points where series=?"
                " and (timestamp, low, high) > (?, ?, ?) and timestamp<?"
                " order by timestamp, low, high limit ?",
                (series.id, *at, end, _CHUNK),
            )
            yield from (Point(*row) for row in rows)
            if len(rows) < _CHUNK:
                return
            at = rows[-1][:3]

    def summaries(
        self, series: Sequence[Series], start: int, end: float, period: int, most: int
    ) -> list[Point]:
        """One point for each period from `start` that has any, its timestamp the period's begin.

        Rising; at most `most` of them.
        """
        marks = ",".join("?" * len(series))
        rows = self._db.rows(
            "select ?1 + (timestamp - ?1) / ?2 * ?2 as begin, min(low), max(high), sum(count),"
            f" sum(sum) from points where timestamp>=?1 and timestamp<?3 and series in ({marks})"
            " group by begin order by begin limit ?",
            (start, period, end, *(one.id for one in series), most),
        )
        return [Point(*row) for row in rows]

    def close(self) -> None:
        """Close the file; what was put stays."""
        self._db.close()

    def _bound(self) -> None:
        if time.time() - self._expired_at > _HOUR:
            self._expire()
        if self._points <= self.most:
            return
        with self._db.write() as db:
            self._points = counted = db.execute("select count(*) from points").fetchone()[0]
            while self._points > self.most:
                series, size = db.execute(
                    "select series, count(*) from points group by series order by 2 desc limit 1"
                ).fetchone()
                # Room for a while, so that not every put has to make some.
                surplus = self._points - self.most + self.most // 64
                cut = db.execute(
                    "delete from points where series=?1 and timestamp<=("
                    "select timestamp from points where series=?1 order by timestamp"
                    " limit 1 offset ?2)",
                    (series, min(surplus, size // 2)),
                )
                self._points -= cut.rowcount
        if self._points < counted:
            self._db.shrink()
            _log.warning(
                "There were over %d points of metrics (SMEXT_LOCAL_METRIC_POINTS):"
                " the oldest %d of those with the most are removed.",
                self.most,
                counted - self._points,
            )

    def _expire(self) -> None:
        self._expired_at = time.time()
        oldest = self._expired_at - KEPT_SECONDS
        with self._db.write() as db:
            self._points -= db.execute("delete from points where timestamp<?", (oldest,)).rowcount
            db.execute("delete from series where last<?", (oldest,))


def _words(dimensions: Mapping[str, str]) -> str:
    """Dimensions as a key: their order says nothing."""
    return json.dumps(dict(dimensions), sort_keys=True)


def _as_series(row: tuple[int, str, str, str, str, int]) -> Series:
    number, namespace, name, dimensions, unit, last = row
    return Series(number, namespace, name, json.loads(dimensions), unit, last)
