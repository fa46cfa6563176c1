"""When to read again: often while something is busy, seldom when idle, never unwatched."""

from __future__ import annotations

from dataclasses import dataclass, field

INTEREST = 90.0
"""Seconds that a look at the inventory keeps it being read."""

BUSY = 3.5
"""Seconds from the end of a sweep to the next while something is busy: a change shows within 5."""

PENDING = 60.0
"""Seconds that a change made from here counts as busy, whatever the states say."""

LONGEST = 300.0
"""The longest pause after throttles, in seconds."""


@dataclass
class Pace:
    """The cadence of one connection and region. All times are seconds of one monotonic clock.

    `idle` is the pause when nothing is busy, and the age at which a full sweep is due again.
    """

    idle: float = 25.0
    _looked: float | None = field(default=None, init=False)
    _ended: float | None = field(default=None, init=False)
    _full: float | None = field(default=None, init=False)
    _hurry: float = field(default=0.0, init=False)
    _strikes: int = field(default=0, init=False)

    def look(self, now: float) -> None:
        """Someone looks."""
        self._looked = now

    def watched(self, now: float) -> bool:
        """Whether anyone looked lately."""
        return self._looked is not None and now - self._looked < INTEREST

    def hurry(self, now: float) -> None:
        """A change was asked for: keep a close eye on what comes of it."""
        self._hurry = now + PENDING

    def swept(self, now: float, *, full: bool, throttled: bool) -> None:
        """A sweep ended at `now`; a throttled one doubles the pause, one without ends that."""
        self._ended = now
        if full:
            self._full = now
        self._strikes = self._strikes + 1 if throttled else 0

    def due(self, now: float, *, busy: bool) -> float:
        """When the next sweep is due."""
        if self._ended is None:
            return now
        pause = min(BUSY, self.idle) if busy or now < self._hurry else self.idle
        return float(self._ended + max(pause, min(LONGEST, pause * 2**self._strikes)))

    def full_due(self, now: float, *, busy: bool) -> bool:
        """Whether the sweep that starts now has to be a full one: only those find deletions."""
        if self._full is None or not (busy or now < self._hurry):
            return True
        return now - self._full >= self.idle
