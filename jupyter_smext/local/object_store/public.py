"""The bucket of AWS's own that the engine has, too: JumpStart's, which anybody may read."""

from __future__ import annotations

import re

from ..contract import ServiceError

_BUCKET = re.compile(r"jumpstart-cache-prod-(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)")


def region_of(bucket: str) -> str | None:
    """The region whose catalogue is in a bucket; None for one of the account's own."""
    found = _BUCKET.fullmatch(bucket)
    return found["region"] if found else None


def check_own(bucket: str) -> None:
    """Raises ServiceError AccessDenied for a bucket that only AWS writes to."""
    if region_of(bucket) is not None:
        raise ServiceError("AccessDenied", "Access Denied", 403)
