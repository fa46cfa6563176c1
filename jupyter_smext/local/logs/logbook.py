"""Log groups, their streams and events, in one SQLite file of bounded size."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import limits
from ..contract import ServiceError
from ..database import Database
from . import bounds, reading
from .reading import END, EVENT_BYTES, START, Event, Place, Stream

__all__ = ["END", "EVENT_BYTES", "START", "Event", "Group", "LogBook", "Place", "Stream"]

_log = logging.getLogger(__name__)

#: Bytes of a message that is kept. A longer line of a process is cut, and says so; AWS's quota on
#: one event is 1 MB, with what it counts besides.
LONGEST_MESSAGE = 1_000_000

_HOUR = 3_600_000
_SCHEMA = """
create table if not exists groups (
    id integer primary key, region text not null, name text not null, created integer not null,
    retention integer, class text not null, tags text not null,
    unique (region, name)
);
create table if not exists streams (
    id integer primary key, owner integer not null, name text not null, created integer not null,
    first integer, last integer, ingested integer, bytes integer not null, newest integer not null,
    unique (owner, name)
);
create table if not exists events (
    stream integer not null, timestamp integer not null, id integer not null,
    ingested integer not null, message text not null,
    primary key (stream, timestamp, id)
) without rowid;
"""
_GROUP = """
select g.id, g.name, g.created, g.retention, g.class, g.tags,
    (select coalesce(sum(bytes), 0) from streams where owner = g.id) from groups g
"""
_STREAM = "select id, name, created, first, last, ingested, bytes, newest from streams"


@dataclass(frozen=True)
class Group:
    """A log group. `created` is epoch milliseconds, `retention` days or None, `bytes` as AWS's."""

    id: int
    name: str
    created: int
    retention: int | None
    kind: str
    tags: dict[str, str]
    bytes: int


class LogBook:
    """Every log of an engine. All methods are blocking and safe from any thread.

    What `append` returned from survives a kill -9. At most `most` bytes of events are kept
    (SMEXT_LOCAL_LOG_BYTES, 1 GiB): beyond them the longest untouched streams lose their oldest
    events first. A group's retention in days is applied by appends, once an hour.
    """

    def __init__(self, path: Path, most: int | None = None) -> None:
        self.most = most or limits.LOG_BYTES.value()
        self._db = Database(path, _SCHEMA)
        self._bytes, self._newest = self._db.row(
            "select coalesce(sum(bytes), 0), coalesce(max(newest), 0) from streams"
        )
        # The engine is to be ready at once: the first append looks for what is too old.
        self._expired_at = 0

    def append(
        self, region: str, group: str, stream: str, events: Iterable[tuple[int, str]]
    ) -> None:
        """Add events (epoch ms, message) in one transaction; group and stream are made if need be.

        A message over 1 MB is cut and says so; an empty one is left out, as AWS takes none.
        """
        now = _now()
        with self._db.write() as db:
            found = db.execute(
                "select id from groups where region=? and name=?", (region, group)
            ).fetchone()
            owner = found[0] if found else _add_group(db, region, group, now, "STANDARD", {})
            found = db.execute(
                "select id from streams where owner=? and name=?", (owner, stream)
            ).fetchone()
            self._insert(db, found[0] if found else _add_stream(db, owner, stream, now), events)
        self._bound()

    def put(self, region: str, group: str, stream: str, events: Iterable[tuple[int, str]]) -> None:
        """`append` to a stream that is there. Raises ResourceNotFoundException when it is not."""
        with self._db.write() as db:
            self._insert(db, self.stream(self.group(region, group), stream).id, events)
        self._bound()

    def _insert(
        self, db: sqlite3.Connection, stream: int, events: Iterable[tuple[int, str]]
    ) -> None:
        now = _now()
        rows, size = [], 0
        newest = max(self._newest, time.time_ns())
        for timestamp, message in events:
            data = message.encode(errors="replace")
            if len(data) > LONGEST_MESSAGE:
                data = data[:LONGEST_MESSAGE]
                message = data.decode(errors="ignore") + f" [cut to {LONGEST_MESSAGE} bytes]"
                data = message.encode()
            elif not message.isascii():
                # Half a surrogate pair is no text, and SQLite takes none.
                message = data.decode()
            if message:
                newest += 1
                rows.append((stream, timestamp, newest, now, message))
                size += len(data) + EVENT_BYTES
        if not rows:
            return
        db.executemany("insert into events values (?,?,?,?,?)", rows)
        times = [row[1] for row in rows]
        db.execute(
            "update streams set first=min(coalesce(first, ?1), ?1),"
            " last=max(coalesce(last, ?2), ?2), ingested=?3, bytes=bytes+?4, newest=?5 where id=?6",
            (min(times), max(times), now, size, newest, stream),
        )
        self._newest = newest
        self._bytes += size

    def create_group(self, region: str, name: str, tags: dict[str, str], kind: str) -> None:
        """Raises ResourceAlreadyExistsException."""
        with self._db.write() as db:
            if db.execute(
                "select 1 from groups where region=? and name=?", (region, name)
            ).fetchone():
                raise _taken("group")
            _add_group(db, region, name, _now(), kind, tags)

    def create_stream(self, region: str, group: str, name: str) -> None:
        """Raises ResourceNotFoundException, ResourceAlreadyExistsException."""
        with self._db.write() as db:
            owner = self.group(region, group).id
            if db.execute(
                "select 1 from streams where owner=? and name=?", (owner, name)
            ).fetchone():
                raise _taken("stream")
            _add_stream(db, owner, name, _now())

    def group(self, region: str, name: str) -> Group:
        """Raises ResourceNotFoundException."""
        row = self._db.row(f"{_GROUP} where region=? and name=?", (region, name))
        if row is None:
            raise _missing("group")
        return _as_group(row)

    def groups(
        self, region: str, *, after: str = "", prefix: str = "", holding: str = "", most: int = 50
    ) -> list[Group]:
        """Groups by name: behind `after`, starting with `prefix`, with `holding` in their name."""
        rows = self._db.rows(
            f"{_GROUP} where region=? and name>? and substr(name, 1, ?)=? and instr(name, ?)>0"
            " order by name limit ?",
            (region, after, len(prefix), prefix, holding, most),
        )
        return [_as_group(row) for row in rows]

    def stream(self, group: Group, name: str) -> Stream:
        """Raises ResourceNotFoundException."""
        row = self._db.row(f"{_STREAM} where owner=? and name=?", (group.id, name))
        if row is None:
            raise _missing("stream")
        return Stream(*row)

    def streams(self, group: Group, prefix: str = "") -> list[Stream]:
        """Every stream of a group whose name starts with `prefix`, by name."""
        rows = self._db.rows(
            f"{_STREAM} where owner=? and substr(name, 1, ?)=? order by name",
            (group.id, len(prefix), prefix),
        )
        return [Stream(*row) for row in rows]

    def delete_group(self, region: str, name: str) -> None:
        """Delete a group with all of its events. Raises ResourceNotFoundException."""
        with self._db.write() as db:
            group = self.group(region, name)
            for stream in self.streams(group):
                self._drop(db, stream)
            db.execute("delete from groups where id=?", (group.id,))
        self._db.shrink()

    def delete_stream(self, region: str, group: str, name: str) -> None:
        """Delete a stream with its events. Raises ResourceNotFoundException."""
        with self._db.write() as db:
            self._drop(db, self.stream(self.group(region, group), name))
        self._db.shrink()

    def _drop(self, db: sqlite3.Connection, stream: Stream) -> None:
        db.execute("delete from events where stream=?", (stream.id,))
        db.execute("delete from streams where id=?", (stream.id,))
        self._bytes -= stream.bytes

    def set_retention(self, region: str, group: str, days: int | None) -> None:
        """Keep events for that many days; None: as long as there is room."""
        with self._db.write() as db:
            found = self.group(region, group)
            db.execute("update groups set retention=? where id=?", (days, found.id))
        self._expire()

    def set_tags(self, region: str, group: str, tags: dict[str, str]) -> None:
        """Replace a group's tags. Raises ResourceNotFoundException."""
        with self._db.write() as db:
            found = self.group(region, group)
            db.execute("update groups set tags=? where id=?", (json.dumps(tags), found.id))

    def page(self, stream: Stream, **wanted: Any) -> list[Event]:
        """`reading.page` of a stream."""
        return reading.page(self._db, stream, **wanted)

    def merged(self, streams: Sequence[Stream], **wanted: Any) -> Iterator[tuple[str, Event]]:
        """`reading.merged` of streams."""
        return reading.merged(self._db, streams, **wanted)

    def close(self) -> None:
        """Close the file; what was appended stays."""
        self._db.close()

    def _bound(self) -> None:
        if _now() - self._expired_at > _HOUR:
            self._expire()
        # Room for a while, so that not every append has to make some.
        wanted = self._bytes - self.most
        if wanted > 0:
            gone = bounds.make_room(self._db, wanted + self.most // 64)
            self._bytes -= gone
            _log.warning(
                "The logs were over %d bytes (SMEXT_LOCAL_LOG_BYTES): the oldest %d are removed.",
                self.most,
                gone,
            )

    def _expire(self) -> None:
        self._expired_at = _now()
        self._bytes -= bounds.expire(self._db, self._expired_at)


def _add_group(
    db: sqlite3.Connection, region: str, name: str, now: int, kind: str, tags: dict[str, str]
) -> int:
    made = db.execute(
        "insert into groups (region, name, created, class, tags) values (?,?,?,?,?)",
        (region, name, now, kind, json.dumps(tags)),
    )
    return int(made.lastrowid or 0)


def _add_stream(db: sqlite3.Connection, owner: int, name: str, now: int) -> int:
    made = db.execute(
        "insert into streams (owner, name, created, bytes, newest) values (?,?,?,0,0)",
        (owner, name, now),
    )
    return int(made.lastrowid or 0)


def _as_group(row: Any) -> Group:
    number, name, created, retention, kind, tags, size = row
    return Group(number, name, created, retention, kind, json.loads(tags), size)


def _now() -> int:
    return int(time.time() * 1000)


def _missing(what: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"The specified log {what} does not exist.")


def _taken(what: str) -> ServiceError:
    message = f"The specified log {what} already exists"
    return ServiceError("ResourceAlreadyExistsException", message)
