"""Which tags S3 takes on objects and buckets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ...contract import ServiceError

#: docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
_KEY, _VALUE = 128, 256
_ALLOWED = re.compile(r"[\w\s+\-=.:/@]*")


def check_tags(pairs: Iterable[tuple[str, str]], most: int) -> Mapping[str, str]:
    """The tags as a mapping. Raises ServiceError BadRequest for too many, InvalidTag."""
    found: dict[str, str] = {}
    for key, value in pairs:
        if key in found:
            raise _invalid("Cannot provide multiple Tags with the same key", key)
        if not 0 < len(key) <= _KEY or not _ALLOWED.fullmatch(key):
            raise _invalid("The TagKey you have provided is invalid", key)
        if len(value) > _VALUE or not _ALLOWED.fullmatch(value):
            raise _invalid("The TagValue you have provided is invalid", key)
        if key.startswith("aws:"):
            raise _invalid("System tags cannot be added/updated by requester", key)
        found[key] = value
    if len(found) > most:
        what = "Object" if most == 10 else "Bucket"
        raise ServiceError("BadRequest", f"{what} tags cannot be greater than {most}")
    return found


def _invalid(message: str, key: str) -> ServiceError:
    return ServiceError("InvalidTag", message, members={"TagKey": key[:_KEY]})
