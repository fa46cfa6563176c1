"""What stands in the headers of an object's requests and answers, both ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from ... import errors
from ...contract import ServiceError
from ...object_store.blobs import DIGESTS
from ...object_store.objects import CONTENT_TYPE
from ...object_store.rows import Facts, StoredObject
from ..sagemaker import Answer, Call
from .tag_rules import check_tags

#: Kept as they came, by the member that names each in the model.
_KEPT = {
    "CacheControl": "cache-control",
    "ContentDisposition": "content-disposition",
    "ContentEncoding": "content-encoding",
    "ContentLanguage": "content-language",
    "ContentType": "content-type",
    "Expires": "expires",
    "WebsiteRedirectLocation": "x-amz-website-redirect-location",
}
#: docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: 2 KB, names and values.
_METADATA = 2048
#: A class is a label here; those whose objects have to be restored first need AWS.
_CLASSES = frozenset(
    {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"}
    | {"GLACIER_IR"}
)
_CLASS = "x-amz-storage-class"
_LOCKS = ("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus")
_EVENT_LOCKS = ("EventHold", "EventHoldDurationDays", "EventHoldDurationYears")
_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_RUN = {
    "SSECustomerAlgorithm": "encryption with a key of the customer",
    "CopySourceSSECustomerAlgorithm": "encryption with a key of the customer",
    "WriteOffsetBytes": "appending",
}


def facts(call: Call) -> Facts:
    """An object's facts out of the request that makes it; its checksums are not known yet.

    Encryption is taken and without effect: the engine's disk is as encrypted as its owner made it,
    so no answer says that an object is. Raises ServiceError for what is not taken.
    """
    given, request = call.parameters, call.request
    assert request is not None
    refuse_acl(given)
    for member, what in _NOT_RUN.items():
        if member in given:
            raise errors.not_run("s3", f"{call.operation} with {what}")
    if any(member in given for member in (*_LOCKS, *(f"ObjectLock{one}" for one in _EVENT_LOCKS))):
        # Amazon S3 user guide, "Locking objects": what AWS says where none is configured.
        raise ServiceError("InvalidRequest", "Bucket is missing Object Lock Configuration")
    headers = {
        name: _latin(request.headers(name))
        for name in _KEPT.values()
        if name in request.header_names
    }
    for name, value in {**headers, **given.get("Metadata", {})}.items():
        # A link can carry in its query what no header could be.
        if not _NAME.fullmatch(name) or _CONTROL.search(value):
            raise ServiceError("InvalidArgument", f"{name[:64]!r} is no header, or has no value")
    if "content-encoding" in headers:
        # The coding of the body on its way is none of the object's.
        codings = [one.strip() for one in headers["content-encoding"].split(",")]
        codings = [one for one in codings if one and one.lower() != "aws-chunked"]
        headers["content-encoding"] = ",".join(codings)
        if not codings:
            del headers["content-encoding"]
    headers.setdefault("content-type", CONTENT_TYPE)
    storage = given.get("StorageClass", "STANDARD")
    if storage not in _CLASSES:
        raise ServiceError("InvalidStorageClass", "The storage class you specified is not valid")
    if storage != "STANDARD":
        headers[_CLASS] = storage
    return Facts(headers=headers, metadata=_metadata(given), tags=tags(given.get("Tagging", "")))


def _metadata(given: Mapping[str, Any]) -> Mapping[str, str]:
    metadata: Mapping[str, str] = given.get("Metadata", {})
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    if size > _METADATA:
        message = "Your metadata headers exceed the maximum allowed metadata size"
        more = {"Size": size, "MaxSizeAllowed": _METADATA}
        raise ServiceError("MetadataTooLarge", message, members=more)
    return metadata


def tags(header: str) -> Mapping[str, str]:
    """The tags of x-amz-tagging. Raises ServiceError InvalidArgument, InvalidTag, BadRequest."""
    pairs = parse_qsl(header, keep_blank_values=True)
    if len({name for name, _ in pairs}) < len(pairs) or bool(header) != bool(pairs):
        message = (
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
            "parameters without tag name duplicates."
        )
        more = {"ArgumentName": "x-amz-tagging", "ArgumentValue": header[:256]}
        raise ServiceError("InvalidArgument", message, members=more)
    return check_tags(pairs, 10)


def refuse_acl(given: Mapping[str, Any]) -> None:
    """As AWS does where, as by default, the bucket's owner owns all: ACLs are off."""
    acl = given.get("ACL", "private")
    grants = any(name.startswith("Grant") for name in given)
    if grants or acl not in ("private", "bucket-owner-full-control"):
        raise ServiceError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def show(call: Call, found: StoredObject) -> Answer:
    """The members, and in the response the headers, that GetObject and HeadObject have alike."""
    given = call.parameters
    headers = dict(found.facts.headers)
    for member, name in _KEPT.items():
        if (text := given.get(f"Response{member}")) is not None:
            headers[name] = _text(call, name, text)
    call.response.headers |= {
        name: value.encode().decode("latin-1") for name, value in headers.items()
    }
    answer: Answer = {
        "AcceptRanges": "bytes",
        "ContentLength": found.size,
        "ETag": quoted(found.etag),
        "LastModified": int(found.modified),
        "Metadata": {
            name: value.encode().decode("latin-1") for name, value in found.facts.metadata.items()
        },
    }
    if found.facts.tags:
        answer["TagCount"] = len(found.facts.tags)
    return answer


def _text(call: Call, name: str, value: Any) -> str:
    """An override as it was sent; the model makes a time of one of them."""
    assert call.request is not None
    sent = dict(parse_qsl(call.request.query))
    text = value if isinstance(value, str) else sent.get(f"response-{name}", "")
    if not text.isprintable():
        message = f"response-{name} is no value of a header"
        raise ServiceError("InvalidArgument", message)
    return text


def checksums(found: StoredObject) -> Answer:
    """An object's checksums as members of an answer."""
    answer: Answer = {f"Checksum{name}": text for name, text in found.facts.checksums.items()}
    if answer:
        composite = any("-" in text for text in found.facts.checksums.values())
        answer["ChecksumType"] = "COMPOSITE" if composite else "FULL_OBJECT"
    return answer


def algorithm(name: str | None) -> str | None:
    """The checksum algorithm a request asks for. Raises ServiceError InvalidRequest."""
    if name is not None and name not in DIGESTS:
        known = ", ".join(sorted(DIGESTS))
        message = f"The local engine does not calculate {name}; it knows {known}."
        raise ServiceError("InvalidRequest", message)
    return name


def with_checksums(facts: Facts, checksums: Mapping[str, str]) -> Facts:
    """The facts with these checksums in place of others."""
    return replace(facts, checksums=dict(checksums))


def storage_class(found: Facts) -> str:
    """The label an object was put with."""
    return found.headers.get(_CLASS, "STANDARD")


def quoted(etag: str) -> str:
    """An ETag as headers and documents have it."""
    return f'"{etag}"'


def _latin(text: str) -> str:
    """A header's text; clients send UTF-8 in it, which arrives as Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
