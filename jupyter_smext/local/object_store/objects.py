"""S3's buckets and objects on this disk, for the S3 service and for what runs in the engine."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO, Protocol, cast

from ..contract import ServiceError
from ..disk import Disk
from . import rows
from .blobs import Draft, Piece, Reader
from .buckets import Bucket, Buckets
from .public import check_own
from .rows import Facts, StoredObject

__all__ = ["Bucket", "Condition", "Facts", "Objects", "StoredObject"]

CONTENT_TYPE = "binary/octet-stream"

_CHUNK = 1 << 20
_PAGE = 1000
_KEY = 1024  # bytes of UTF-8, by S3's user guide, "Naming Amazon S3 objects"

#: Looks at what is there (None: nothing) and raises ServiceError to leave it so.
Condition = Callable[["StoredObject | None"], None]


class Catalogue(Protocol):
    """What makes the objects of AWS's own bucket when they are first read."""

    def bring(self, bucket: str, key: str, *, below: bool = False) -> None:
        """Make the object, or all whose keys begin so. Raises ServiceError NoSuchKey."""


class Objects(Buckets):
    """Buckets and objects. Sync and thread-safe: from the event loop, through a thread.

    Bytes are blobs under random names, so no key is ever a path. An object is there, whole, once
    its row is, and what was acknowledged outlives a kill -9.
    """

    def __init__(self, home: Path, disk: Disk) -> None:
        super().__init__(home)
        self.disk = disk
        self.catalogue: Catalogue | None = None
        self._sweeping = threading.Thread(target=self.sweep, name="s3-sweep")

    def start(self) -> None:
        """Sweep what a death left behind, in a thread; nothing waits for it."""
        self._sweeping.start()

    def sweep(self) -> int:
        """Delete files that no row names: how many."""
        return self.blobs.sweep(self.rows.names)

    def close(self) -> None:
        """Close the rows' file."""
        if self._sweeping.is_alive():
            self._sweeping.join()
        self.rows.close()

    def bucket(self, bucket: str) -> Bucket:
        """One bucket. Raises ServiceError NoSuchBucket (404)."""
        self._bring(bucket, "")
        return super().bucket(bucket)

    def _bring(self, bucket: str, key: str, *, below: bool = False) -> None:
        if self.catalogue is not None:
            self.catalogue.bring(bucket, key, below=below)

    def list(self, bucket: str, prefix: str = "") -> Iterator[StoredObject]:
        """The objects whose keys begin so, in the order of their keys' UTF-8.

        Raises ServiceError NoSuchBucket. Objects put or deleted meanwhile may or may not show.
        """
        self.bucket(bucket)
        after, page = "", self.page(bucket, prefix)
        while page:
            yield from page
            after = page[-1].key
            page = self.page(bucket, prefix, after) if len(page) == _PAGE else []

    def page(
        self, bucket: str, prefix: str = "", after: str = "", *, start: str = "", size: int = _PAGE
    ) -> Sequence[StoredObject]:
        """The first `size` objects with the prefix, whose keys come after `after`, not before
        `start`."""
        self._bring(bucket, prefix, below=True)
        end = successor(prefix)
        where = "bucket=? and key>? and key>=?" + (" and key<?" if end else "")
        values = (bucket, after, max(prefix, start), *((end,) if end else ()))
        with self.rows.reading() as db:
            found = db.execute(
                f"select {_COLUMNS} from objects where {where} order by key limit ?",
                (*values, size),
            ).fetchall()
        return [_to_object(row) for row in found]

    def find(self, bucket: str, key: str) -> StoredObject:
        """One object. Raises ServiceError NoSuchBucket, NoSuchKey (404)."""
        self._bring(bucket, key)
        with self.rows.reading() as db:
            return self._found(db, bucket, key)[0]

    def hold(self, bucket: str, key: str) -> tuple[StoredObject, tuple[Piece, ...]]:
        """An object and its pieces, which stay on the disk until `blobs.let_go` of all of them.

        Raises ServiceError NoSuchBucket, NoSuchKey (404).
        """
        self._bring(bucket, key)
        with self.rows.reading() as db:
            found, owner = self._found(db, bucket, key)
            pieces = rows.pieces(db, owner)
            self.blobs.hold(pieces)
        return found, pieces

    def open(self, bucket: str, key: str) -> BinaryIO:
        """An object's bytes as a file to read, also while it is replaced or deleted.

        Raises ServiceError NoSuchBucket, NoSuchKey (404).
        """
        _, pieces = self.hold(bucket, key)
        return cast(BinaryIO, io.BufferedReader(Reader(self.blobs, pieces), _CHUNK))

    def download(self, bucket: str, key: str, path: Path) -> None:
        """Write an object to a file; blocks are shared where the file system can.

        Raises ServiceError NoSuchBucket, NoSuchKey (404), ResourceLimitExceeded.
        """
        found, pieces = self.hold(bucket, key)
        try:
            self.disk.require(found.size)
            with path.open("wb", buffering=0) as to:
                for piece in pieces:
                    with self.blobs.path(piece.blob).open("rb", buffering=0) as source:
                        _copy(source, to, piece)
        finally:
            self.blobs.let_go(pieces)

    def upload(
        self,
        bucket: str,
        key: str,
        source: Path | BinaryIO,
        *,
        content_type: str = CONTENT_TYPE,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        """Put a copy of a file, closing it. Raises ServiceError NoSuchBucket, KeyTooLongError,
        ResourceLimitExceeded."""
        self.bucket(bucket)
        opened = source.open("rb", buffering=0) if isinstance(source, Path) else source
        with cast(io.FileIO, opened) as file, self.blobs.draft() as draft:
            self.disk.require(os.fstat(file.fileno()).st_size)
            buffer = memoryview(bytearray(_CHUNK))
            while read := file.readinto(buffer):
                draft.write(buffer[:read])
            named = {name.lower(): value for name, value in (metadata or {}).items()}
            facts = Facts(headers={"content-type": content_type}, metadata=named)
            return self.put(bucket, key, draft, facts)

    def put(
        self,
        bucket: str,
        key: str,
        draft: Draft,
        facts: Facts,
        condition: Condition | None = None,
    ) -> StoredObject:
        """Make a written draft the object, in place of what was there.

        Raises ServiceError NoSuchBucket, KeyTooLongError, AccessDenied for AWS's own bucket, and
        what `condition` raises.
        """
        check_own(bucket)
        with self.rows.writing() as db:
            stored, gone = self.place(db, bucket, key, draft.pieces, draft.etag, facts, condition)
        draft.keep()
        self.blobs.remove(gone)
        return stored

    def copy(
        self,
        source: tuple[str, str],
        to: tuple[str, str],
        facts: Callable[[StoredObject, Reader], tuple[str, Facts]],
        condition: Condition | None = None,
    ) -> tuple[StoredObject, StoredObject]:
        """Give the bytes of `source` (bucket, key) a second name: they are shared, not copied.

        `facts` makes the copy's ETag and facts of the source and its bytes, and may refuse by
        raising. Answers (source, copy). Raises ServiceError NoSuchBucket, NoSuchKey, and what
        `condition` raises.
        """
        while True:
            found, pieces = self.hold(*source)
            with Reader(self.blobs, pieces) as reader:
                etag, kept = facts(found, reader)
                with self.rows.writing() as db:
                    # Replaced meanwhile, its blobs may go when the reader does: once more.
                    if self._found(db, *source)[0] != found:
                        continue
                    stored, gone = self.place(db, *to, pieces, etag, kept, condition)
            self.blobs.remove(gone)
            return found, stored

    def place(
        self,
        db: Connection,
        bucket: str,
        key: str,
        pieces: Sequence[Piece],
        etag: str,
        facts: Facts,
        condition: Condition | None = None,
    ) -> tuple[StoredObject, set[str]]:
        """Write an object's row in a transaction: (object, blobs to remove after its end)."""
        self._bucket(db, bucket)
        check_key(key)
        before = self._row(db, bucket, key)
        if condition:
            condition(before[0] if before else None)
        # New owner first: bytes that old and new share stay.
        owner = rows.own(db, pieces)
        gone = rows.disown(db, before[1]) if before else set()
        size = sum(piece.size for piece in pieces)
        stored = StoredObject(key, size, etag, time.time(), facts)
        db.execute(
            f"insert or replace into objects (bucket, owner, {_COLUMNS}) values (?,?,?,?,?,?,?)",
            (bucket, owner, key, size, etag, stored.modified, rows.to_text(facts)),
        )
        return stored, gone

    def tag(self, bucket: str, key: str, tags: Mapping[str, str]) -> None:
        """Replace an object's tags; its time stays. Raises ServiceError NoSuchBucket, NoSuchKey."""
        with self.rows.writing() as db:
            facts = replace(self._found(db, bucket, key)[0].facts, tags=tags)
            db.execute(
                "update objects set facts=? where bucket=? and key=?",
                (rows.to_text(facts), bucket, key),
            )

    def delete(self, bucket: str, key: str, condition: Condition | None = None) -> bool:
        """Delete an object; False when there was none.

        Raises ServiceError NoSuchBucket, AccessDenied for AWS's own bucket, and what `condition`
        raises.
        """
        check_own(bucket)
        with self.rows.writing() as db:
            self._bucket(db, bucket)
            before = self._row(db, bucket, key)
            if condition:
                condition(before[0] if before else None)
            if before is None:
                return False
            gone = rows.disown(db, before[1])
            db.execute("delete from objects where bucket=? and key=?", (bucket, key))
        self.blobs.remove(gone)
        return True

    @staticmethod
    def split_uri(uri: str) -> tuple[str, str]:
        """("bucket", "key") of s3://bucket/key; the key may be empty.

        Raises ServiceError ValidationException.
        """
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not bucket:
            raise ServiceError(
                "ValidationException", f"Not an S3 URI (s3://bucket/key): {uri[:256]}"
            )
        return bucket, key

    @staticmethod
    def _row(db: Connection, bucket: str, key: str) -> tuple[StoredObject, int] | None:
        row = db.execute(
            f"select {_COLUMNS}, owner from objects where bucket=? and key=?", (bucket, key)
        ).fetchone()
        return (_to_object(row[:-1]), row[-1]) if row else None

    def _found(self, db: Connection, bucket: str, key: str) -> tuple[StoredObject, int]:
        self._bucket(db, bucket)
        row = self._row(db, bucket, key)
        if row is None:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404, {"Key": key})
        return row


_COLUMNS = "key, size, etag, modified, facts"


def check_key(key: str) -> None:
    """Raises ServiceError KeyTooLongError."""
    if len(key.encode()) > _KEY:
        raise ServiceError("KeyTooLongError", "Your key is too long")


def successor(prefix: str) -> str:
    """The first string after all that begin with `prefix`; "" where there is none."""
    while prefix:
        last = ord(prefix[-1]) + 1
        if last <= 0x10FFFF:
            # Surrogates are no characters of UTF-8, whose order is that of the keys.
            return prefix[:-1] + chr(0xE000 if last == 0xD800 else last)
        prefix = prefix[:-1]
    return ""


def _to_object(row: tuple[str, int, str, float, str]) -> StoredObject:
    return StoredObject(*row[:4], rows.from_text(row[4]))


def _copy(source: io.FileIO, to: io.FileIO, piece: Piece) -> None:
    left, at = piece.size, piece.start
    if hasattr(os, "copy_file_range"):
        try:
            while left:
                copied = os.copy_file_range(source.fileno(), to.fileno(), left, at)
                if not copied:
                    raise EOFError(f"{left} bytes of a blob are gone")
                left, at = left - copied, at + copied
        except OSError:
            # Across file systems, or where the system has it not: by hand, from where it stopped.
            pass
    source.seek(at)
    while left:
        chunk = source.read(min(left, _CHUNK))
        if not chunk:
            raise EOFError(f"{left} bytes of a blob are gone")
        to.write(chunk)
        left -= len(chunk)
