"""The rows behind S3: buckets, objects, uploads and the blobs that each is made of."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import randbits

from .blobs import Piece

_SCHEMA = """
create table if not exists buckets (
    name text primary key, region text not null, created real not null, tags text
) without rowid;
create table if not exists objects (
    bucket text not null, key text not null, owner integer not null,
    size integer not null, etag text not null, modified real not null, facts text not null,
    primary key (bucket, key)
) without rowid;
create table if not exists uploads (
    id text primary key, bucket text not null, key text not null,
    started real not null, facts text not null, checksum text, composite integer not null
) without rowid;
create index if not exists uploads_by_key on uploads (bucket, key, id);
create table if not exists parts (
    upload text not null, number integer not null, owner integer not null,
    size integer not null, etag text not null, modified real not null, checksums text not null,
    primary key (upload, number)
) without rowid;
create table if not exists pieces (
    owner integer not null, number integer not null,
    blob text not null, start integer not null, size integer not null,
    primary key (owner, number)
) without rowid;
create index if not exists pieces_by_blob on pieces (blob);
"""


@dataclass(frozen=True)
class Facts:
    """What is kept of an object beside its bytes.

    `headers` and `metadata` by lower-case name, metadata without `x-amz-meta-`; `checksums` in
    base64 by AWS's name of the algorithm, a composite one with its `-N`. Of a multipart object,
    `parts` are its parts' sizes in bytes and `upload` is the upload's id.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[int] = ()
    upload: str = ""


@dataclass(frozen=True)
class StoredObject:
    """One object: `size` in bytes, `etag` in hex without quotes, `modified` in epoch seconds."""

    key: str
    size: int
    etag: str
    modified: float
    facts: Facts = field(default_factory=Facts)


class Rows:
    """The connection to the file, and one transaction at a time. Safe to use from several threads.

    A row is what makes a blob count: blobs are written before the row that names them and deleted
    after it, so a death leaves at most a file that no row names.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # As in the store of records: every commit outlives this process.
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _SCHEMA)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reads that belong together."""
        with self._lock:
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction: all of the block is written, or nothing."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def names(self, blob: str) -> bool:
        """Whether a row names the blob."""
        with self._lock:
            return (
                self._db.execute("select 1 from pieces where blob=? limit 1", (blob,)).fetchone()
                is not None
            )

    def close(self) -> None:
        """Fold the write-ahead log in and close the file."""
        with self._lock:
            self._db.execute("pragma wal_checkpoint(truncate)")
            self._db.close()


def own(db: sqlite3.Connection, pieces: Sequence[Piece]) -> int:
    """Give pieces to a new owner: its number."""
    owner = randbits(62)
    db.executemany(
        "insert into pieces (owner, number, blob, start, size) values (?,?,?,?,?)",
        [(owner, number, *piece) for number, piece in enumerate(pieces)],
    )
    return owner


def pieces(db: sqlite3.Connection, owner: int) -> tuple[Piece, ...]:
    """What an owner has, in order."""
    found = db.execute(
        "select blob, start, size from pieces where owner=? order by number", (owner,)
    )
    return tuple(Piece(*row) for row in found)


def disown(db: sqlite3.Connection, owner: int) -> set[str]:
    """Take an owner's pieces away: the blobs that nobody names any more, to remove after commit."""
    blobs = {piece.blob for piece in pieces(db, owner)}
    db.execute("delete from pieces where owner=?", (owner,))
    return {
        blob
        for blob in blobs
        if not db.execute("select 1 from pieces where blob=? limit 1", (blob,)).fetchone()
    }


def to_text(facts: Facts) -> str:
    """Facts as JSON, empty members left out."""
    kept = {name: value for name, value in asdict(facts).items() if value}
    return json.dumps(kept, separators=(",", ":"))


def from_text(text: str) -> Facts:
    """Facts out of JSON."""
    return Facts(**json.loads(text))
