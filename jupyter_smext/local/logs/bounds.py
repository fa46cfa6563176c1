"""What keeps the log file small: each group's retention, and a bound on the bytes of all."""

from __future__ import annotations

import sqlite3

from ..database import Database
from .reading import EVENT_BYTES, START, Place

_DAY = 86_400_000
_CHUNK = 1000


def expire(db: Database, now: int) -> int:
    """Delete what is older than its group's retention, `now` in epoch ms: the bytes that went."""
    gone = 0
    due = db.rows(
        "select s.id, g.retention from streams s join groups g on g.id = s.owner"
        " where s.first < ? - g.retention * ?",
        (now, _DAY),
    )
    for stream, days in due:
        with db.write() as connection:
            oldest = Place(now - days * _DAY, -1)
            gone += _cut(connection, stream, oldest)
    if due:
        db.shrink()
    return gone


def make_room(db: Database, wanted: int) -> int:
    """Delete at least that many bytes, if there are, longest untouched streams first: what went.

    Of a stream, its oldest events go first.
    """
    gone = 0
    with db.write() as connection:
        while gone < wanted:
            found = connection.execute(
                "select id, bytes from streams where bytes > 0 order by ingested, id limit 1"
            ).fetchone()
            if found is None:
                break
            stream, size = found
            if size <= wanted - gone:
                connection.execute("delete from events where stream=?", (stream,))
                connection.execute(
                    "update streams set first=null, last=null, bytes=0 where id=?", (stream,)
                )
                gone += size
            else:
                gone += _cut(connection, stream, _end_of(connection, stream, wanted - gone))
    db.shrink()
    return gone


def _end_of(connection: sqlite3.Connection, stream: int, wanted: int) -> Place:
    """The place up to which a stream's oldest events are that many bytes, or 1000 events."""
    rows = connection.execute(
        f"select timestamp, id, length(cast(message as blob)) + {EVENT_BYTES} from events"
        " where stream=? order by timestamp, id limit ?",
        (stream, _CHUNK),
    )
    place = START
    for timestamp, number, size in rows:
        place = Place(timestamp, number)
        wanted -= size
        if wanted <= 0:
            break
    return place


def _cut(connection: sqlite3.Connection, stream: int, last: Place) -> int:
    """Delete a stream's events up to a place, that one too: the bytes that went."""
    chosen = "from events where stream=? and (timestamp, id) <= (?, ?)"
    size: int = connection.execute(
        f"select coalesce(sum(length(cast(message as blob)) + {EVENT_BYTES}), 0) {chosen}",
        (stream, *last),
    ).fetchone()[0]
    connection.execute(f"delete {chosen}", (stream, *last))
    first = connection.execute(
        "select min(timestamp) from events where stream=?", (stream,)
    ).fetchone()[0]
    connection.execute(
        "update streams set first=?1, last=case when ?1 is null then null else last end,"
        " bytes=bytes-?2 where id=?3",
        (first, size, stream),
    )
    return size
