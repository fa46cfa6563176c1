"""AWS::IAM::Role and its policies: records, as all of IAM here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...iam_records import GLOBAL
from .place import Detail, Failed, Made, Place, ResourceType
from .property_values import fit, input_shape

_IAM, _NAMED = "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"


def _only(properties: Mapping[str, Any], *known: str) -> None:
    """Raises Failed for a property that a type has not, or that is about users and groups."""
    for name, value in properties.items():
        if name in ("Users", "Groups") and value:
            raise Failed(f"The property {name} needs AWS: the local engine has roles only.")
        if name not in known:
            raise Failed(f"#: extraneous key [{name[:256]}] is not permitted")


def _policy(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _policies(properties: Mapping[str, Any]) -> list[Detail]:
    """A role's own policies. Raises Failed for what is none."""
    found = _listed(properties.get("Policies", []))
    if not all(isinstance(one, dict) and isinstance(one.get("PolicyName"), str) for one in found):
        raise Failed("#/Policies: each policy must have a PolicyName and a PolicyDocument.")
    return found


def _names(properties: Mapping[str, Any], member: str) -> list[str]:
    """The names in a property that is one or more. Raises Failed for what is none."""
    found = _listed(properties.get(member, []))
    if not all(isinstance(one, str) for one in found):
        raise Failed(f"#/{member}: each must be a string")
    return found


def _inline(role: Mapping[str, Any] | None, name: str) -> bool:
    return role is not None and name in role.get("_inline", {})


class Role(ResourceType):
    """A role, with what it is given: managed policies and policies of its own."""

    attributes = ("Arn", "RoleId")

    def capability(self, properties: Mapping[str, Any]) -> str | None:
        return _NAMED if "RoleName" in properties else _IAM

    async def find(self, place: Place, properties: Detail) -> Made | None:
        role = place.engine.store.get(GLOBAL, "Role", self._name(place, properties))
        tags = {tag["Key"]: tag["Value"] for tag in (role or {}).get("Tags", ())}
        return self._made(role) if role and place.marks().items() <= tags.items() else None

    async def create(self, place: Place, properties: Detail) -> Made:
        _policies(properties)
        _names(properties, "ManagedPolicyArns")
        after = ("ManagedPolicyArns", "Policies")
        given = {name: one for name, one in properties.items() if name not in after}
        given["RoleName"] = self._name(place, properties)
        given["Tags"] = place.tags(properties.get("Tags", ()))
        answer = await place.ask(
            "iam", "CreateRole", **fit(input_shape("iam", "CreateRole"), given)
        )
        return self._made(answer["Role"])

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        name = made.identity["RoleName"]
        for arn in _names(properties, "ManagedPolicyArns"):
            await place.ask("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)
        for policy in _policies(properties):
            await _put(place, name, policy["PolicyName"], policy.get("PolicyDocument"))
        return made

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        role = place.engine.store.get(GLOBAL, "Role", made.ref)
        if role is None:
            return
        for arn in _names(properties, "ManagedPolicyArns"):
            if arn in role.get("_attached", []):
                await place.ask("iam", "DetachRolePolicy", RoleName=made.ref, PolicyArn=arn)
        for policy in _policies(properties):
            if _inline(role, name := policy["PolicyName"]):
                await place.ask("iam", "DeleteRolePolicy", RoleName=made.ref, PolicyName=name)
        await place.ask("iam", "DeleteRole", RoleName=made.ref)

    def _name(self, place: Place, properties: Detail) -> str:
        name = properties.get("RoleName")
        return str(name) if name is not None else place.physical_name(64)

    def _made(self, role: Detail) -> Made:
        attributes = {"Arn": role["Arn"], "RoleId": role["RoleId"]}
        return Made(role["RoleName"], {"RoleName": role["RoleName"]}, attributes)


class InlinePolicy(ResourceType):
    """AWS::IAM::Policy and AWS::IAM::RolePolicy: a policy written into roles."""

    def __init__(self, one: bool) -> None:
        self._one = one

    def has(self, attribute: str) -> bool:
        return attribute == "Id" and not self._one

    def capability(self, properties: Mapping[str, Any]) -> str | None:
        return _IAM

    async def create(self, place: Place, properties: Detail) -> Made:
        member = "RoleName" if self._one else "Roles"
        _only(properties, "PolicyName", "PolicyDocument", member)
        name, roles = properties.get("PolicyName"), _names(properties, member)
        if not isinstance(name, str):
            raise Failed("#/PolicyName: must be a string")
        if not roles:
            raise Failed("At least one of [Groups,Roles,Users] must be non-empty.")
        ref = f"{name}|{roles[0]}" if self._one else place.physical_name()
        return Made(ref, {"PolicyName": name, "Roles": roles}, {"Id": ref})

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        for role in made.identity["Roles"]:
            name = made.identity["PolicyName"]
            await _put(place, role, name, properties.get("PolicyDocument"))
        return made

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        name = made.identity["PolicyName"]
        for role in made.identity["Roles"]:
            if _inline(place.engine.store.get(GLOBAL, "Role", role), name):
                await place.ask("iam", "DeleteRolePolicy", RoleName=role, PolicyName=name)


class ManagedPolicy(ResourceType):
    """A policy of the account, attached to roles."""

    attributes = ("PolicyArn", "PolicyId")

    def capability(self, properties: Mapping[str, Any]) -> str | None:
        return _NAMED if "ManagedPolicyName" in properties else _IAM

    async def find(self, place: Place, properties: Detail) -> Made | None:
        name = self._name(place, properties)
        for _, _, policy in place.engine.store.all("Policy", GLOBAL):
            tags = {tag["Key"]: tag["Value"] for tag in policy.get("Tags", ())}
            if policy["PolicyName"] == name and place.marks().items() <= tags.items():
                return self._made(policy)
        return None

    async def create(self, place: Place, properties: Detail) -> Made:
        own = ("ManagedPolicyName", "PolicyDocument", "Roles")
        _only(properties, "Path", "Description", *own)
        _names(properties, "Roles")
        given = {name: one for name, one in properties.items() if name not in (own[0], own[2])}
        given["PolicyName"] = self._name(place, properties)
        given["Tags"] = place.tags()
        answer = await place.ask(
            "iam", "CreatePolicy", **fit(input_shape("iam", "CreatePolicy"), given)
        )
        return self._made(answer["Policy"])

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        for role in _names(properties, "Roles"):
            await place.ask("iam", "AttachRolePolicy", RoleName=role, PolicyArn=made.ref)
        return made

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        policy = place.engine.store.get(GLOBAL, "Policy", made.ref)
        if policy is None:
            return
        for name in _names(properties, "Roles"):
            role = place.engine.store.get(GLOBAL, "Role", name)
            if role is not None and made.ref in role.get("_attached", []):
                await place.ask("iam", "DetachRolePolicy", RoleName=name, PolicyArn=made.ref)
        for version in policy["_versions"]:
            if version["VersionId"] != policy["DefaultVersionId"]:
                number = version["VersionId"]
                await place.ask("iam", "DeletePolicyVersion", PolicyArn=made.ref, VersionId=number)
        await place.ask("iam", "DeletePolicy", PolicyArn=made.ref)

    def _name(self, place: Place, properties: Detail) -> str:
        name = properties.get("ManagedPolicyName")
        return str(name) if name is not None else place.physical_name()

    def _made(self, policy: Detail) -> Made:
        attributes = {"PolicyArn": policy["Arn"], "PolicyId": policy["PolicyId"]}
        return Made(policy["Arn"], {"PolicyArn": policy["Arn"]}, attributes)


async def _put(place: Place, role: str, name: Any, document: Any) -> None:
    await place.ask(
        "iam", "PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=_policy(document)
    )


IAM: Mapping[str, ResourceType] = {
    "AWS::IAM::ManagedPolicy": ManagedPolicy(),
    "AWS::IAM::Policy": InlinePolicy(one=False),
    "AWS::IAM::Role": Role(),
    "AWS::IAM::RolePolicy": InlinePolicy(one=True),
}
