"""All streams of a resource as one, in the order of their times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ..aws.errors import ProblemError
from .levels import Levels
from .reading import Reading, gone
from .text import lines_of

#: What the name of a stream that is all of them ends with: no stream's own name holds it.
ALL = "*"
#: Milliseconds that a stream's events may arrive later than another's, and are read again for.
OVERLAP = 10_000


class MergedReading(Reading):
    """The streams whose names begin with `name`, without its `ALL`, each line after its stream's
    label.

    FilterLogEvents puts events in the order of their times; what arrives late follows those that
    were read. It may be asked five times a second, so it is asked less often than a stream.
    """

    label: Callable[[str], str]

    def _begin(self) -> None:
        super()._begin()
        self._by_stream: defaultdict[str, Levels] = defaultdict(Levels)
        self._first: int | None = None
        self._seen: dict[str, int] = {}
        self._asked: dict[str, Any] = {}

    @property
    def again(self) -> float:
        return 1.0

    @property
    def _first_error(self) -> int | None:
        return self._first

    @property
    def _errors(self) -> int:
        return sum(levels.errors for levels in list(self._by_stream.values()))

    def _page(self) -> tuple[list[dict[str, Any]], str | None]:
        asked: dict[str, Any] = {}
        if self._latest[0]:
            asked["startTime"] = max(0, self._latest[0] - OVERLAP)
        if self._token is not None:
            # A token holds for the request that it came of.
            asked = {**self._asked, "nextToken": self._token}
        self._asked = {name: value for name, value in asked.items() if name != "nextToken"}
        return self._logs.merged(self.group, self.name.removesuffix(ALL), **asked)

    def _go_on(self, token: str | None) -> bool:
        self._token = token
        return token is None

    def _check_identity(self) -> None:
        if next(self._logs.streams(self.group, self.name.removesuffix(ALL)), None) is None:
            raise ProblemError(gone(self.spool.lines > 0))
        self._identity_known = True

    def _take(self, events: list[dict[str, Any]]) -> bool:
        raw: list[bytes] = []
        lines: list[bytes] = []
        times: list[int] = []
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for event in events:
            at, id = int(event.get("timestamp", 0)), event.get("eventId", "")
            if id in self._seen:
                continue
            self._seen[id] = at
            self._latest = (max(at, self._latest[0]), 0)
            stream = event.get("logStreamName", "")
            label = self.label(stream).encode()
            for line in lines_of(event.get("message", "")):
                numbers[stream].append(len(raw))
                raw.append(line)
                lines.append(b"%s  %s" % (label, line))
                times.append(at)
        since = self._latest[0] - OVERLAP
        self._seen = {id: at for id, at in self._seen.items() if at >= since}
        if lines:
            self.spool.append(lines, times, self._levels_of(raw, numbers))
        return bool(lines)

    def _levels_of(self, raw: list[bytes], numbers: dict[str, list[int]]) -> bytearray:
        """The levels of lines: a traceback goes on in its own stream."""
        found = bytearray(len(raw))
        for stream, its in numbers.items():
            levels = self._by_stream[stream]
            before = levels.errors
            for number, level in zip(its, levels.of([raw[n] for n in its]), strict=True):
                found[number] = level
            if levels.errors > before and self._first is None:
                told = next((n for n in its if found[n] == 2), None)
                self._first = None if told is None else self.spool.lines + told
        return found

    def _why_empty(self) -> None:
        """A stream by itself tells it."""
