"""Where JumpStart keeps its objects: its buckets, and the places that documents name in S3."""

from __future__ import annotations

import re

from .document_json import hostile

_S3_URI = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?P<key>.*)", re.DOTALL)


def cache_bucket(region: str) -> str:
    """JumpStart's bucket of a region, which anybody reads unsigned."""
    return f"jumpstart-cache-prod-{region}"


def is_cache_bucket(bucket: str) -> bool:
    """Whether it is JumpStart's of any region."""
    return bucket.startswith("jumpstart-cache-prod-")


def gated_bucket(region: str) -> str:
    """JumpStart's bucket of models whose licence must be accepted."""
    return f"jumpstart-private-cache-prod-{region}"


def is_s3_uri(text: str) -> bool:
    return _S3_URI.fullmatch(text) is not None


def place(uri: str | None, key: str | None, bucket: str) -> str | None:
    """The URI, or that of a key in a bucket. Raises ProblemError for what is no plain S3 object."""
    if not uri and not key:
        return None
    if not uri:
        uri = key if key and key.startswith("s3://") else f"s3://{bucket}/{key}"
    parts = _S3_URI.fullmatch(uri or "")
    if parts is None:
        raise hostile(
            "The model's document names no place in S3", f"{(uri or '')[:200]!r} is no S3 URI."
        )
    check_key(parts["key"])
    return uri


def is_plain_key(key: str) -> bool:
    """Whether it is a key as JumpStart has them: no way up, nothing that cannot be printed."""
    return (
        0 < len(key) <= 1024
        and key.isprintable()
        and "\\" not in key
        and ".." not in key.split("/")
        and not key.startswith("/")
    )


def check_key(key: str) -> None:
    """Raises ProblemError for a key that is none of a model's."""
    if not is_plain_key(key):
        raise hostile(
            "The model's document names no place in S3", f"{key[:200]!r} is no key of a model's."
        )
