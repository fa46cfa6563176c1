"""S3's multipart uploads: parts that come in any order and become one object, or are given up."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from sqlite3 import Connection

from ..contract import ServiceError
from . import rows
from .blobs import DIGESTS, Draft, Piece
from .crc import Crc, Crc32
from .objects import Condition, Objects, check_key
from .rows import Facts, StoredObject

#: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: all parts but the last.
LEAST = 5 << 20


@dataclass(frozen=True)
class Upload:
    """One upload. `checksum` is the algorithm it was begun with; `composite`: of parts' checksums,
    not of the whole object."""

    id: str
    key: str
    started: float
    facts: Facts
    checksum: str | None
    composite: bool


@dataclass(frozen=True)
class Part:
    """One part: `size` in bytes, `etag` in hex, `modified` in epoch s, `checksums` as in Facts."""

    number: int
    size: int
    etag: str
    modified: float
    checksums: Mapping[str, str]


@dataclass(frozen=True)
class Chosen:
    """A part as a caller names it to complete an upload, with the checksums that he gave."""

    number: int
    etag: str
    checksums: Mapping[str, str] = field(default_factory=dict)


class Uploads:
    """The uploads that `objects` has under way. Sync and thread-safe."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._rows = objects.rows

    def create(
        self, bucket: str, key: str, facts: Facts, checksum: str | None, composite: bool
    ) -> str:
        """Begin an upload: its id. Raises ServiceError NoSuchBucket, KeyTooLongError."""
        check_key(key)
        self._objects.bucket(bucket)
        made = secrets.token_urlsafe(48)
        with self._rows.writing() as db:
            db.execute(
                "insert into uploads (id, bucket, key, started, facts, checksum, composite)"
                " values (?,?,?,?,?,?,?)",
                (made, bucket, key, time.time(), rows.to_text(facts), checksum, composite),
            )
        return made

    def find(self, bucket: str, key: str, upload: str) -> Upload:
        """One upload. Raises ServiceError NoSuchBucket, NoSuchUpload (404)."""
        with self._rows.reading() as db:
            self._objects.bucket(bucket)
            return self._find(db, bucket, key, upload)

    def put(
        self,
        bucket: str,
        key: str,
        upload: str,
        number: int,
        draft: Draft,
        checksums: Mapping[str, str],
    ) -> Part:
        """Make a written draft a part. Raises ServiceError NoSuchBucket, NoSuchUpload."""
        part = Part(number, draft.size, draft.etag, time.time(), checksums)
        with self._rows.writing() as db:
            gone = self._place(db, bucket, key, upload, draft.pieces, part)
        draft.keep()
        self._objects.blobs.remove(gone)
        return part

    def share(
        self,
        source: tuple[str, str, StoredObject],
        to: tuple[str, str, str],
        pieces: Sequence[Piece],
        part: Part,
    ) -> bool:
        """Make held pieces of a source (bucket, key, object) a part of (bucket, key, upload).

        False, and nothing done, when the source is not that object any more. Raises ServiceError
        NoSuchBucket, NoSuchUpload, NoSuchKey.
        """
        with self._rows.writing() as db:
            if self._objects.find(source[0], source[1]) != source[2]:
                return False
            gone = self._place(db, *to, pieces, part)
        self._objects.blobs.remove(gone)
        return True

    def abort(self, bucket: str, key: str, upload: str) -> None:
        """Give an upload up. Raises ServiceError NoSuchBucket, NoSuchUpload."""
        with self._rows.writing() as db:
            self._objects.bucket(bucket)
            self._find(db, bucket, key, upload)
            gone = self._end(db, upload)
        self._objects.blobs.remove(gone)

    def complete(
        self,
        bucket: str,
        key: str,
        upload: str,
        chosen: Sequence[Chosen],
        condition: Condition | None = None,
        *,
        size: int | None = None,
        checksums: Mapping[str, str] | None = None,
    ) -> StoredObject:
        """Make the chosen parts the object. Asked again after it was done, it answers the same.

        No byte is moved: the parts' blobs become the object's. `size` in bytes and `checksums` (as
        in Facts) are what the caller takes the object's to be. Raises ServiceError NoSuchBucket,
        NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest, BadDigest, and
        what `condition` raises.
        """
        with self._rows.writing() as db:
            self._objects.bucket(bucket)
            done = self._done(db, bucket, key, upload)
            if done:
                return done
            begun = self._find(db, bucket, key, upload)
            parts, pieces = self._choose(db, upload, chosen)
            etags = b"".join(bytes.fromhex(part.etag) for part in parts)
            etag = hashlib.md5(etags, usedforsecurity=False).hexdigest() + f"-{len(parts)}"
            calculated = _checksums(begun, parts)
            _compare(sum(part.size for part in parts), calculated, size, checksums or {})
            facts = replace(
                begun.facts,
                checksums=calculated,
                parts=[part.size for part in parts],
                upload=upload,
            )
            placed = self._objects.place(db, bucket, key, pieces, etag, facts, condition)
            gone = placed[1] | self._end(db, upload)
        self._objects.blobs.remove(gone)
        return placed[0]

    def parts(self, upload: str, after: int = 0, most: int = 10_000) -> Sequence[Part]:
        """The first `most` parts whose number is over `after`."""
        with self._rows.reading() as db:
            found = db.execute(
                "select number, size, etag, modified, checksums from parts"
                " where upload=? and number>? order by number limit ?",
                (upload, after, most),
            )
            return [
                Part(number, size, etag, modified, json.loads(checksums))
                for number, size, etag, modified, checksums in found
            ]

    def page(self, bucket: str, prefix: str, after: tuple[str, str], size: int) -> Sequence[Upload]:
        """The first `size` uploads with the prefix that come after (key, id)."""
        with self._rows.reading() as db:
            self._objects.bucket(bucket)
            found = db.execute(
                f"select {_COLUMNS} from uploads where bucket=? and (key, id)>(?,?)"
                " and substr(key, 1, ?)=? order by key, id limit ?",
                (bucket, *after, len(prefix), prefix, size),
            )
            return [_to_upload(row) for row in found]

    def _find(self, db: Connection, bucket: str, key: str, upload: str) -> Upload:
        row = db.execute(
            f"select {_COLUMNS} from uploads where id=? and bucket=? and key=?",
            (upload, bucket, key),
        ).fetchone()
        if row is None:
            message = (
                "The specified upload does not exist. The upload ID may be invalid, "
                "or the upload may have been aborted or completed."
            )
            raise ServiceError("NoSuchUpload", message, 404, {"UploadId": upload[:256]})
        return _to_upload(row)

    def _done(self, db: Connection, bucket: str, key: str, upload: str) -> StoredObject | None:
        if db.execute("select 1 from uploads where id=?", (upload,)).fetchone():
            return None
        try:
            found = self._objects.find(bucket, key)
        except ServiceError:
            return None
        return found if upload and found.facts.upload == upload else None

    def _place(
        self,
        db: Connection,
        bucket: str,
        key: str,
        upload: str,
        pieces: Sequence[Piece],
        part: Part,
    ) -> set[str]:
        self._objects.bucket(bucket)
        self._find(db, bucket, key, upload)
        before = db.execute(
            "select owner from parts where upload=? and number=?", (upload, part.number)
        ).fetchone()
        owner = rows.own(db, pieces)
        db.execute(
            "insert or replace into parts"
            " (upload, number, owner, size, etag, modified, checksums) values (?,?,?,?,?,?,?)",
            (
                upload,
                part.number,
                owner,
                part.size,
                part.etag,
                part.modified,
                json.dumps(dict(part.checksums)),
            ),
        )
        return rows.disown(db, before[0]) if before else set()

    def _choose(
        self, db: Connection, upload: str, chosen: Sequence[Chosen]
    ) -> tuple[Sequence[Part], Sequence[Piece]]:
        numbers = [one.number for one in chosen]
        if numbers != sorted(set(numbers)):
            message = (
                "The list of parts was not in ascending order. "
                "The parts list must be specified in order by part number."
            )
            raise ServiceError("InvalidPartOrder", message)
        there = {part.number: part for part in self.parts(upload)}
        owners = dict(db.execute("select number, owner from parts where upload=?", (upload,)))
        parts: list[Part] = []
        pieces: list[Piece] = []
        for one in chosen:
            part = there.get(one.number)
            if (
                part is None
                or one.etag.strip('"') != part.etag
                or not one.checksums.items() <= part.checksums.items()
            ):
                message = (
                    "One or more of the specified parts could not be found. "
                    "The part might not have been uploaded, or the specified entity tag "
                    "might not have matched the part's entity tag."
                )
                more = {"UploadId": upload, "PartNumber": one.number, "ETag": one.etag[:64]}
                raise ServiceError("InvalidPart", message, members=more)
            parts.append(part)
            pieces += rows.pieces(db, owners[one.number])
        for part in parts[:-1]:
            if part.size < LEAST:
                message = "Your proposed upload is smaller than the minimum allowed size"
                more = {
                    "ProposedSize": part.size,
                    "MinSizeAllowed": LEAST,
                    "PartNumber": part.number,
                    "ETag": part.etag,
                }
                raise ServiceError("EntityTooSmall", message, members=more)
        return parts, pieces

    def _end(self, db: Connection, upload: str) -> set[str]:
        gone: set[str] = set()
        for (owner,) in db.execute("select owner from parts where upload=?", (upload,)).fetchall():
            gone |= rows.disown(db, owner)
        db.execute("delete from parts where upload=?", (upload,))
        db.execute("delete from uploads where id=?", (upload,))
        return gone


_COLUMNS = "id, key, started, facts, checksum, composite"


def _to_upload(row: tuple[str, str, float, str, str | None, int]) -> Upload:
    return Upload(row[0], row[1], row[2], rows.from_text(row[3]), row[4], bool(row[5]))


def _checksums(upload: Upload, parts: Sequence[Part]) -> dict[str, str]:
    if upload.checksum is None:
        return {}
    digest = DIGESTS[upload.checksum]()
    for part in parts:
        one = b64decode(part.checksums[upload.checksum])
        if upload.composite:
            digest.update(one)
        else:
            assert isinstance(digest, Crc | Crc32)  # CreateMultipartUpload refuses the others
            digest.append(one, part.size)
    text = b64encode(digest.digest()).decode()
    return {upload.checksum: f"{text}-{len(parts)}" if upload.composite else text}


def _compare(
    size: int, calculated: Mapping[str, str], wanted: int | None, given: Mapping[str, str]
) -> None:
    if wanted is not None and wanted != size:
        message = (
            f"The provided 'x-amz-mp-object-size' header value {wanted} "
            f"does not match what was computed: {size}"
        )
        raise ServiceError("InvalidRequest", message)
    for name, text in given.items():
        if name in calculated and calculated[name] != text:
            message = f"The {name} you specified did not match the calculated checksum."
            raise ServiceError("BadDigest", message)
