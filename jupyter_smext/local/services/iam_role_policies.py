"""IAM: the policies of a role, written into it or attached to it; nothing evaluates them."""

from __future__ import annotations

from collections.abc import Callable

from . import iam_policies, iam_records
from .iam_records import page, put_role
from .sagemaker import Answer, Call

#: "Managed policies attached to an IAM role": AWS's default quota.
_MOST_ATTACHED = 10


def _put(call: Call) -> Answer:
    role = iam_records.role(call)
    document = iam_records.document(call.parameters["PolicyDocument"])
    inline = {**role.get("_inline", {}), call.parameters["PolicyName"]: document}
    put_role(call, {**role, "_inline": inline})
    return {}


def _get(call: Call) -> Answer:
    role, name = iam_records.role(call), call.parameters["PolicyName"]
    documents = role.get("_inline", {})
    if name not in documents:
        raise _no_inline(name)
    return {
        "RoleName": role["RoleName"],
        "PolicyName": name,
        "PolicyDocument": iam_records.encoded(documents[name]),
    }


def _delete(call: Call) -> Answer:
    role, name = iam_records.role(call), call.parameters["PolicyName"]
    inline = dict(role.get("_inline", {}))
    if inline.pop(name, None) is None:
        raise _no_inline(name)
    put_role(call, {**role, "_inline": inline})
    return {}


def _no_inline(name: str) -> Exception:
    return iam_records.missing(f"The role policy with name {name[:128]} cannot be found.")


def _list(call: Call) -> Answer:
    return page(call, "PolicyNames", sorted(iam_records.role(call).get("_inline", {})))


def _attach(call: Call) -> Answer:
    role, arn = iam_records.role(call), call.parameters["PolicyArn"]
    if not iam_policies.is_aws_managed(arn):
        iam_policies.policy_of(call, arn)
    attached = role.get("_attached", [])
    if arn in attached:
        return {}
    if len(attached) >= _MOST_ATTACHED:
        raise iam_records.limit(f"Cannot exceed quota for PoliciesPerRole: {_MOST_ATTACHED}")
    put_role(call, {**role, "_attached": [*attached, arn]})
    return {}


def _detach(call: Call) -> Answer:
    role, arn = iam_records.role(call), call.parameters["PolicyArn"]
    attached = role.get("_attached", [])
    if arn not in attached:
        raise iam_records.missing(f"Policy {arn} was not found.")
    put_role(call, {**role, "_attached": [one for one in attached if one != arn]})
    return {}


def _list_attached(call: Call) -> Answer:
    prefix = call.parameters.get("PathPrefix", "/")
    found = [
        {"PolicyName": iam_policies.name_in(arn), "PolicyArn": arn}
        for arn in iam_records.role(call).get("_attached", [])
        if iam_policies.path_in(arn).startswith(prefix)
    ]
    return page(
        call, "AttachedPolicies", sorted(found, key=lambda one: one["PolicyName"]), "PolicyName"
    )


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "AttachRolePolicy": _attach,
    "DeleteRolePolicy": _delete,
    "DetachRolePolicy": _detach,
    "GetRolePolicy": _get,
    "ListAttachedRolePolicies": _list_attached,
    "ListRolePolicies": _list,
    "PutRolePolicy": _put,
}
