"""Objects: put, read whole or in part, looked at, deleted one by one or by the thousand."""

from __future__ import annotations

import re
from typing import Any

from ...contract import ServiceError
from ...object_store.blobs import Piece, Reader, span
from ...object_store.rows import StoredObject
from ..sagemaker import Answer, Call
from . import object_headers as headers
from .conditions import for_delete, for_write, not_modified

#: An answer's bytes up to here go out in one piece; more, as a file that is read on the way.
SMALL = 1 << 18
#: docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_DELETES = 1000
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def put(call: Call) -> Answer:
    """PutObject."""
    given = call.parameters
    facts, condition = headers.facts(call), for_write(given)
    body = given["Body"]
    with body.draft() as draft:
        facts = headers.with_checksums(facts, body.checksums)
        stored = call.engine.objects.put(given["Bucket"], given["Key"], draft, facts, condition)
    return {"ETag": headers.quoted(stored.etag), **headers.checksums(stored)}


def get(call: Call) -> Answer:
    """GetObject: the body is bytes, or a reader that whoever sends it closes."""
    given, objects = call.parameters, call.engine.objects
    found, pieces = objects.hold(given["Bucket"], given["Key"])
    try:
        answer = _read(call, found)
        if call.response.status == 304:
            return answer
        start, size = _part(call, found)
        if (start, size) != (0, found.size):
            pieces = _only(call, pieces, start, size)
        reader = Reader(objects.blobs, pieces)
        if size > SMALL:
            pieces = ()
            return {**answer, "Body": reader}
        with reader:
            body = reader.read() or b""
        pieces = ()
        return {**answer, "Body": body}
    finally:
        objects.blobs.let_go(pieces)


def head(call: Call) -> Answer:
    """HeadObject."""
    given = call.parameters
    found = call.engine.objects.find(given["Bucket"], given["Key"])
    return _read(call, found)


def _read(call: Call, found: StoredObject) -> Answer:
    """All of an answer but the body."""
    given = call.parameters
    answer = headers.show(call, found)
    if not_modified(given, found):
        call.response.status = 304
        return {"ETag": answer["ETag"], "LastModified": answer["LastModified"]}
    start, size = _part(call, found)
    if found.facts.parts and "PartNumber" in given:
        answer["PartsCount"] = len(found.facts.parts)
    if given.get("PartNumber") or (start, size) != (0, found.size) or _asks(given, found):
        call.response.status = 206
        answer["ContentLength"] = size
        answer["ContentRange"] = f"bytes {start}-{start + size - 1}/{found.size}"
    elif given.get("ChecksumMode") == "ENABLED":
        # Of the whole object: over a part of it, a client would find it wrong.
        answer |= headers.checksums(found)
    return answer


def _asks(given: dict[str, Any], found: StoredObject) -> bool:
    return _range(given.get("Range", ""), found.size) is not None


def _part(call: Call, found: StoredObject) -> tuple[int, int]:
    """(start, size) of the bytes a read is about. Raises ServiceError InvalidRange (416)."""
    given = call.parameters
    number = given.get("PartNumber")
    if number is None:
        return _range(given.get("Range", ""), found.size) or (0, found.size)
    if "Range" in given:
        message = "Cannot specify both Range header and partNumber query parameter"
        raise ServiceError("InvalidRequest", message)
    sizes = found.facts.parts or (found.size,)
    if not 1 <= number <= len(sizes):
        message = "The requested partnumber is not satisfiable"
        more = {"PartNumberRequested": number, "ActualPartCount": len(sizes)}
        raise ServiceError("InvalidPartNumber", message, 416, more)
    return sum(sizes[: number - 1]), sizes[number - 1]


def _range(header: str, size: int) -> tuple[int, int] | None:
    """(start, size) of a range; None for a header that S3 does not heed: no range, or several."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        start, end = int(found[1]), min(int(found[2] or size), size - 1)
        if found[2] and int(found[2]) < start:
            return None
    else:
        start, end = max(0, size - int(found[2])), size - 1
    if start >= size or start > end:
        message = "The requested range is not satisfiable"
        more = {"RangeRequested": header[:256], "ActualObjectSize": size}
        raise ServiceError("InvalidRange", message, 416, more)
    return start, end - start + 1


def _only(call: Call, pieces: tuple[Piece, ...], start: int, size: int) -> tuple[Piece, ...]:
    """Hold on to the pieces of a range alone."""
    blobs = call.engine.objects.blobs
    wanted = span(pieces, start, size)
    blobs.hold(wanted)
    blobs.let_go(pieces)
    return wanted


def delete(call: Call) -> Answer:
    """DeleteObject, which says 204 also where nothing was."""
    given = call.parameters
    call.engine.objects.delete(given["Bucket"], given["Key"], for_delete(given))
    return {}


def delete_many(call: Call) -> Answer:
    """DeleteObjects: what went wrong for a key is said beside it."""
    given = call.parameters
    wanted = given["Delete"].get("Objects", [])
    if not 0 < len(wanted) <= _DELETES:
        message = (
            "The XML you provided was not well-formed or did not validate "
            "against our published schema"
        )
        raise ServiceError("MalformedXML", message)
    deleted, errors = [], []
    for one in wanted:
        key = one["Key"]
        try:
            if one.get("VersionId", "null") != "null":
                message = "The specified version does not exist."
                raise ServiceError("NoSuchVersion", message, 404)
            call.engine.objects.delete(given["Bucket"], key, for_delete(one))
        except ServiceError as problem:
            errors.append({"Key": key, "Code": problem.code, "Message": problem.message})
        else:
            deleted.append({"Key": key})
    return {"Deleted": [] if given["Delete"].get("Quiet") else deleted, "Errors": errors}


def attributes(call: Call) -> Answer:
    """GetObjectAttributes: those that are asked for."""
    given = call.parameters
    found = call.engine.objects.find(given["Bucket"], given["Key"])
    facts = found.facts
    all_of_them: Answer = {
        "ETag": found.etag,
        "Checksum": headers.checksums(found) or None,
        "StorageClass": headers.storage_class(facts),
        "ObjectSize": found.size,
    }
    if facts.parts:
        after, most = given.get("PartNumberMarker", 0), given.get("MaxParts", 1000)
        numbered = list(enumerate(facts.parts, 1))
        shown = [part for part in numbered if part[0] > after][:most]
        all_of_them["ObjectParts"] = {
            "TotalPartsCount": len(facts.parts),
            "PartNumberMarker": after,
            "NextPartNumberMarker": shown[-1][0] if shown else after,
            "MaxParts": most,
            "IsTruncated": bool(shown) and shown[-1][0] < len(facts.parts),
        }
    asked = given["ObjectAttributes"]
    return {
        "LastModified": int(found.modified),
        **{name: value for name, value in all_of_them.items() if name in asked},
    }


HANDLERS = {
    "DeleteObject": delete,
    "DeleteObjects": delete_many,
    "GetObject": get,
    "GetObjectAttributes": attributes,
    "HeadObject": head,
    "PutObject": put,
}
