"""The metric file: what is put is kept exactly, over a kill, from many threads, and in bounds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_smext.local.metrics.metrics import KEPT_SECONDS, Datum, Metrics, Point, Summary

NOW = int(time.time())


@pytest.fixture
def metrics(tmp_path: Path) -> Iterator[Metrics]:
    made = Metrics(tmp_path / "metrics.db")
    yield made
    made.close()


def points(metrics: Metrics, name: str = "loss", **dimensions: str) -> list[Point]:
    return [
        point
        for series in metrics.series("r", "n", name, dimensions)
        for point in metrics.points(series, 0, NOW + 10)
    ]


def test_equal_values_of_a_second_are_counted_others_stay_apart(metrics: Metrics) -> None:
    metrics.put("r", "n", [Datum("loss", 0.25, NOW), Datum("loss", 0.25, NOW + 0.9)])
    metrics.put("r", "n", [Datum("loss", 0.5, NOW, count=3), Datum("loss", 0.25, NOW + 1)])
    metrics.put("r", "n", [Summary("loss", 4, 10.0, 1.0, 4.0, NOW + 2)])
    assert points(metrics) == [
        (NOW, 0.25, 0.25, 2, 0.5),
        (NOW, 0.5, 0.5, 3, 1.5),
        (NOW + 1, 0.25, 0.25, 1, 0.25),
        (NOW + 2, 1.0, 4.0, 4, 10.0),
    ]


def test_a_metric_is_its_name_dimensions_and_unit(metrics: Metrics) -> None:
    metrics.put(
        "r",
        "n",
        [
            Datum("loss", 1, NOW),
            Datum("loss", 2, NOW, {"Host": "a", "Job": "j"}),
            Datum("loss", 3, NOW, {"Job": "j", "Host": "a"}),
            Datum("loss", 4, NOW, {"Job": "j"}, "Seconds"),
            Datum("loss", 5, NOW, {"Job": "j"}, "Percent"),
        ],
    )
    assert [point.low for point in points(metrics)] == [1]
    assert [point.low for point in points(metrics, Host="a", Job="j")] == [2, 3]
    units = [series.unit for series in metrics.series("r", "n", "loss", {"Job": "j"})]
    assert units == ["Percent", "Seconds"]
    assert metrics.series("other", "n", "loss", {}) == []
    assert metrics.series("r", "n", "loss", {"Job": "k"}) == []
    assert len(metrics.all("r")) == len(metrics.all("r", namespace="n", name="loss")) == 4
    assert metrics.all("r", namespace="m") == metrics.all("r", name="x") == []


def test_the_end_of_a_time_is_not_in_it(metrics: Metrics) -> None:
    metrics.put("r", "n", [Datum("loss", i, NOW + i) for i in range(5)])
    (series,) = metrics.series("r", "n", "loss", {})
    assert [p.low for p in metrics.points(series, NOW + 1, NOW + 3)] == [1, 2]


def test_no_number_is_not_kept_and_nothing_beside_it(metrics: Metrics) -> None:
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="loss: a measurement must be a finite number"):
            metrics.put("r", "n", [Datum("loss", 1, NOW), Datum("loss", bad, NOW)])
    assert metrics.all("r") == []


def test_it_is_all_there_without_a_close(tmp_path: Path) -> None:
    first = Metrics(tmp_path / "metrics.db")
    first.put("r", "n", [Datum("loss", 1, NOW)])
    again = Metrics(tmp_path / "metrics.db")
    again.put("r", "n", [Datum("loss", 1, NOW)])
    assert points(again) == points(first) == [(NOW, 1, 1, 2, 2)]
    again.close()
    first.close()


def test_threads_lose_nothing(metrics: Metrics) -> None:
    def write(number: int) -> None:
        for i in range(100):
            metrics.put("r", "n", [Datum("loss", 1, NOW - i), Datum(f"own{number}", i, NOW)])

    threads = [threading.Thread(target=write, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [point.samples for point in points(metrics)] == [6] * 100
    assert [len(points(metrics, f"own{i}")) for i in range(6)] == [100] * 6


def test_the_metric_with_the_most_points_makes_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics(tmp_path / "metrics.db", most=3000)
    with caplog.at_level(logging.WARNING):
        metrics.put("r", "n", [Datum("loss", i, NOW - 9000 + i) for i in range(100)])
        assert caplog.text == ""
        for start in range(0, 8000, 500):
            metrics.put(
                "r", "n", [Datum("latency", i, NOW - 8000 + i) for i in range(start, start + 500)]
            )
    assert "SMEXT_LOCAL_METRIC_POINTS" in caplog.text
    assert len(points(metrics)) == 100
    kept = points(metrics, "latency")
    assert 2000 < len(kept) <= 2900
    assert [point.low for point in kept] == list(range(8000 - len(kept), 8000))
    metrics.close()


def test_what_is_very_old_goes(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path / "metrics.db")
    metrics.put("r", "n", [Datum("loss", 1, NOW - KEPT_SECONDS - 60), Datum("loss", 2, NOW)])
    metrics.close()
    again = Metrics(tmp_path / "metrics.db")
    again.put("r", "n", [Datum("loss", 3, NOW + 1)])
    assert [point.low for point in points(again)] == [2, 3]
    again.close()


def test_periods_come_to_what_their_points_do(metrics: Metrics) -> None:
    data = [Datum("loss", i % 7, NOW - 20_000 + i) for i in range(20_000)]
    metrics.put("r", "n", [*data, Summary("loss", 4, 10.0, -1.0, 40.0, NOW - 1)])
    (series,) = metrics.series("r", "n", "loss", {})
    every = list(metrics.points(series, NOW - 15_000, NOW))
    assert len(every) == 15_001
    assert every == sorted(every)
    start = NOW - 15_000
    found = metrics.summaries([series], start, NOW, 600, 100)
    assert [point.timestamp for point in found] == list(range(start, NOW, 600))
    for point in found:
        of_it = [p for p in every if 0 <= p.timestamp - point.timestamp < 600]
        assert point.samples == sum(p.samples for p in of_it)
        assert point.sum == sum(p.sum for p in of_it)
        assert (point.low, point.high) == (min(p.low for p in of_it), max(p.high for p in of_it))
    assert len(metrics.summaries([series], start, NOW, 600, 3)) == 3
