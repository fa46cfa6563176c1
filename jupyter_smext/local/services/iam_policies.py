"""IAM: managed policies and their versions as records; AWS's own are known by their ARN only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from ..contract import ServiceError
from . import iam_records
from .iam_records import GLOBAL, page
from .records import Detail
from .sagemaker import Answer, Call

#: "A managed policy can have up to five versions" (docs of CreatePolicyVersion).
_MOST_VERSIONS = 5

_AWS_MANAGED = re.compile(r"arn:aws[\w-]*:iam::aws:policy(?:/[\w.,+@=-]+)+")


def is_aws_managed(arn: str) -> bool:
    """Whether an ARN is of a policy of AWS's: its text is not here, and not needed to attach it."""
    return _AWS_MANAGED.fullmatch(arn) is not None


def name_in(arn: str) -> str:
    """The name at the end of a policy's ARN."""
    return arn.rpartition("/")[2]


def path_in(arn: str) -> str:
    """The path before that name, from / to /."""
    return arn.partition(":policy")[2].rpartition("/")[0] + "/"


def policy_of(call: Call, arn: str) -> Detail:
    """A policy of this account. Raises ServiceError NoSuchEntity."""
    found = call.engine.store.get(GLOBAL, "Policy", arn)
    if found is not None:
        return found
    if is_aws_managed(arn):
        raise iam_records.missing(
            f"Policy {arn} is AWS's own: the local engine knows its name, not its text. "
            "Choose an AWS connection to read it."
        )
    raise iam_records.missing(f"Policy {arn[:512]} does not exist or is not attachable.")


def _attached_to(call: Call, arn: str) -> list[Detail]:
    return [role for role in iam_records.roles(call) if arn in role.get("_attached", [])]


def _bounded_by(call: Call, arn: str) -> list[Detail]:
    return [
        role
        for role in iam_records.roles(call)
        if role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") == arn
    ]


def _put(call: Call, policy: Detail) -> None:
    """`_versions` is private: what GetPolicyVersion tells, oldest first."""
    call.engine.store.put(GLOBAL, "Policy", policy["Arn"], policy)


def _shown(call: Call, policy: Detail) -> Detail:
    return {
        **policy,
        "AttachmentCount": len(_attached_to(call, policy["Arn"])),
        "PermissionsBoundaryUsageCount": len(_bounded_by(call, policy["Arn"])),
        "IsAttachable": True,
    }


def _create(call: Call) -> Answer:
    given = call.parameters
    document = iam_records.document(given["PolicyDocument"])
    name, path = given["PolicyName"], given.get("Path", "/")
    arn = f"arn:aws:iam::{call.engine.account}:policy{path}{name}"
    every = call.engine.store.all("Policy", GLOBAL)
    if any(policy["PolicyName"].lower() == name.lower() for _, _, policy in every):
        raise iam_records.taken(
            f"A policy called {name} already exists. Duplicate names are not allowed."
        )
    now = time.time()
    policy: Detail = {
        "PolicyName": name,
        "PolicyId": iam_records.make_id("ANPA"),
        "Arn": arn,
        "Path": path,
        "DefaultVersionId": "v1",
        "CreateDate": now,
        "UpdateDate": now,
        "_versions": [_version("v1", document, now)],
        "_made": 1,
    }
    if "Description" in given:
        policy["Description"] = given["Description"]
    if given.get("Tags"):
        policy["Tags"] = iam_records.tagged([], given["Tags"])
    _put(call, policy)
    # The description is for GetPolicy (docs of Policy).
    shown = {name: value for name, value in policy.items() if name != "Description"}
    return {"Policy": _shown(call, shown)}


def _version(name: str, document: str, now: float) -> Detail:
    return {"VersionId": name, "Document": iam_records.encoded(document), "CreateDate": now}


def _get(call: Call) -> Answer:
    return {"Policy": _shown(call, policy_of(call, call.parameters["PolicyArn"]))}


def _list(call: Call) -> Answer:
    given = call.parameters
    if given.get("Scope") == "AWS":
        raise ServiceError(
            "InvalidInput",
            "The list of AWS's own policies is not here: it needs AWS. Choose an AWS connection.",
        )
    prefix = given.get("PathPrefix", "/")
    bounds = given.get("PolicyUsageFilter") == "PermissionsBoundary"
    found = []
    for _, arn, policy in call.engine.store.all("Policy", GLOBAL):
        users = _bounded_by(call, arn) if bounds else _attached_to(call, arn)
        if policy["Path"].startswith(prefix) and (users or not given.get("OnlyAttached")):
            # Description and tags are for GetPolicy (docs of ListPolicies).
            shown = _shown(call, policy)
            found.append({k: v for k, v in shown.items() if k not in ("Description", "Tags")})
    return page(call, "Policies", sorted(found, key=lambda one: str(one["Arn"])), "Arn")


def _delete(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    if _attached_to(call, policy["Arn"]) or _bounded_by(call, policy["Arn"]):
        raise iam_records.conflict("Cannot delete a policy attached to entities.")
    if len(policy["_versions"]) > 1:
        raise iam_records.conflict(
            "This policy has more than one version. Before you delete a policy, you must delete"
            " the policy's versions. The default version is deleted with the policy."
        )
    call.engine.store.delete(GLOBAL, "Policy", policy["Arn"])
    return {}


def _create_version(call: Call) -> Answer:
    given = call.parameters
    policy = policy_of(call, given["PolicyArn"])
    document = iam_records.document(given["PolicyDocument"])
    if len(policy["_versions"]) >= _MOST_VERSIONS:
        raise iam_records.limit(
            f"A managed policy can have up to {_MOST_VERSIONS} versions. Before you create a new"
            " version, you must delete an existing version."
        )
    # A number is never used again, also when its version is gone.
    made = policy["_made"] + 1
    now = time.time()
    version = _version(f"v{made}", document, now)
    changed = {**policy, "_made": made, "_versions": [*policy["_versions"], version]}
    if given.get("SetAsDefault"):
        changed |= {"DefaultVersionId": version["VersionId"], "UpdateDate": now}
    _put(call, changed)
    return {"PolicyVersion": _as_version(changed, version, document=False)}


def _as_version(policy: Detail, version: Detail, *, document: bool) -> dict[str, Any]:
    shown = {**version, "IsDefaultVersion": version["VersionId"] == policy["DefaultVersionId"]}
    if not document:
        del shown["Document"]
    return shown


def _named_version(call: Call, policy: Detail) -> Detail:
    name = call.parameters["VersionId"]
    for version in policy["_versions"]:
        if version["VersionId"] == name:
            found: Detail = version
            return found
    arn = policy["Arn"]
    message = f"Policy {arn} version {name} does not exist or is not attachable."
    raise iam_records.missing(message)


def _get_version(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    return {"PolicyVersion": _as_version(policy, _named_version(call, policy), document=True)}


def _list_versions(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    found = [_as_version(policy, version, document=False) for version in policy["_versions"]]
    found.sort(key=lambda version: str(version["VersionId"]))
    return page(call, "Versions", found, "VersionId")


def _set_default(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    name = _named_version(call, policy)["VersionId"]
    _put(call, {**policy, "DefaultVersionId": name, "UpdateDate": time.time()})
    return {}


def _delete_version(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    gone = _named_version(call, policy)
    if gone["VersionId"] == policy["DefaultVersionId"]:
        raise iam_records.conflict("Cannot delete the default version of a policy.")
    left = [version for version in policy["_versions"] if version is not gone]
    _put(call, {**policy, "_versions": left})
    return {}


def _entities(call: Call) -> Answer:
    given = call.parameters
    arn = given["PolicyArn"]
    if not is_aws_managed(arn):
        policy_of(call, arn)
    bounds = given.get("PolicyUsageFilter") == "PermissionsBoundary"
    users = _bounded_by(call, arn) if bounds else _attached_to(call, arn)
    prefix = given.get("PathPrefix", "/")
    found = [
        {"RoleName": role["RoleName"], "RoleId": role["RoleId"]}
        for role in users
        if role["Path"].startswith(prefix) and given.get("EntityFilter", "Role") == "Role"
    ]
    return {**page(call, "PolicyRoles", found, "RoleName"), "PolicyGroups": [], "PolicyUsers": []}


def _tag(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    tags = iam_records.tagged(policy.get("Tags", []), call.parameters["Tags"])
    _put(call, {**policy, "Tags": tags})
    return {}


def _untag(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    tags = iam_records.untagged(policy.get("Tags", []), call.parameters["TagKeys"])
    _put(call, {**policy, "Tags": tags})
    return {}


def _list_tags(call: Call) -> Answer:
    policy = policy_of(call, call.parameters["PolicyArn"])
    return page(call, "Tags", policy.get("Tags", []), "Key")


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "CreatePolicy": _create,
    "CreatePolicyVersion": _create_version,
    "DeletePolicy": _delete,
    "DeletePolicyVersion": _delete_version,
    "GetPolicy": _get,
    "GetPolicyVersion": _get_version,
    "ListEntitiesForPolicy": _entities,
    "ListPolicies": _list,
    "ListPolicyTags": _list_tags,
    "ListPolicyVersions": _list_versions,
    "SetDefaultPolicyVersion": _set_default,
    "TagPolicy": _tag,
    "UntagPolicy": _untag,
}
