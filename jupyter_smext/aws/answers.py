"""What AWS answered when it said no: a `ClientError` → a `Problem`."""

from __future__ import annotations

import time
from typing import Any

from ..protocol import Problem
from . import codes, profiles
from .problems import place_of, problem, signed_out

# The part before the colon of an IAM action, where it is not the service's name in botocore.
PREFIXES = {"resourcegroupstaggingapi": "tag", "sagemaker-runtime": "sagemaker"}


def of_answer(error: Any, connection: str, operation: str | None, service: str) -> Problem:
    """A ClientError: AWS answered, and said no."""
    answer = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    code, message = str(answer.get("Code") or ""), str(answer.get("Message") or "")
    asked = operation or error.operation_name
    place = place_of(connection)
    said: dict[str, Any] = {"code": code or None, "request_id": meta.get("RequestId")}
    if code in codes.CLOCK or codes.SKEWED.search(message):
        return problem(
            "signed_out",
            "This machine's clock is wrong",
            message,
            "Set the clock: AWS refuses requests that are more than 5 minutes off.",
            **said,
        )
    if code in codes.EXPIRED:
        return signed_out(connection, "Sign-in expired", message, **said)
    if code in codes.NOT_ACCEPTED:
        title = f"{place[0].upper()}{place[1:]} does not accept these keys"
        return signed_out(connection, title, message, **said)
    if code in codes.DENIED:
        return _denied(error, message, asked, service, said)
    if code in codes.THROTTLED or "Throttl" in code:
        return problem(
            "throttled",
            f"{place[0].upper()}{place[1:]} is limiting requests",
            message,
            "It is tried again by itself.",
            retry_at=_retry_at(meta),
            **said,
        )
    if connection == profiles.LOCAL and code in codes.NEEDS_AWS:
        return problem(
            "needs_aws", f"{asked} needs AWS", message, "Choose an AWS connection.", **said
        )
    if code in codes.LIMIT and connection == profiles.LOCAL and not codes.QUOTA.search(message):
        return problem(
            "limit",
            "A limit of the local engine is reached",
            message,
            "Do what it says, and try again.",
            **said,
        )
    if code in codes.LIMIT:
        return problem(
            "limit",
            "A quota of the account is used up",
            message,
            "Shut something down, or ask for more in Service Quotas.",
            **said,
        )
    if code in codes.CONFLICT or (code in codes.INVALID and codes.TAKEN.search(message)):
        return problem(
            "conflict",
            f"{asked} is not possible now",
            message,
            "Read it again, then retry.",
            **said,
        )
    if code in codes.NOT_FOUND or (code in codes.INVALID and codes.ABSENT.search(message)):
        return problem("not_found", "It is not there", message, "Refresh the list.", **said)
    if code in codes.INVALID or (not code and meta.get("HTTPStatusCode") == 400):
        return problem(
            "invalid",
            f"{place[0].upper()}{place[1:]} refused {asked}",
            message,
            "Change it.",
            **said,
        )
    return problem(
        "broken",
        f"{place[0].upper()}{place[1:]} failed at {asked}",
        # A proxy's HTML page is no message.
        "" if message.lstrip().startswith("<") else message,
        "Try again.",
        **said,
    )


def _denied(error: Any, message: str, asked: str, service: str, said: dict[str, Any]) -> Problem:
    found = codes.ACTION.search(message)
    # Signing in makes calls of its own, which may be what is denied.
    own = {"AssumeRole": "sts", "AssumeRoleWithWebIdentity": "sts", "GetRoleCredentials": "sso"}
    prefix = own.get(error.operation_name) or PREFIXES.get(service, service)
    action = error.operation_name if error.operation_name in own else asked
    permission = found[1] if found else f"{prefix}:{action}"
    return problem(
        "denied",
        f"Not allowed: {permission}",
        message,
        f"Ask for {permission}, or use a profile that has it.",
        permission=permission,
        **said,
    )


def _retry_at(meta: dict[str, Any]) -> float | None:
    after = str(meta.get("HTTPHeaders", {}).get("retry-after", ""))
    return time.time() + int(after) if after.isdigit() else None
