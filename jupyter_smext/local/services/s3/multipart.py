"""Multipart uploads: begun, fed, listed, completed, given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...contract import ServiceError
from ...object_store.blobs import DIGESTS
from ...object_store.crc import Crc, Crc32
from ...object_store.uploads import Chosen, Part, Uploads
from ..sagemaker import Answer, Call
from . import object_headers as headers
from .buckets import owner
from .conditions import for_write

_PARTS = 10_000


def create(call: Call) -> Answer:
    """CreateMultipartUpload."""
    given = call.parameters
    algorithm = headers.algorithm(given.get("ChecksumAlgorithm"))
    composite = _composite(algorithm, given.get("ChecksumType"))
    facts = headers.facts(call)
    made = Uploads(call.engine.objects).create(
        given["Bucket"], given["Key"], facts, algorithm, composite
    )
    answer: Answer = {"Bucket": given["Bucket"], "Key": given["Key"], "UploadId": made}
    if algorithm:
        answer["ChecksumAlgorithm"] = algorithm
        answer["ChecksumType"] = "COMPOSITE" if composite else "FULL_OBJECT"
    return answer


def _composite(algorithm: str | None, kind: str | None) -> bool:
    """Amazon S3 user guide, "Checking object integrity": what kind of checksum an algorithm has."""
    if algorithm is None:
        if kind is not None:
            message = (
                "The x-amz-checksum-type header can only be used with x-amz-checksum-algorithm."
            )
            raise ServiceError("InvalidRequest", message)
        return False
    foldable = isinstance(DIGESTS[algorithm](), Crc | Crc32)
    kind = kind or ("FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE")
    if (kind == "COMPOSITE" and algorithm == "CRC64NVME") or (
        kind == "FULL_OBJECT" and not foldable
    ):
        message = (
            f"The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        )
        raise ServiceError("InvalidRequest", message)
    return kind == "COMPOSITE"


def put_part(call: Call) -> Answer:
    """UploadPart."""
    given = call.parameters
    number, body = part_number(given), given["Body"]
    where = (given["Bucket"], given["Key"], given["UploadId"])
    uploads = Uploads(call.engine.objects)
    wanted = uploads.find(*where).checksum
    with body.draft() as draft:
        sent = next(iter(body.checksums), None)
        if wanted is not None and sent != wanted:
            message = (
                "Checksum Type mismatch occurred, "
                f"expected checksum Type: {wanted.lower()}, "
                f"actual checksum Type: {(sent or 'null').lower()}"
            )
            raise ServiceError("InvalidRequest", message)
        part = uploads.put(*where, number, draft, body.checksums)
    return {"ETag": headers.quoted(part.etag), **_checksums(part)}


def _checksums(part: Part) -> Answer:
    return {f"Checksum{name}": text for name, text in part.checksums.items()}


def part_number(given: Mapping[str, Any]) -> int:
    """The number of a part. Raises ServiceError InvalidArgument."""
    number: int = given["PartNumber"]
    if not 1 <= number <= _PARTS:
        message = f"Part number must be an integer between 1 and {_PARTS}, inclusive"
        more = {"ArgumentName": "partNumber", "ArgumentValue": number}
        raise ServiceError("InvalidArgument", message, members=more)
    return number


def complete(call: Call) -> Answer:
    """CompleteMultipartUpload."""
    given, objects = call.parameters, call.engine.objects
    where = (given["Bucket"], given["Key"], given["UploadId"])
    parts = given.get("MultipartUpload", {}).get("Parts", [])
    if not parts or any("ETag" not in part or "PartNumber" not in part for part in parts):
        message = (
            "The XML you provided was not well-formed or did not validate "
            "against our published schema"
        )
        raise ServiceError("MalformedXML", message)
    chosen = [
        Chosen(
            part["PartNumber"],
            part["ETag"],
            {name: part[f"Checksum{name}"] for name in DIGESTS if f"Checksum{name}" in part},
        )
        for part in parts
    ]
    expected = {n: given[f"Checksum{n}"] for n in DIGESTS if f"Checksum{n}" in given}
    stored = Uploads(objects).complete(
        *where, chosen, for_write(given), size=given.get("MpuObjectSize"), checksums=expected
    )
    assert call.request is not None
    return {
        "Location": f"http://{call.request.headers('Host')}/{given['Bucket']}/{given['Key']}",
        "Bucket": given["Bucket"],
        "Key": given["Key"],
        "ETag": headers.quoted(stored.etag),
        **headers.checksums(stored),
    }


def abort(call: Call) -> Answer:
    """AbortMultipartUpload, which says 204."""
    given = call.parameters
    Uploads(call.engine.objects).abort(given["Bucket"], given["Key"], given["UploadId"])
    return {}


def parts(call: Call) -> Answer:
    """ListParts."""
    given = call.parameters
    uploads = Uploads(call.engine.objects)
    upload = uploads.find(given["Bucket"], given["Key"], given["UploadId"])
    after = given.get("PartNumberMarker", 0)
    most = min(given.get("MaxParts", 1000), 1000)
    found = uploads.parts(upload.id, after, most + 1)
    shown = found[:most]
    answer: Answer = {
        "Bucket": given["Bucket"],
        "Key": given["Key"],
        "UploadId": upload.id,
        "PartNumberMarker": after,
        "NextPartNumberMarker": shown[-1].number if shown else 0,
        "MaxParts": most,
        "IsTruncated": len(found) > most,
        "Parts": [_part(part) for part in shown],
        "Initiator": owner(call),
        "Owner": owner(call),
        "StorageClass": headers.storage_class(upload.facts),
    }
    if upload.checksum:
        answer["ChecksumAlgorithm"] = upload.checksum
        answer["ChecksumType"] = "COMPOSITE" if upload.composite else "FULL_OBJECT"
    return answer


def _part(part: Part) -> Answer:
    return {
        "PartNumber": part.number,
        "LastModified": part.modified,
        "ETag": headers.quoted(part.etag),
        "Size": part.size,
        **_checksums(part),
    }


HANDLERS = {
    "AbortMultipartUpload": abort,
    "CompleteMultipartUpload": complete,
    "CreateMultipartUpload": create,
    "ListParts": parts,
    "UploadPart": put_part,
}
