"""Where log events stand, and how they are read: a stream by pages, many streams as one."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..database import Database

#: What AWS counts for an event besides its message (docs of PutLogEvents); SQLite takes the same.
EVENT_BYTES = 26

_CHUNK = 1000


class Stream(NamedTuple):
    """A log stream. Times are epoch milliseconds, None while it has no event; `bytes` as AWS's."""

    id: int
    name: str
    created: int
    first: int | None
    last: int | None
    ingested: int | None
    bytes: int
    newest: int


class Place(NamedTuple):
    """A point in the order of events: theirs is (timestamp, id), ids rise with every append."""

    timestamp: int
    id: int


class Event(NamedTuple):
    """An event at its place; `ingested` is epoch milliseconds."""

    timestamp: int
    id: int
    ingested: int
    message: str

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return Place(self.timestamp, self.id)

    @property
    def bytes(self) -> int:
        """Its size as AWS counts it."""
        return len(self.message.encode()) + EVENT_BYTES


START = Place(-1, -1)
END = Place(1 << 62, 1 << 62)


def page(
    db: Database,
    stream: Stream,
    *,
    above: Place = START,
    below: Place = END,
    newest: bool = False,
    most: int = 10_000,
    most_bytes: int = 1 << 20,
) -> list[Event]:
    """Events strictly between two places, in order: the first of them, or the `newest`.

    Ends at `most` events or `most_bytes`, whichever comes first; one event always fits.
    """
    found: list[Event] = []
    size = 0
    while len(found) < most:
        wanted = min(_CHUNK, most - len(found))
        part = _chunk(db, stream, above, below, newest, wanted)
        for event in part:
            size += event.bytes
            if size > most_bytes and found:
                return found[::-1] if newest else found
            found.append(event)
        if len(part) < wanted:
            break
        if newest:
            below = part[-1].place
        else:
            above = part[-1].place
    return found[::-1] if newest else found


def merged(
    db: Database, streams: Sequence[Stream], *, above: Place, below: Place, newest: bool = False
) -> Iterator[tuple[str, Event]]:
    """(stream's name, event) of many streams in one order: rising, or falling from the `newest`.

    A stream is read only when its turn comes, and a piece at a time: the first events of thousands
    of streams cost no more than the streams that have them.
    """
    sign = -1 if newest else 1
    tie = itertools.count()
    # An entry stands where its stream's next event is; before the first read, where that may be.
    heap: list[tuple[Place, int, Stream, list[Event]]] = []
    for stream in streams:
        if stream.first is None or stream.last is None:
            continue
        if stream.last >= above.timestamp and stream.first <= below.timestamp:
            edge = stream.last if newest else stream.first
            heap.append((Place(sign * edge, -END.id), next(tie), stream, []))
    heapq.heapify(heap)
    while heap:
        _, _, stream, ahead = heapq.heappop(heap)
        low, high = above, below
        if ahead:
            event = ahead.pop()
            yield stream.name, event
            low, high = (low, event.place) if newest else (event.place, high)
        if not ahead:
            ahead = _chunk(db, stream, low, high, newest, _CHUNK)[::-1]
        if ahead:
            at = Place(sign * ahead[-1].timestamp, sign * ahead[-1].id)
            heapq.heappush(heap, (at, next(tie), stream, ahead))


def _chunk(
    db: Database, stream: Stream, above: Place, below: Place, newest: bool, most: int
) -> list[Event]:
    way = "desc" if newest else "asc"
    rows = db.rows(
        "select timestamp, id, ingested, message from events where stream=?"
        " and (timestamp, id) > (?, ?) and (timestamp, id) < (?, ?)"
        f" order by timestamp {way}, id {way} limit ?",
        (stream.id, *above, *below, most),
    )
    return [Event(*row) for row in rows]
