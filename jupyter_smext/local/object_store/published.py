"""AWS's own bucket as the engine fills it: nobody else writes there."""

from __future__ import annotations

import io
import time
from typing import BinaryIO

from . import rows
from .objects import Facts, Objects

_CHUNK = 1 << 20


class Published:
    """The objects of one bucket that only the engine writes. Sync and thread-safe."""

    def __init__(self, objects: Objects, bucket: str) -> None:
        self._objects = objects
        self._bucket = bucket

    def begin(self, region: str) -> None:
        """Make the bucket, if it is not there."""
        with self._objects.rows.writing() as db:
            db.execute(
                "insert or ignore into buckets (name, region, created) values (?,?,?)",
                (self._bucket, region, time.time()),
            )

    def facts(self) -> dict[str, Facts]:
        """What is kept of each object beside its bytes, by key."""
        with self._objects.rows.reading() as db:
            found = db.execute("select key, facts from objects where bucket=?", (self._bucket,))
            return {key: rows.from_text(text) for key, text in found}

    def put(self, key: str, file: BinaryIO, facts: Facts) -> None:
        """Write all of a file as an object. Raises ServiceError ResourceLimitExceeded."""
        self._objects.disk.require(file.seek(0, io.SEEK_END))
        file.seek(0)
        with self._objects.blobs.draft() as draft:
            while chunk := file.read(_CHUNK):
                draft.write(chunk)
            with self._objects.rows.writing() as db:
                _, gone = self._objects.place(
                    db, self._bucket, key, draft.pieces, draft.etag, facts
                )
            draft.keep()
        self._objects.blobs.remove(gone)

    def remove(self, key: str) -> None:
        """Take an object out."""
        with self._objects.rows.writing() as db:
            (owner,) = db.execute(
                "select owner from objects where bucket=? and key=?", (self._bucket, key)
            ).fetchone()
            gone = rows.disown(db, owner)
            db.execute("delete from objects where bucket=? and key=?", (self._bucket, key))
        self._objects.blobs.remove(gone)
