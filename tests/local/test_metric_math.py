"""Statistics mean what CloudWatch's guide says, and expressions are computed or refused."""

from __future__ import annotations

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.metrics.math import Expression, Sums
from jupyter_smext.local.metrics.metrics import Point
from jupyter_smext.local.metrics.statistics import statistic


def of(*values: float) -> list[Point]:
    return [Point(0, value, value, 1, value) for value in values]


HUNDRED = of(*range(1, 101))


@pytest.mark.parametrize(
    ("name", "points", "expected"),
    [
        ("SampleCount", of(1, 2, 4), 3),
        ("Average", of(1, 2, 6), 3),
        ("Sum", of(1, 2, 4), 7),
        ("Minimum", of(3, 1, 4), 1),
        ("Maximum", of(3, 1, 4), 4),
        ("Average", [Point(0, 1, 9, 4, 12)], 3),
        ("Minimum", [Point(0, 1, 9, 4, 12)], 1),
        ("Maximum", [Point(0, 1, 9, 4, 12), Point(0, 2, 2, 1, 2)], 9),
        ("p50", HUNDRED, 50),
        ("p99", HUNDRED, 99),
        ("p99.9", HUNDRED, 100),
        ("p0", HUNDRED, 1),
        ("p100", HUNDRED, 100),
        ("p90", of(5), 5),
        ("p50", [Point(0, 1, 1, 99, 99), Point(0, 7, 7, 1, 7)], 1),
        ("p99.5", [Point(0, 1, 1, 99, 99), Point(0, 7, 7, 1, 7)], 7),
        ("p55", of(*range(1, 21)), 11),
        ("tm90", HUNDRED, 45.5),
        ("TM(:90%)", HUNDRED, 45.5),
        ("TM(2%:98%)", HUNDRED, 50.5),
        ("TM(150:1000)", of(150, 151, 1000, 1001), 575.5),
        ("TM(150:1000)", of(1, 2), None),
        ("IQM", HUNDRED, 50.5),
        ("IQM", of(1, 2, 3, 1000), 2.5),
        ("wm90", HUNDRED, (sum(range(1, 91)) + 10 * 90) / 100),
        ("WM(10%:90%)", HUNDRED, 50.5),
        ("WM(2:3)", of(1, 2, 3, 10), 2.5),
        ("tc90", HUNDRED, 90),
        ("TC(10:20)", HUNDRED, 10),
        ("tc50", of(1, 2, 3), 1.5),
        ("ts90", HUNDRED, sum(range(1, 91))),
        ("TS(80%:)", HUNDRED, sum(range(81, 101))),
        ("PR(:30)", HUNDRED, 30),
        ("PR(10:20)", HUNDRED, 10),
        ("PR(99.5:)", HUNDRED, 1),
    ],
)
def test_statistics(name: str, points: list[Point], expected: float | None) -> None:
    function = statistic(name)
    assert function is not None
    assert function(points) == (None if expected is None else pytest.approx(expected))


def test_a_summary_tells_no_percentile() -> None:
    summary = [Point(0, 1, 9, 4, 12), *of(3)]
    for name in ("p50", "tm90", "IQM", "PR(:3)", "WM(:3)", "tc90"):
        function = statistic(name)
        assert function is not None
        assert function(summary) is None
        # Docs of PutMetricData: one whose Minimum is its Maximum does.
        assert function([Point(0, 3, 3, 4, 12)]) is not None


@pytest.mark.parametrize(
    "name",
    ["p101", "p", "P50", "average", "TM()", "TM(:)", "TM(5:2%)", "TM(9:3)", "PR(:5%)", "xx9"]
    + ["TM(%:5)", "TM(1%:101%)", "p1e1", ""],
)
def test_what_is_no_statistic(name: str) -> None:
    assert statistic(name) is None


M1 = {0: 1.0, 60: 2.0, 120: 3.0}
M2 = {60: 10.0, 120: 0.0, 180: 5.0}


def computed(text: str, **others: str) -> dict[int, float]:
    sums = Sums()
    sums.add_series("m1", M1, 60)
    sums.add_series("m2", M2, 60)
    sums.add_series("empty", {}, 60)
    for name, other in {**others, "e": text}.items():
        sums.add_expression(name, Expression(name, other))
    return sums.series("e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m1", M1),
        ("m1 + 1", {0: 2, 60: 3, 120: 4}),
        ("m1 + m2", {60: 12, 120: 3}),
        ("m1 / m2", {60: 0.2}),
        ("2 * m1 ^ 2 - 1", {0: 1, 60: 7, 120: 17}),
        ("-m1 + 4 / 2", {0: 1, 60: 0, 120: -1}),
        ("(m1 + 1) * 2", {0: 4, 60: 6, 120: 8}),
        ("m1 / SUM(m1) * 100", {0: 100 / 6, 60: 200 / 6, 120: 50}),
        ("SUM(METRICS())", {0: 1, 60: 12, 120: 3, 180: 5}),
        ('MAX(METRICS("m"))', {0: 1, 60: 10, 120: 3, 180: 5}),
        ("AVG([m1, m2])", {0: 1, 60: 6, 120: 1.5, 180: 5}),
        ("m1 - MIN(m1) + MAX(m1) - AVG(m1)", {0: 1, 60: 2, 120: 3}),
        ("SUM(METRICS() / PERIOD(m1)) * 60", {0: 1, 60: 12, 120: 3, 180: 5}),
        ("FLOOR(m1 / 2) + CEIL(m1 / 2) + ABS(-m1)", {0: 2, 60: 4, 120: 6}),
        ("m1 / SUM(empty)", {}),
        ("other * 2", {0: 4, 60: 6, 120: 8}),
        ("m1 ^ 1e6 + m1 * 0", {0: 1}),
    ],
)
def test_expressions(text: str, expected: dict[int, float]) -> None:
    assert computed(text, other="m1 + 1") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 + 1", "gives a number"),
        ("SUM(m1)", "gives a number"),
        ("METRICS() * 2", "gives several time series"),
        ("m3", "no query with the id 'm3'"),
        ("m1 +", "is not expected"),
        ("m1 m2", "'m2' is not expected"),
        ("(m1", "is expected before"),
        ("m1 $ 2", "not understood"),
        ("FILL(m1, 0)", "does not run FILL; it runs ABS"),
        ("SEARCH('x', 'Sum', 60)", "does not run SEARCH"),
        ("AVG(3)", "needs time series"),
        ("[1, m1]", "holds time series only"),
        ("METRICS() + METRICS()", "two arrays"),
        ("m1 + 1/0", "has no value"),
        ("e", "needs 'e'"),
        ("loop", "needs"),
        ("PERIOD(e)", "the id of a metric"),
        ("(" * 900 + "m1" + ")" * 900, "nested too deeply"),
        ("", "is not expected"),
    ],
)
def test_wrong_expressions_are_named(text: str, why: str) -> None:
    with pytest.raises(ServiceError, match=why) as error:
        computed(text, loop="e + 1")
    assert error.value.code == "ValidationError"
    assert "Error in expression '" in error.value.message
