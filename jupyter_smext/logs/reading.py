"""One stream, read into its spool by a thread of its own for as long as somebody looks at it."""

from __future__ import annotations

import datetime
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ..aws.errors import ProblemError, problem
from ..protocol import LogState, Problem
from .cloudwatch import CloudWatch
from .levels import Levels
from .spool import Spool
from .text import lines_of

_log = logging.getLogger(__name__)

#: Seconds between two looks at the end of a stream, and how long it is read on unlooked at.
AGAIN = 0.5
LINGER = 15.0
#: Bytes of one stream that are kept here.
MOST_BYTES = 1 << 30
#: Seconds between two questions whether the resource is over, how long its last lines may take to
#: arrive, and after what age of its end they are there.
ASK_OVER = 5.0
LATE = 4.0
SETTLED = 60.0
_NICE = 10
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)

Over = Callable[[], float | None]
"""For how many seconds the resource has been over; None while it runs or nobody can tell."""


class Reading:
    """`look` starts it or keeps it going; `told` is called in its thread when it knows more."""

    @property
    def again(self) -> float:
        """Seconds between two looks at the end."""
        return AGAIN

    def __init__(
        self,
        logs: CloudWatch,
        group: str,
        name: str,
        spool: Spool,
        over: Over,
        told: Callable[[], None],
    ) -> None:
        self.group = group
        self.name = name
        self.spool = spool
        self.looked = 0.0
        self.ended = False
        self.problem: Problem | None = None
        self._logs = logs
        self._is_over = over
        self._told = told
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = False
        self._identity: tuple[str, int] | None = None
        self._identity_known = False
        self._failures = 0
        self._begin()

    def _begin(self) -> None:
        self._levels = Levels()
        self._token: str | None = None
        # The time of the latest event, and how many were read of that time.
        self._latest = (0, 0)
        self._skip = 0
        self._at_end: float | None = None
        self._over_at: float | None = None
        self._asked_over = -ASK_OVER

    @property
    def _first_error(self) -> int | None:
        return self._levels.first

    @property
    def _errors(self) -> int:
        return self._levels.errors

    @property
    def at_end(self) -> bool:
        """Whether all that there was has been read once."""
        return self._at_end is not None

    @property
    def state(self) -> LogState:
        at_end = self._at_end
        return LogState(
            lines=self.spool.lines,
            reading=at_end is None and self.problem is None,
            ended=self.ended,
            first_error=self._first_error,
            errors=self._errors,
            behind=None if at_end is None else max(0.0, time.monotonic() - at_end),
            problem=self.problem,
        )

    def look(self) -> None:
        """Somebody looks at it: read on."""
        with self._lock:
            self.looked = time.monotonic()
            # What was over may have been started again; what is too long is so for good.
            again = self._at_end is not None and self.looked - self._at_end > ASK_OVER
            if self._closed or (self.ended and not again):
                return
            if self._thread is None or not self._thread.is_alive():
                # It may have been started again since.
                self.ended, self._over_at, self._asked_over = False, None, -ASK_OVER
                self._identity_known = False
                self._thread = threading.Thread(target=self._run, name="smext-log", daemon=True)
                self._thread.start()

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Read no more; what is being asked comes to its end."""
        self._closed = True
        self._wake.set()

    def join(self, seconds: float) -> None:
        """Wait until its thread has ended."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        if sys.platform == "linux":
            # A long log takes a core for seconds, and the browser that shows it is often here too.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        try:
            while not self._closed and not self.ended:
                with self._lock:
                    if time.monotonic() - self.looked > LINGER:
                        # Said under the lock: who looks now starts another thread.
                        self._thread = None
                        return
                pause = self._turn()
                self._told()
                self._wake.wait(pause)
        except Exception as error:
            _log.exception("The log stream %s could not be read on", self.name)
            self.problem = problem(
                "broken",
                "This log could not be read on",
                f"{type(error).__name__}: {error}",
                "Try again; if it stays, report it with the server's log.",
            )
            self._told()

    def _turn(self) -> float:
        """One page; the seconds to wait before the next."""
        try:
            if not self._identity_known:
                self._check_identity()
            events, token = self._page()
            took = self._take(events)
        except ProblemError as error:
            return self._failed(error.problem)
        except OSError as error:
            return self._failed(_not_kept(error))
        self.problem, self._failures = None, 0
        end = self._go_on(token)
        if self.spool.bytes >= MOST_BYTES:
            self.problem = _too_large()
            self.ended = True
            return 0
        if not end:
            return 0
        self._at_end = time.monotonic()
        self._look_whether_over(quiet=not took)
        if not self.spool.lines and self.ended:
            self.problem = self._why_empty()
        return self.again

    def _page(self) -> tuple[list[dict[str, Any]], str | None]:
        asked: dict[str, Any] = {"startFromHead": True}
        if self._token is not None:
            asked["nextToken"] = self._token
        elif self._latest[0]:
            asked["startTime"] = self._latest[0]
        return self._logs.page(self.group, self.name, **asked)

    def _go_on(self, token: str | None) -> bool:
        """Keep the token of the next page; whether this was the last one."""
        end = token is None or token == self._token
        self._token = token or self._token
        return end

    def _check_identity(self) -> None:
        """A stream that was made anew under its name is another one."""
        stream = self._logs.stream(self.group, self.name)
        if stream is None:
            raise ProblemError(gone(self.spool.lines > 0))
        identity = stream.get("arn", ""), stream.get("creationTime", 0)
        if self._identity not in (None, identity):
            self.spool.clear()
            self._begin()
        self._identity = identity
        self._identity_known = True

    def _take(self, events: list[dict[str, Any]]) -> bool:
        lines: list[bytes] = []
        times: list[int] = []
        for event in events:
            at = int(event.get("timestamp", 0))
            if self._skip and at == self._latest[0]:
                self._skip -= 1
                continue
            self._skip = 0
            self._latest = (at, self._latest[1] + 1 if at == self._latest[0] else 1)
            parts = lines_of(event.get("message", ""))
            lines += parts
            times += [at] * len(parts)
        if lines:
            self.spool.append(lines, times, self._levels.of(lines))
        return bool(lines)

    def _failed(self, found: Problem) -> float:
        self._identity_known = False
        if found.cause == "invalid" and self._token is not None:
            # Tokens hold for 24 hours: go on by time instead, without what is known of it.
            self._token, self._skip = None, self._latest[1]
            return 0
        if found.cause == "not_found":
            found = gone(self.spool.lines > 0)
            self._look_whether_over(quiet=True)
        self.problem = found
        self._failures += 1
        return _PAUSES[min(self._failures, len(_PAUSES)) - 1]

    def _look_whether_over(self, *, quiet: bool) -> None:
        now = time.monotonic()
        if self._over_at is None and now - self._asked_over < ASK_OVER:
            return
        if self._over_at is None:
            self._asked_over = now
            age = self._is_over()
            if age is None:
                return
            # What was said last may arrive after the end is known.
            self._over_at = now - LATE if age > SETTLED else now
        if quiet and now - self._over_at >= LATE:
            self.ended = True

    def _why_empty(self) -> Problem | None:
        """Of a stream that had events and has none: retention took them."""
        stream = self._logs.stream(self.group, self.name)
        last = (stream or {}).get("lastEventTimestamp")
        if last is None:
            return None
        group = next(
            (g for g in self._logs.groups(self.group) if g["logGroupName"] == self.group), {}
        )
        days = group.get("retentionInDays")
        when = datetime.datetime.fromtimestamp(last / 1000, datetime.timezone.utc)
        return problem(
            "not_found",
            "The lines of this log are gone",
            f"The last was written on {when:%Y-%m-%d}"
            + (f", and the log group keeps them for {days} days." if days else "."),
            "Set a longer retention on the log group to keep those to come.",
        )


def gone(known: bool) -> Problem:
    """What is said of a stream that is not there; `known`: lines of it had been read."""
    if known:
        return problem(
            "not_found",
            "This log is no longer in CloudWatch Logs",
            "Its stream was deleted there. What had been read before is shown.",
            "Download it to keep it: it is forgotten when Jupyter ends.",
        )
    return problem(
        "not_found",
        "There is no such log in CloudWatch Logs",
        "Its stream is not there yet, or was deleted.",
        "It is looked for again by itself.",
    )


def _not_kept(error: OSError) -> Problem:
    return problem(
        "broken",
        "The log could not be kept on this machine's disk",
        f"{error.strerror or error}.",
        "Make room on the disk of Jupyter's data directory; it goes on by itself.",
    )


def _too_large() -> Problem:
    return problem(
        "limit",
        f"This log is longer than the {MOST_BYTES >> 30} GiB that are kept here",
        "Its beginning is shown.",
        "Read the rest in CloudWatch Logs, or with `aws logs tail`.",
    )
