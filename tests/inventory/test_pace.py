"""The cadence: fast while busy, slow when idle, slower after throttles, nothing unwatched."""

from __future__ import annotations

from jupyter_smext.inventory.pace import Pace


def test_nobody_looks_nothing_is_read() -> None:
    pace = Pace()
    assert not pace.watched(0)
    pace.look(10)
    assert pace.watched(99)
    assert not pace.watched(100)


def test_the_first_sweep_is_due_at_once_and_full() -> None:
    pace = Pace()
    assert pace.due(7, busy=False) == 7
    assert pace.full_due(7, busy=True)


def test_busy_is_read_soon_and_idle_after_twenty_five_seconds() -> None:
    pace = Pace()
    pace.swept(100, full=True, throttled=False)
    assert pace.due(100, busy=True) == 103.5
    assert pace.due(100, busy=False) == 125


def test_while_busy_a_full_sweep_comes_every_twenty_five_seconds() -> None:
    pace = Pace()
    pace.swept(100, full=True, throttled=False)
    pace.swept(104, full=False, throttled=False)
    assert not pace.full_due(108, busy=True)
    assert pace.full_due(125, busy=True)
    assert pace.full_due(108, busy=False)


def test_a_change_made_from_here_counts_as_busy_for_a_minute() -> None:
    pace = Pace()
    pace.swept(100, full=True, throttled=False)
    pace.hurry(100)
    assert pace.due(101, busy=False) == 103.5
    assert pace.due(161, busy=False) == 125


def test_throttles_double_the_pause_up_to_five_minutes() -> None:
    pace = Pace()
    pauses = []
    for _ in range(8):
        pace.swept(0, full=True, throttled=True)
        pauses.append(pace.due(0, busy=False))
    assert pauses[:3] == [50, 100, 200] and pauses[-1] == 300
    pace.swept(0, full=True, throttled=False)
    assert pace.due(0, busy=False) == 25
