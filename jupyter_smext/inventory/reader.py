"""Reads kinds: plans the list calls, and makes rows of their answers in the workers' threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from ..aws.errors import ProblemError
from ..kinds import Kind
from ..protocol import Problem, Row
from . import resources
from .client import Client
from .instances import Instances
from .pages import Key
from .rows import merged, ordered, row_of
from .sweep import NARROW, WIDE, Items, Parts, Read, changes, start, whole
from .workers import Workers

DESCRIBES = 10
"""Resources that left the busy states and are described; for more, the list is read whole."""


@dataclass(frozen=True)
class Outcome:
    """What a read brought: all rows there are, or why there are none. `started` is monotonic."""

    key: Key
    started: float
    read_at: float
    rows: tuple[Row, ...]
    problem: Problem | None


class Reader:
    """The list calls of one connection and region. `windows` cuts long lists into time windows."""

    def __init__(
        self, client: Client, workers: Workers, instances: Instances, *, windows: bool
    ) -> None:
        self._client = client
        self._workers = workers
        self._instances = instances
        self._windows = windows
        self._unwindowed: set[str] = set()
        self._width = WIDE
        self._last: dict[Key, tuple[Parts, tuple[Row, ...]]] = {}

    def plan(self, kind: Kind, parent: str | None, known: tuple[Row, ...], *, full: bool) -> Read:
        """How to read a kind now. Raises BadId when the parent's id is not one."""
        if not full:
            found = changes(kind, parent, known)
            if found is not None:
                return found
        windowed = self._windows and kind.list_operation not in self._unwindowed
        return whole(kind, parent, known, windowed)

    def start(
        self, reads: Iterable[Read], done: Callable[[Read, Outcome], object]
    ) -> list[Future[None]]:
        """Start reading; `done` is called in a worker's thread once per read, at its end."""
        started = time.monotonic()

        def finish(read: Read, parts: Parts | None, error: Exception | None) -> None:
            rows: tuple[Row, ...] = ()
            problem = None
            try:
                if error is not None:
                    raise error
                rows = self._same(read, parts or ())
            except Exception as failure:
                problem = self._client.problem(failure, read.kind.list_operation).problem
            done(read, Outcome(read.key, started, time.time(), rows, problem))

        return start(reads, self._workers, self._width, self._walk, finish)

    def throttled(self) -> bool:
        """Whether AWS throttled since this was asked last; the next sweep then goes easier."""
        throttled = self._client.throttled()
        self._width = NARROW if throttled else WIDE
        self._unwindowed |= throttled
        return bool(throttled)

    def _walk(self, read: Read, chain: Mapping[str, Any]) -> Items:
        return self._client.walk(read.kind, chain)

    def _same(self, read: Read, parts: Parts) -> tuple[Row, ...]:
        """The rows of last time if AWS said the same: making them is a good part of a sweep."""
        before, rows = self._last.get(read.key, ((), ()))
        if not read.whole or not before or parts != before:
            rows = self._rows(read, parts)
            if read.whole:
                self._last[read.key] = (parts, rows)
        return self._instances.filled(read.kind, rows)

    def _rows(self, read: Read, parts: Parts) -> tuple[Row, ...]:
        kind = read.kind
        found: dict[str, Row] = {}
        for chain, items in parts:
            for item in items:
                row = row_of(kind, item, chain)
                # Not every list can be asked for one parent's only.
                if read.parent is None or row.parent in (None, read.parent):
                    found[row.id] = row
        if not read.whole:
            left = [row for row in read.known if row.tone == "busy" and row.id not in found]
            ended = self._ended(kind, left)
            if ended is None:
                again = whole(kind, read.parent, read.known, windowed=False)
                return self._rows(again, [(c, self._walk(again, c)) for c in again.chains])
            gone = {row.id for row in left} - ended.keys()
            kept = {row.id: row for row in read.known if row.id not in gone}
            found = {**kept, **ended, **found}
        return ordered(found.values())

    def _ended(self, kind: Kind, left: Sequence[Row]) -> dict[str, Row] | None:
        """What became of resources that are not busy any more; None when the list has to tell."""
        if len(left) > DESCRIBES or (left and kind.describe_operation is None):
            return None
        ended: dict[str, Row] = {}
        for row in left:
            try:
                now = resources.described(kind, row.id, self._client, row).row
            except ProblemError as error:
                if error.problem.cause != "not_found":
                    return None
                continue
            ended[row.id] = merged(row, now)
        return ended
