"""S3's buckets on this disk: their names, their regions and their tags."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from ..contract import ServiceError
from . import rows
from .blobs import Blobs
from .public import region_of
from .rows import Facts, Rows

# docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


@dataclass(frozen=True)
class Bucket:
    """`created` in epoch seconds; `tags` is None where none were ever put."""

    name: str
    region: str
    created: float
    tags: Mapping[str, str] | None = None


class Buckets:
    """The buckets of a home. Sync and thread-safe."""

    def __init__(self, home: Path) -> None:
        self.blobs = Blobs(home / "s3")
        self.rows = Rows(home / "s3.db")

    def create_bucket(self, region: str, bucket: str) -> None:
        """Make a bucket. Raises ServiceError InvalidBucketName, BucketAlreadyOwnedByYou (409)."""
        if (
            not _BUCKET.fullmatch(bucket)
            or _ADDRESS.fullmatch(bucket)
            or bucket.startswith(_PREFIXES)
            or bucket.endswith(_SUFFIXES)
        ):
            raise ServiceError("InvalidBucketName", "The specified bucket is not valid.")
        with self.rows.writing() as db:
            if db.execute("select 1 from buckets where name=?", (bucket,)).fetchone():
                message = (
                    "Your previous request to create the named bucket succeeded "
                    "and you already own it."
                )
                raise ServiceError("BucketAlreadyOwnedByYou", message, 409)
            made = (bucket, region, time.time())
            db.execute("insert into buckets (name, region, created) values (?,?,?)", made)

    def delete_bucket(self, bucket: str) -> None:
        """Delete an empty bucket and its unfinished uploads.

        Raises ServiceError NoSuchBucket, BucketNotEmpty (409).
        """
        gone: set[str] = set()
        with self.rows.writing() as db:
            self._bucket(db, bucket)
            if db.execute("select 1 from objects where bucket=? limit 1", (bucket,)).fetchone():
                message = "The bucket you tried to delete is not empty"
                raise ServiceError("BucketNotEmpty", message, 409)
            owners = db.execute(
                "select owner from parts join uploads on upload=id where bucket=?", (bucket,)
            ).fetchall()
            for (owner,) in owners:
                gone |= rows.disown(db, owner)
            db.execute(
                "delete from parts where upload in (select id from uploads where bucket=?)",
                (bucket,),
            )
            db.execute("delete from uploads where bucket=?", (bucket,))
            db.execute("delete from buckets where name=?", (bucket,))
        self.blobs.remove(gone)

    def bucket(self, bucket: str) -> Bucket:
        """One bucket. Raises ServiceError NoSuchBucket (404)."""
        with self.rows.reading() as db:
            return self._bucket(db, bucket)

    def buckets(self) -> Sequence[Bucket]:
        """Every bucket of the account, by name."""
        with self.rows.reading() as db:
            found = db.execute("select name, region, created, tags from buckets order by name")
            return [_to_bucket(row) for row in found if region_of(row[0]) is None]

    def tag_bucket(self, bucket: str, tags: Mapping[str, str] | None) -> None:
        """Replace a bucket's tags; None takes them off. Raises ServiceError NoSuchBucket."""
        text = None if tags is None else rows.to_text(Facts(tags=tags))
        with self.rows.writing() as db:
            self._bucket(db, bucket)
            db.execute("update buckets set tags=? where name=?", (text, bucket))

    @staticmethod
    def _bucket(db: Connection, bucket: str) -> Bucket:
        row = db.execute(
            "select name, region, created, tags from buckets where name=?", (bucket,)
        ).fetchone()
        if row is None:
            message = "The specified bucket does not exist"
            raise ServiceError("NoSuchBucket", message, 404, {"BucketName": bucket[:64]})
        return _to_bucket(row)


def _to_bucket(row: tuple[str, str, float, str | None]) -> Bucket:
    return Bucket(*row[:3], None if row[3] is None else rows.from_text(row[3]).tags)
