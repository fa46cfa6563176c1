"""AWS's own bucket as the engine fills it: nobody else writes there."""

from __future__ import annotations

import time

from . import rows
from .objects import Facts, Objects


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

    def put(self, key: str, content: bytes, facts: Facts) -> None:
        """Write an object. Raises ServiceError ResourceLimitExceeded."""
        self._objects.disk.require(len(content))
        with self._objects.blobs.draft() as draft:
            draft.write(content)
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
