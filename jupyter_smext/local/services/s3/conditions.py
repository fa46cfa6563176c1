"""If-Match and its kin, for reads, writes, copies and deletes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...contract import ServiceError
from ...object_store.objects import Condition
from ...object_store.rows import StoredObject


def not_modified(given: Mapping[str, Any], found: StoredObject, source: str = "") -> bool:
    """Whether a read is to say only that its object has not changed (304).

    `source` begins the members' names for the source of a copy. Raises ServiceError
    PreconditionFailed (412). Amazon S3 API Reference, GetObject: If-Match goes before
    If-Unmodified-Since, and If-None-Match before If-Modified-Since.
    """
    matches, differs = given.get(f"{source}IfMatch"), given.get(f"{source}IfNoneMatch")
    since = given.get(f"{source}IfModifiedSince")
    before = given.get(f"{source}IfUnmodifiedSince")
    if matches is not None:
        if not _names(matches, found):
            raise _failed("If-Match")
    elif before is not None and int(found.modified) > before:
        raise _failed("If-Unmodified-Since")
    if differs is not None:
        return _names(differs, found)
    return since is not None and int(found.modified) <= since


def for_write(given: Mapping[str, Any]) -> Condition | None:
    """The condition of a put. Raises ServiceError for one that AWS does not take."""
    matches, differs = given.get("IfMatch"), given.get("IfNoneMatch")
    if matches is None and differs is None:
        return None
    if differs is not None and (matches is not None or differs.strip() != "*"):
        message = "A header you provided implies functionality that is not implemented"
        raise ServiceError("NotImplemented", message, members={"Header": "If-None-Match"})

    def check(found: StoredObject | None) -> None:
        if differs is not None and found is not None:
            raise _failed("If-None-Match")
        if matches is not None:
            if found is None:
                # PutObject: "if the object does not exist … 404 Not Found".
                raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
            if not _names(matches, found):
                raise _failed("If-Match")

    return check


def for_delete(given: Mapping[str, Any]) -> Condition | None:
    """The condition of a delete. Amazon S3 user guide, "How to perform conditional deletes"."""
    matches = given.get("IfMatch", given.get("ETag"))
    size = given.get("IfMatchSize", given.get("Size"))
    time = given.get("IfMatchLastModifiedTime", given.get("LastModifiedTime"))
    if matches is None and size is None and time is None:
        return None

    def check(found: StoredObject | None) -> None:
        if found is None:
            if matches is not None and matches.strip() != "*":
                raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
            if matches is not None:
                raise _failed("If-Match")
            return
        if matches is not None and not _names(matches, found):
            raise _failed("If-Match")
        if size is not None and size != found.size:
            raise _failed("x-amz-if-match-size")
        if time is not None and int(time) != int(found.modified):
            raise _failed("x-amz-if-match-last-modified-time")

    return check


def _names(header: str, found: StoredObject) -> bool:
    etags = [one.strip().removeprefix("W/").strip('"') for one in header.split(",")]
    return found.etag in etags or "*" in etags


def _failed(header: str) -> ServiceError:
    message = "At least one of the pre-conditions you specified did not hold"
    return ServiceError("PreconditionFailed", message, 412, {"Condition": header})
