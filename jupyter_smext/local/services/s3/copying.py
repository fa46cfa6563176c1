"""Copies within S3: of objects, whose bytes are shared, and of ranges as parts of an upload."""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import replace
from urllib.parse import parse_qs, unquote

from ...contract import ServiceError
from ...object_store.blobs import DIGESTS, Piece, Reader, span
from ...object_store.rows import Facts, StoredObject
from ...object_store.uploads import Part, Uploads
from ..sagemaker import Answer, Call
from . import object_headers as headers
from .conditions import for_write, not_modified
from .multipart import part_number

_CHUNK = 1 << 20
#: With one of these, a copy onto itself is no mistake.
_CHANGES = ("StorageClass", "ServerSideEncryption", "WebsiteRedirectLocation")


def copy(call: Call) -> Answer:
    """CopyObject."""
    given, objects = call.parameters, call.engine.objects
    source, to = _source(call), (given["Bucket"], given["Key"])
    new = headers.facts(call)
    keeps = given.get("MetadataDirective", "COPY") == "COPY"
    keeps_tags = given.get("TaggingDirective", "COPY") == "COPY"
    if source == to and keeps and not any(member in given for member in _CHANGES):
        message = (
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes."
        )
        raise ServiceError("InvalidRequest", message)
    wanted = headers.algorithm(given.get("ChecksumAlgorithm"))

    def facts(found: StoredObject, reader: Reader) -> tuple[str, Facts]:
        _check_source(call, found)
        old = found.facts
        kept = new
        if keeps:
            # The class is the request's alone: without one the copy is STANDARD.
            named = {n: v for n, v in old.headers.items() if not n.startswith("x-amz-")}
            ours = {n: v for n, v in new.headers.items() if n.startswith("x-amz-")}
            kept = replace(new, headers={**named, **ours}, metadata=old.metadata)
        if keeps_tags:
            kept = replace(kept, tags=old.tags)
        etag, checksums = _rehashed(found, reader, wanted)
        return etag, headers.with_checksums(kept, checksums)

    found, stored = objects.copy(source, to, facts, for_write(given))
    return {
        "CopyObjectResult": {
            "ETag": headers.quoted(stored.etag),
            "LastModified": int(stored.modified),
            **headers.checksums(stored),
        }
    }


def _rehashed(
    found: StoredObject, reader: Reader, wanted: str | None
) -> tuple[str, dict[str, str]]:
    """(ETag, checksums) of a copy: one object, so of all its bytes, whatever its source was."""
    old = found.facts.checksums
    algorithm = wanted or next(iter(old), None)
    whole = {name: text for name, text in old.items() if "-" not in text and name == algorithm}
    needed = set() if algorithm is None or whole else {algorithm}
    if "-" in found.etag:
        needed.add("MD5")
    digests = {name: DIGESTS[name]() for name in needed}
    while digests and (chunk := reader.read(_CHUNK)):
        for digest in digests.values():
            digest.update(chunk)
    etag = digests["MD5"].digest().hex() if "-" in found.etag else found.etag
    if algorithm in digests:
        whole = {algorithm: b64encode(digests[algorithm].digest()).decode()}
    return etag, whole


def copy_part(call: Call) -> Answer:
    """UploadPartCopy."""
    given, objects = call.parameters, call.engine.objects
    uploads = Uploads(objects)
    to = (given["Bucket"], given["Key"], given["UploadId"])
    number, source = part_number(given), _source(call)
    upload = uploads.find(*to)
    while True:
        found, held = objects.hold(*source)
        try:
            _check_source(call, found)
            pieces = span(held, *_part_range(given.get("CopySourceRange"), found.size))
            part = _hashed(call, number, pieces, upload.checksum)
            if uploads.share((*source, found), to, pieces, part):
                break
        finally:
            objects.blobs.let_go(held)
    answer: Answer = {"ETag": headers.quoted(part.etag), "LastModified": int(part.modified)}
    answer |= {f"Checksum{name}": text for name, text in part.checksums.items()}
    return {"CopyPartResult": answer}


def _hashed(call: Call, number: int, pieces: tuple[Piece, ...], checksum: str | None) -> Part:
    blobs = call.engine.objects.blobs
    digests = {name: DIGESTS[name]() for name in {"MD5", checksum or "MD5"}}
    blobs.hold(pieces)
    with Reader(blobs, pieces) as reader:
        while chunk := reader.read(_CHUNK):
            for digest in digests.values():
                digest.update(chunk)
    checksums = {checksum: b64encode(digests[checksum].digest()).decode()} if checksum else {}
    size = sum(piece.size for piece in pieces)
    return Part(number, size, digests["MD5"].digest().hex(), time.time(), checksums)


def _part_range(header: str | None, size: int) -> tuple[int, int]:
    if header is None:
        return 0, size
    first, _, last = header.removeprefix("bytes=").partition("-")
    # UploadPartCopy: "bytes=first-last, where the first and last are the zero-based byte offsets".
    if not header.startswith("bytes=") or not first.isdecimal() or not last.isdecimal():
        message = (
            "The x-amz-copy-source-range value must be of the form bytes=first-last "
            "where first and last are the zero-based offsets of the first and last bytes to copy"
        )
        raise ServiceError("InvalidArgument", message)
    if int(first) > int(last) or int(last) >= size:
        message = f"Range specified is not valid for source object of size: {size}"
        raise ServiceError("InvalidRange", message, 416)
    return int(first), int(last) - int(first) + 1


def _source(call: Call) -> tuple[str, str]:
    """(bucket, key) of x-amz-copy-source, which is percent-encoded."""
    path, _, query = call.parameters["CopySource"].partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not bucket or not key or bucket.startswith("arn:"):
        message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"
        raise ServiceError("InvalidArgument", message)
    if parse_qs(query).get("versionId", ["null"]) != ["null"]:
        raise ServiceError("InvalidArgument", "Invalid version id specified")
    return bucket, key


def _check_source(call: Call, found: StoredObject) -> None:
    if not_modified(call.parameters, found, "CopySource"):
        message = "At least one of the pre-conditions you specified did not hold"
        more = {"Condition": "x-amz-copy-source-If-None-Match"}
        raise ServiceError("PreconditionFailed", message, 412, more)


HANDLERS = {"CopyObject": copy, "UploadPartCopy": copy_part}
