"""AWS's reasons for giving no instance, in words: quota, capacity, role, state, sign-in mode."""

from __future__ import annotations

import re

from msgspec.structs import replace

from ...aws.errors import problem
from ...protocol import Problem

#: amazon-sagemaker-examples#207, amazon-sagemaker-feedback#99, and EC2's own code.
_CAPACITY = re.compile(r"insufficient\w*[ ]?(\w+ )*capacity|temporarily unavailable", re.IGNORECASE)
_PASS_ROLE = "iam:PassRole"
#: "This operation can only be called when the AuthMode is IAM." (CreatePresignedDomainUrl)
_AUTH_MODE = re.compile(r"AuthMode is IAM|auth mode", re.IGNORECASE)


def failed(name: str, status: str, reason: str) -> Problem:
    """What an instance that went to a failed state says of it."""
    return problem(
        "conflict",
        f"{name} went to {status}",
        reason,
        "Retry, or choose another type." if reason else "Open it to see why, then retry.",
    )


def in_words(found: Problem, instance_type: str | None, region: str, where: str = "") -> Problem:
    """The same problem under a title that says what it means for a switch; AWS's words stay.

    `where` is the domain or instance that it is about.
    """
    of = instance_type or "instance"
    if found.code == "InsufficientInstanceCapacity" or _CAPACITY.search(found.detail):
        return replace(
            found,
            status=503,
            cause="limit",
            title=f"No {of} is free in {region} right now",
            next="AWS has no capacity for this type at the moment; your quota is fine. "
            "Retry later, or choose another type.",
        )
    if found.cause == "limit":
        return replace(
            found,
            title=f"The quota for {of} in {region} is used up",
            next="Shut something down that runs on it, ask for more in Service Quotas, "
            "or choose another type.",
        )
    if found.permission == _PASS_ROLE:
        return replace(
            found,
            title="The role may not be handed to SageMaker: iam:PassRole is missing",
            next="Ask for iam:PassRole on this role, or choose a role that you may pass.",
        )
    if _AUTH_MODE.search(found.detail):
        return sso_domain(where or "The domain", found)
    return found


def sso_domain(name: str, found: Problem | None = None) -> Problem:
    """A domain whose people sign in through IAM Identity Center."""
    said = found.detail if found is not None else "Its AuthMode is SSO, and not IAM."
    made = problem(
        "needs_aws",
        f"{name} signs people in through IAM Identity Center",
        said,
        "AWS makes no sign-in links for such a domain, so no kernel can be had from outside. "
        "Choose a notebook instance, or a space of a domain whose AuthMode is IAM.",
    )
    code, request_id = (found.code, found.request_id) if found is not None else (None, None)
    return replace(made, status=409, cause="conflict", code=code, request_id=request_id)
