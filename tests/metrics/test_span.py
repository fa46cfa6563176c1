"""Which time is read, and how far apart its values are."""

from __future__ import annotations

import pytest

from jupyter_smext.kinds import kind
from jupyter_smext.kinds.measured import Measured
from jupyter_smext.metrics.span import DAY, HOUR, span_of

NOW = 1_800_000_000.0


def measured(name: str) -> Measured:
    found = kind(name).metrics
    assert found is not None
    return found


def test_a_job_has_its_own_time() -> None:
    job = {"CreationTime": NOW - 600, "TrainingStartTime": NOW - 500, "TrainingEndTime": NOW - 400}
    assert span_of(measured("training-job"), job, None, None, NOW) == (
        NOW - 500,
        NOW - 399,
        1,
        False,
    )


def test_a_job_that_waits_is_seen_from_its_creation_until_now() -> None:
    span = span_of(measured("training-job"), {"CreationTime": NOW - 30}, None, None, NOW)
    assert span == (NOW - 30, NOW + 1, 1, True)


def test_values_that_come_late_are_waited_for() -> None:
    job = {"CreationTime": NOW - 600, "TrainingEndTime": NOW - 60}
    assert span_of(measured("training-job"), job, None, None, NOW).live


def test_what_has_no_end_is_seen_for_an_hour() -> None:
    span = span_of(measured("endpoint"), {"CreationTime": NOW - 9 * DAY}, None, None, NOW)
    assert (span.end - span.start, span.period, span.live) == (HOUR + 60, 60, True)


@pytest.mark.parametrize(
    ("seconds", "ago", "period"),
    [
        (60, 0, 1),
        (HOUR, 0, 10),
        # Finer than a minute is not kept for longer than 3 hours, than 5 minutes not for 15 days.
        (60, 4 * HOUR, 60),
        (60, 16 * DAY, 300),
        (60, 70 * DAY, 3600),
        (DAY, 0, 300),
        (7 * DAY, 0, 1800),
        (400 * DAY, 0, 86_400),
    ],
)
def test_values_are_as_fine_as_kept_and_as_few_as_a_plot_shows(
    seconds: float, ago: float, period: int
) -> None:
    end = NOW - ago
    span = span_of(measured("training-job"), {}, end - seconds, end, NOW)
    assert span.period == period
    assert span.start % period == 0 and span.end % period == 0
    assert span.start <= end - seconds and span.end >= end
    assert (span.end - span.start) / period <= 1440


def test_a_range_in_the_future_is_not_one_of_nothing() -> None:
    span = span_of(measured("endpoint"), {}, NOW + DAY, NOW + 2 * DAY, NOW)
    assert span.start < span.end
