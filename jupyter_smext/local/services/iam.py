"""IAM: roles as records, one ready for SageMaker; nothing here grants or denies anything."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote, unquote

from .. import errors
from ..contract import ServiceError
from .records import Detail
from .sagemaker import Answer, Call

ROLE = "SageMakerLocalExecutionRole"

#: IAM has no regions; its records live under this one.
_GLOBAL = "aws-global"

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


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("iam", call.operation)
    _first_role(call)
    return handler(call)


def _first_role(call: Call) -> None:
    store = call.engine.store
    if store.version(_GLOBAL, "Role") == 0 and not store.all("Role", _GLOBAL):
        _store(call, ROLE, "/service-role/", json.dumps(_TRUST), {})


def _store(call: Call, name: str, path: str, trust: str, more: Detail) -> Detail:
    role = {
        "Path": path,
        "RoleName": name,
        "RoleId": "AROA" + re.sub("[^A-Z0-9]", "", secrets.token_hex(16).upper())[:17],
        "Arn": f"arn:aws:iam::{call.engine.account}:role{path}{name}",
        "CreateDate": time.time(),
        # IAM sends the document percent-encoded, and botocore decodes it.
        "AssumeRolePolicyDocument": quote(trust, safe=""),
        "MaxSessionDuration": 3600,
        **more,
    }
    call.engine.store.put(_GLOBAL, "Role", name, role)
    return role


def _get(call: Call) -> Detail:
    name = call.parameters["RoleName"]
    role = call.engine.store.get(_GLOBAL, "Role", name)
    if role is None:
        message = f"The role with name {name[:128]} cannot be found."
        raise ServiceError("NoSuchEntity", message, 404)
    return role


def _get_role(call: Call) -> Answer:
    return {"Role": _get(call)}


def _list_roles(call: Call) -> Answer:
    given = call.parameters
    prefix, marker = given.get("PathPrefix", "/"), given.get("Marker", "")
    limit = given.get("MaxItems", 100)
    roles = sorted(
        (role for _, _, role in call.engine.store.all("Role", _GLOBAL)),
        key=lambda role: str(role["RoleName"]),
    )
    left = [r for r in roles if r["Path"].startswith(prefix) and r["RoleName"] > marker]
    answer: Answer = {"Roles": left[:limit], "IsTruncated": len(left) > limit}
    if len(left) > limit:
        answer["Marker"] = left[limit - 1]["RoleName"]
    return answer


def _create_role(call: Call) -> Answer:
    given = call.parameters
    name = given["RoleName"]
    try:
        json.loads(unquote(given["AssumeRolePolicyDocument"]))
    except ValueError:
        message = "The trust policy is not valid JSON."
        raise ServiceError("MalformedPolicyDocument", message) from None
    if call.engine.store.get(_GLOBAL, "Role", name) is not None:
        message = f"Role with name {name} already exists."
        raise ServiceError("EntityAlreadyExists", message, 409)
    kept = ("Description", "MaxSessionDuration", "Tags")
    more = {member: given[member] for member in kept if member in given}
    trust = given["AssumeRolePolicyDocument"]
    return {"Role": _store(call, name, given.get("Path", "/"), trust, more)}


def _delete_role(call: Call) -> Answer:
    _get(call)
    call.engine.store.delete(_GLOBAL, "Role", call.parameters["RoleName"])
    return {}


def _simulate(call: Call) -> Answer:
    raise ServiceError(
        "UnsupportedOperation",
        "Permissions are not evaluated by the local engine: it allows every operation it runs. "
        "Choose an AWS connection to simulate a policy.",
    )


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "CreateRole": _create_role,
    "DeleteRole": _delete_role,
    "GetRole": _get_role,
    "ListRoles": _list_roles,
    "SimulateCustomPolicy": _simulate,
    "SimulatePrincipalPolicy": _simulate,
}
