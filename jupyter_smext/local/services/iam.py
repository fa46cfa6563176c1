"""IAM: roles as records, one ready for SageMaker; nothing here grants or denies anything."""

from __future__ import annotations

from collections.abc import Callable

from .. import errors
from ..contract import ServiceError
from . import iam_policies, iam_records, iam_role_policies
from .iam_records import page, put_role
from .sagemaker import Answer, Call


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("iam", call.operation)
    return handler(call)


def _create(call: Call) -> Answer:
    given = call.parameters
    name, trust = given["RoleName"], iam_records.document(given["AssumeRolePolicyDocument"])
    # "Names are not distinguished by case" (docs of CreateRole).
    if any(one["RoleName"].lower() == name.lower() for one in iam_records.roles(call)):
        raise iam_records.taken(f"Role with name {name} already exists.")
    role = iam_records.new_role(call, name, given.get("Path", "/"), trust)
    for member in ("Description", "MaxSessionDuration", "MaxSigninSessionDuration"):
        if member in given:
            role[member] = given[member]
    if given.get("Tags"):
        role["Tags"] = iam_records.tagged([], given["Tags"])
    if "PermissionsBoundary" in given:
        role["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": given["PermissionsBoundary"],
        }
    put_role(call, role)
    return {"Role": role}


def _get(call: Call) -> Answer:
    return {"Role": iam_records.role(call)}


def _list(call: Call) -> Answer:
    prefix = call.parameters.get("PathPrefix", "/")
    # Tags and boundary are for GetRole (docs of ListRoles).
    shown = [
        {k: v for k, v in role.items() if k not in ("Tags", "PermissionsBoundary")}
        for role in iam_records.roles(call)
        if role["Path"].startswith(prefix)
    ]
    return page(call, "Roles", shown, "RoleName")


def _delete(call: Call) -> Answer:
    role = iam_records.role(call)
    if role.get("_attached"):
        raise iam_records.conflict("Cannot delete entity, must detach all policies first.")
    if role.get("_inline"):
        raise iam_records.conflict("Cannot delete entity, must delete policies first.")
    call.engine.store.delete(iam_records.GLOBAL, "Role", role["RoleName"])
    return {}


def _update(call: Call) -> Answer:
    role = iam_records.role(call)
    for member in ("Description", "MaxSessionDuration", "MaxSigninSessionDuration"):
        if member in call.parameters:
            role[member] = call.parameters[member]
    if call.parameters.get("ResetMaxSigninSessionDuration"):
        role.pop("MaxSigninSessionDuration", None)
    put_role(call, role)
    return {"Role": role} if call.operation == "UpdateRoleDescription" else {}


def _trust(call: Call) -> Answer:
    role = iam_records.role(call)
    trust = iam_records.document(call.parameters["PolicyDocument"])
    put_role(call, {**role, "AssumeRolePolicyDocument": iam_records.encoded(trust)})
    return {}


def _tag(call: Call) -> Answer:
    role = iam_records.role(call)
    tags = iam_records.tagged(role.get("Tags", []), call.parameters["Tags"])
    put_role(call, {**role, "Tags": tags})
    return {}


def _untag(call: Call) -> Answer:
    role = iam_records.role(call)
    tags = iam_records.untagged(role.get("Tags", []), call.parameters["TagKeys"])
    put_role(call, {**role, "Tags": tags})
    return {}


def _list_tags(call: Call) -> Answer:
    return page(call, "Tags", iam_records.role(call).get("Tags", []), "Key")


def _no_profiles(call: Call) -> Answer:
    """None: instance profiles are for EC2, and cannot be made here."""
    iam_records.role(call)
    return page(call, "InstanceProfiles", [])


def _no_aliases(call: Call) -> Answer:
    """None: CreateAccountAlias is refused."""
    return page(call, "AccountAliases", [])


def _simulate(call: Call) -> Answer:
    # The one code that clients take for "not known" (the SageMaker SDK v3 before it trains).
    raise ServiceError(
        "AccessDenied",
        "Not evaluated locally: the local engine allows every operation it runs and looks at no "
        "policy. Choose an AWS connection to simulate one.",
        403,
    )


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    **iam_policies.HANDLERS,
    **iam_role_policies.HANDLERS,
    "CreateRole": _create,
    "DeleteRole": _delete,
    "GetRole": _get,
    "ListAccountAliases": _no_aliases,
    "ListInstanceProfilesForRole": _no_profiles,
    "ListRoleTags": _list_tags,
    "ListRoles": _list,
    "SimulateCustomPolicy": _simulate,
    "SimulatePrincipalPolicy": _simulate,
    "TagRole": _tag,
    "UntagRole": _untag,
    "UpdateAssumeRolePolicy": _trust,
    "UpdateRole": _update,
    "UpdateRoleDescription": _update,
}
