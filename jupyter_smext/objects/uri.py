"""S3 URIs, letter for letter: a key may begin, end and be filled with anything."""

from __future__ import annotations

import re

from ..aws.errors import ProblemError, problem

# Wider than what S3 lets anybody create today: older buckets have capitals and underscores.
_URI = re.compile(
    r"s3://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])(?:/(?P<key>.*))?", re.S
)

KEY_BYTES = 1024
"""Of a key in UTF-8, by S3's documentation."""


def split(uri: str) -> tuple[str, str]:
    """Bucket and key; the key of a bucket is empty. Raises a 400 ProblemError."""
    found = _URI.fullmatch(uri)
    key = found["key"] or "" if found else ""
    if found is None or len(key.encode(errors="replace")) > KEY_BYTES:
        raise ProblemError(
            problem(
                "invalid",
                "This is no place in S3",
                f"{uri[:200]!r} should read like s3://my-bucket/some/key.",
                "Give the URI of a bucket, a folder or an object.",
            )
        )
    return found["bucket"], key


def uri_of(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def name_of(key: str) -> str:
    """The last part of a key, of a folder without its slash."""
    return key.removesuffix("/").rsplit("/", 1)[-1]
