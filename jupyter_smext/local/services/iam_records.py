"""What IAM's parts have in common: roles and policies in the store, ids, pages, documents."""

from __future__ import annotations

import json
import secrets
import string
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from ..contract import ServiceError
from .records import Detail
from .sagemaker import Answer, Call

#: IAM has no regions; its records live under this one.
GLOBAL = "aws-global"
#: The role that is there from the start, for SageMaker to be given.
FIRST_ROLE = "SageMakerLocalExecutionRole"

_LETTERS = string.ascii_uppercase + string.digits
_MOST_TAGS = 50
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def make_id(prefix: str) -> str:
    """AROA... of a role, ANPA... of a policy."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(17))


def roles(call: Call) -> list[Detail]:
    """Every role, by name."""
    store = call.engine.store
    if store.version(GLOBAL, "Role") == 0 and not store.all("Role", GLOBAL):
        put_role(call, new_role(call, FIRST_ROLE, "/service-role/", json.dumps(_TRUST)))
    found = (role for _, _, role in store.all("Role", GLOBAL))
    return sorted(found, key=lambda role: str(role["RoleName"]))


def new_role(call: Call, name: str, path: str, trust: str) -> Detail:
    """A role's record, not stored yet."""
    return {
        "Path": path,
        "RoleName": name,
        "RoleId": make_id("AROA"),
        "Arn": f"arn:aws:iam::{call.engine.account}:role{path}{name}",
        "CreateDate": time.time(),
        "AssumeRolePolicyDocument": encoded(trust),
        "MaxSessionDuration": 3600,
    }


def put_role(call: Call, role: Detail) -> None:
    """Store a role. Private members: `_inline` policies by name, `_attached` policies' ARNs."""
    call.engine.store.put(GLOBAL, "Role", role["RoleName"], role)


def role(call: Call) -> Detail:
    """The role that RoleName says. Raises ServiceError NoSuchEntity."""
    name = call.parameters["RoleName"]
    found = call.engine.store.get(GLOBAL, "Role", name)
    if found is None and name == FIRST_ROLE:
        found = next((one for one in roles(call) if one["RoleName"] == name), None)
    if found is None:
        raise missing(f"The role with name {name[:128]} cannot be found.")
    return found


def role_of(call: Call, arn: str) -> Detail | None:
    """The role with that ARN, or None."""
    return next((one for one in roles(call) if one["Arn"] == arn), None)


def missing(message: str) -> ServiceError:
    """The error for what is not there."""
    return ServiceError("NoSuchEntity", message, 404)


def conflict(message: str) -> ServiceError:
    """The error for a delete that something else stands on."""
    return ServiceError("DeleteConflict", message, 409)


def limit(message: str) -> ServiceError:
    """The error for one more than AWS's quota."""
    return ServiceError("LimitExceeded", message, 409)


def taken(message: str) -> ServiceError:
    """The error for a name that is in use."""
    return ServiceError("EntityAlreadyExists", message, 409)


def document(text: str) -> str:
    """A policy as it was written: as it is, or percent-encoded, which IAM takes too.

    Raises ServiceError MalformedPolicyDocument for what is no policy; nothing evaluates it.
    """
    for form in (text, unquote(text)):
        try:
            value = json.loads(form)
        except (ValueError, RecursionError):
            continue
        _check_policy(value)
        return form
    raise _malformed("This policy contains invalid Json")


def _check_policy(value: Any) -> None:
    statements = value.get("Statement") if isinstance(value, dict) else None
    listed = statements if isinstance(statements, list) else [statements]
    if not listed or not all(
        isinstance(one, dict) and one.get("Effect") in ("Allow", "Deny") for one in listed
    ):
        raise _malformed("Syntax errors in policy.")


def _malformed(message: str) -> ServiceError:
    return ServiceError("MalformedPolicyDocument", message)


def encoded(policy: str) -> str:
    """A document as IAM sends it: percent-encoded, which botocore decodes."""
    return quote(policy, safe="")


def page(call: Call, member: str, items: Sequence[Any], key: str = "") -> Answer:
    """A page of items that are sorted by `key` (or are their own keys), by Marker and MaxItems."""
    marker, most = call.parameters.get("Marker", ""), call.parameters.get("MaxItems", 100)

    def name(item: Any) -> str:
        return str(item[key] if key else item)

    left = [item for item in items if name(item) > marker]
    answer: Answer = {member: left[:most], "IsTruncated": len(left) > most}
    if len(left) > most:
        answer["Marker"] = name(left[most - 1])
    return answer


def tagged(old: Sequence[Detail], new: Sequence[Detail]) -> list[Detail]:
    """Tags with others set among them. Raises ServiceError LimitExceeded."""
    tags = {tag["Key"]: tag["Value"] for tag in (*old, *new)}
    if len(tags) > _MOST_TAGS:
        raise limit(f"The number of tags has reached the maximum limit of {_MOST_TAGS}.")
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def untagged(old: Sequence[Detail], keys: Sequence[str]) -> list[Detail]:
    """Tags without those of some keys; keys that are not there are passed over."""
    return [tag for tag in old if tag["Key"] not in keys]
