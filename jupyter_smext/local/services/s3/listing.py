"""Lists of objects and of uploads, with prefix, delimiter and pages."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from ...contract import ServiceError
from ...object_store.objects import successor
from ...object_store.rows import StoredObject
from ...object_store.uploads import Upload, Uploads
from ..sagemaker import Answer, Call
from . import object_headers as headers
from .buckets import owner

_MOST = 1000


class _Listed:
    """One page: items and common prefixes, at most so many, in the order of their keys."""

    def __init__(self, prefix: str, delimiter: str, most: int) -> None:
        self._prefix, self._delimiter, self._most = prefix, delimiter, most
        self.items: list[Any] = []
        self.prefixes: list[str] = []
        self.last = ""
        self.truncated = False

    @property
    def count(self) -> int:
        return len(self.items) + len(self.prefixes)

    def rolled(self, key: str) -> str:
        """The common prefix that a key is shown as, or ""."""
        if not self._delimiter:
            return ""
        at = key.find(self._delimiter, len(self._prefix))
        return key[: at + len(self._delimiter)] if at >= 0 else ""

    def take(self, item: StoredObject | Upload) -> bool:
        """Show one more; False when the page was full before it."""
        rolled = self.rolled(item.key)
        if rolled and self.prefixes and self.prefixes[-1] == rolled:
            return True
        if self.count >= self._most:
            self.truncated = self._most > 0
            return False
        if rolled:
            self.prefixes.append(rolled)
        else:
            self.items.append(item)
        self.last = rolled or item.key
        return True


def _objects(call: Call, after: str) -> _Listed:
    """The page of a bucket's objects after a key, or after a common prefix and all in it."""
    given, objects = call.parameters, call.engine.objects
    prefix, delimiter = given.get("Prefix", ""), given.get("Delimiter", "")
    most = _at_most(given, "MaxKeys")
    page = _Listed(prefix, delimiter, most)
    start = successor(after) if after and page.rolled(after) == after else ""
    while True:
        found = objects.page(given["Bucket"], prefix, after, start=start, size=most + 1)
        for item in found:
            if item.key < start:
                continue  # in a common prefix that is shown already
            if not page.take(item):
                return page
            after = item.key
            if rolled := page.rolled(item.key):
                start = successor(rolled)
                if not start:
                    return page
        if len(found) <= most:
            return page


def list_1(call: Call) -> Answer:
    """ListObjects."""
    given, encode = call.parameters, _encoder(call)
    page = _objects(call, given.get("Marker", ""))
    answer = {
        **_echo(call, encode, "Prefix", "Delimiter", "Marker"),
        "Name": given["Bucket"],
        "MaxKeys": _at_most(given, "MaxKeys"),
        **_entries(page, encode, owner(call)),
    }
    if page.truncated and given.get("Delimiter"):
        answer["NextMarker"] = encode(page.last)
    return answer


def list_2(call: Call) -> Answer:
    """ListObjectsV2."""
    given, encode = call.parameters, _encoder(call)
    token = given.get("ContinuationToken")
    page = _objects(call, given.get("StartAfter", "") if token is None else _from_token(token))
    answer = {
        **_echo(call, encode, "Prefix", "Delimiter", "StartAfter"),
        "Name": given["Bucket"],
        "MaxKeys": _at_most(given, "MaxKeys"),
        "KeyCount": page.count,
        **_entries(page, encode, owner(call) if given.get("FetchOwner") else None),
    }
    if token is not None:
        answer["ContinuationToken"] = token
    if page.truncated:
        answer["NextContinuationToken"] = urlsafe_b64encode(page.last.encode()).decode()
    return answer


def versions(call: Call) -> Answer:
    """ListObjectVersions of a bucket that keeps none: each object is its version "null"."""
    given, encode = call.parameters, _encoder(call)
    page = _objects(call, given.get("KeyMarker", ""))
    answer = {
        **_echo(call, encode, "Prefix", "Delimiter", "KeyMarker"),
        "Name": given["Bucket"],
        "MaxKeys": _at_most(given, "MaxKeys"),
        "VersionIdMarker": given.get("VersionIdMarker", ""),
        **_entries(page, encode, owner(call), "Versions"),
    }
    for version in answer["Versions"]:
        version |= {"VersionId": "null", "IsLatest": True}
    if page.truncated:
        answer["NextKeyMarker"] = encode(page.last)
        if page.items and page.items[-1].key == page.last:
            answer["NextVersionIdMarker"] = "null"
    return answer


def uploads(call: Call) -> Answer:
    """ListMultipartUploads."""
    given, encode = call.parameters, _encoder(call)
    prefix, delimiter = given.get("Prefix", ""), given.get("Delimiter", "")
    most = _at_most(given, "MaxUploads")
    page = _Listed(prefix, delimiter, most)
    key = given.get("KeyMarker", "")
    # Without the id of one, all uploads of the marker's key are over; no id is as high as this.
    marker = (key, given.get("UploadIdMarker") or ("\U0010ffff" if key else ""))
    skipped = key if key and page.rolled(key) == key else None
    found: Sequence[Upload] = ()
    while not page.truncated:
        found = Uploads(call.engine.objects).page(given["Bucket"], prefix, marker, _MOST)
        for one in found:
            marker = (one.key, one.id)
            if (skipped is None or page.rolled(one.key) != skipped) and not page.take(one):
                break
        if len(found) < _MOST:
            break
    answer = {
        **_echo(call, encode, "Prefix", "Delimiter", "KeyMarker"),
        "Bucket": given["Bucket"],
        "UploadIdMarker": given.get("UploadIdMarker", ""),
        "MaxUploads": most,
        "IsTruncated": page.truncated,
        "CommonPrefixes": [{"Prefix": encode(one)} for one in page.prefixes],
        "Uploads": [_upload(call, one, encode) for one in page.items],
    }
    if page.truncated:
        answer["NextKeyMarker"] = encode(page.last)
        is_upload = bool(page.items) and page.items[-1].key == page.last
        answer["NextUploadIdMarker"] = page.items[-1].id if is_upload else ""
    return answer


def _upload(call: Call, upload: Upload, encode: Callable[[str], str]) -> Answer:
    shown: Answer = {
        "UploadId": upload.id,
        "Key": encode(upload.key),
        "Initiated": upload.started,
        "StorageClass": headers.storage_class(upload.facts),
        "Owner": owner(call),
        "Initiator": owner(call),
    }
    if upload.checksum:
        shown["ChecksumAlgorithm"] = upload.checksum
        shown["ChecksumType"] = "COMPOSITE" if upload.composite else "FULL_OBJECT"
    return shown


def _entries(
    page: _Listed,
    encode: Callable[[str], str],
    owned_by: dict[str, str] | None,
    member: str = "Contents",
) -> Answer:
    listed = []
    for one in page.items:
        shown: Answer = {
            "Key": encode(one.key),
            "LastModified": int(one.modified),
            "ETag": headers.quoted(one.etag),
            "Size": one.size,
            "StorageClass": headers.storage_class(one.facts),
        }
        if one.facts.checksums:
            shown["ChecksumAlgorithm"] = list(one.facts.checksums)
            shown["ChecksumType"] = headers.checksums(one)["ChecksumType"]
        if owned_by:
            shown["Owner"] = owned_by
        listed.append(shown)
    return {
        "IsTruncated": page.truncated,
        member: listed,
        "CommonPrefixes": [{"Prefix": encode(one)} for one in page.prefixes],
    }


def _echo(call: Call, encode: Callable[[str], str], *members: str) -> Answer:
    """What was asked for, as it is said again; EncodingType is about these too."""
    given = call.parameters
    answer: Answer = {name: encode(given[name]) for name in members if given.get(name)}
    answer.setdefault("Prefix", "")
    if "Marker" in members or "KeyMarker" in members:
        answer.setdefault("Marker" if "Marker" in members else "KeyMarker", "")
    if "EncodingType" in given:
        answer["EncodingType"] = given["EncodingType"]
    return answer


def _encoder(call: Call) -> Callable[[str], str]:
    if call.parameters.get("EncodingType") == "url":
        return lambda text: quote(text, safe="/")
    return lambda text: text


def _at_most(given: dict[str, Any], member: str) -> int:
    most: int = given.get(member, _MOST)
    if most < 0:
        message = f"Argument {member} must be an integer between 0 and 2147483647"
        raise ServiceError("InvalidArgument", message)
    return min(most, _MOST)


def _from_token(token: str) -> str:
    try:
        return b64decode(token, b"-_", validate=True).decode()
    except ValueError:
        message = "The continuation token provided is incorrect"
        raise ServiceError("InvalidArgument", message) from None


HANDLERS = {
    "ListMultipartUploads": uploads,
    "ListObjectVersions": versions,
    "ListObjects": list_1,
    "ListObjectsV2": list_2,
}
