"""One sweep: many list chains side by side, each kind answered as soon as its own chains end."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..kinds import Kind, chains
from ..protocol import Row
from ..tones import tone
from .pages import Key
from .windows import cut, since
from .workers import Workers

Items = list[dict[str, Any]]

WIDE = 64
"""Chains read at once; latency is what a sweep waits for."""

NARROW = 8
"""Chains read at once after a throttle: more only got more of them refused."""

LONG = 100
"""Rows above which a fast sweep asks for the changes only: what one page holds."""


@dataclass(frozen=True, eq=False)
class Read:
    """What is read of one kind: list chains (their parameters), `known` rows from last time.

    A read that is not `whole` finds what is new and what is busy, not what was deleted.
    """

    kind: Kind
    chains: tuple[Mapping[str, Any], ...]
    parent: str | None = None
    known: tuple[Row, ...] = ()
    whole: bool = True

    @property
    def key(self) -> Key:
        return self.kind.id, self.parent

    @cached_property
    def weight(self) -> int:
        """Rows that one chain is expected to bring."""
        return len(self.known) // len(self.chains)


def whole(kind: Kind, parent: str | None, known: tuple[Row, ...], windowed: bool) -> Read:
    """All rows, in time windows if asked and possible. Raises BadId for the parent."""
    fixed: Iterable[Mapping[str, Any]] = chains(kind, parent)
    if windowed and kind.time_filters is not None:
        pieces = cut((row.created for row in known), kind.time_filters)
        fixed = [{**chain, **piece} for chain in fixed for piece in pieces]
    return Read(kind, tuple(fixed), parent, known)


def busy_states(kind: Kind) -> tuple[str, ...]:
    """The states that a resource does not stay in."""
    return tuple(state for state in kind.states if tone(state) == "busy")


def changes(kind: Kind, parent: str | None, known: tuple[Row, ...]) -> Read | None:
    """What is new and what is busy, for a long list; None when only all rows will do.

    `LastModifiedTimeAfter` is not used: it is slow or ignored for some operations
    (aws/aws-cli#7596, aws/aws-sdk-net#926).
    """
    countable = not kind.states or kind.status_filter
    if len(known) <= LONG or not (kind.newest_first and kind.time_filters and countable):
        return None
    newest = since((row.created for row in known), kind.time_filters[0])
    if not newest:
        return None
    parts: list[Mapping[str, Any]] = []
    for fixed in chains(kind, parent):
        parts.append({**fixed, **kind.newest_first, **newest})
        for state in busy_states(kind):
            parts.append({**fixed, str(kind.status_filter): state})
    return Read(kind, tuple(parts), parent, known, whole=False)


Walk = Callable[[Read, Mapping[str, Any]], Items]
Parts = Sequence[tuple[Mapping[str, Any], Items]]
"""Chains with what each brought."""

Done = Callable[[Read, "Parts | None", "Exception | None"], None]


def start(
    reads: Iterable[Read], workers: Workers, width: int, walk: Walk, done: Done
) -> list[Future[None]]:
    """Start reading, longest chain first. `done` is called once per read, in a worker's thread:

    with all its chains' items, or with the first error, as soon as that is known.
    """
    reads = tuple(reads)
    queue = deque(
        sorted(
            ((read, number) for read in reads for number in range(len(read.chains))),
            key=lambda item: -item[0].weight,
        )
    )
    parts: dict[Read, dict[int, Items]] = {read: {} for read in reads}
    failed: set[Read] = set()
    lock = threading.Lock()

    def work() -> None:
        while True:
            try:
                read, number = queue.popleft()
            except IndexError:
                return
            if read in failed:
                continue
            threading.current_thread().name = f"smext-{read.kind.list_operation}"
            try:
                items = walk(read, read.chains[number])
            except Exception as error:
                with lock:
                    first = read not in failed
                    failed.add(read)
                if first:
                    done(read, None, error)
                continue
            with lock:
                parts[read][number] = items
                complete = len(parts[read]) == len(read.chains)
            if complete:
                got = parts.pop(read)
                done(read, [(chain, got[at]) for at, chain in enumerate(read.chains)], None)

    return [workers.submit("list", work) for _ in range(min(width, _useful(reads)))]


def _useful(reads: Iterable[Read]) -> int:
    """How many threads end the sweep no later than one per chain would, by last time's counts.

    All others would only stand in the way of the longest chain, and of AWS's burst limits.
    """
    pages = [read.weight // LONG + 1 for read in reads for _ in read.chains]
    return -(-sum(pages) // max(1, max(pages, default=1) - 1))
