"""What is known at a place, put into the fields of a layout: roles, names, types, free names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inventory.forms import NAMES_OFFERED, roles_of
from ..inventory.json_schema import NAMES
from ..inventory.tags import errors_in
from ..kinds import kind
from ..kinds.model import enum_of, service_model
from ..protocol import FieldError
from .layout import Place, Wrong

Fields = Mapping[str, dict[str, Any]]


def offer_roles(place: Place, fields: Fields, defaults: dict[str, Any], name: str = "role") -> None:
    """The roles that SageMaker may assume, the first of them filled in; or why none is offered."""
    arns, why_not = roles_of(place.sessions, place.connection, place.region)
    field = fields[name]
    if arns:
        field["examples"] = arns
        defaults.setdefault(name, arns[0])
    if why_not:
        field["description"] = f"{field.get('description', '')} {why_not}".strip()


def offer_names(place: Place, fields: Any) -> None:
    """The names known of its kind, wherever a field asks for one; others can be typed."""
    if isinstance(fields, list):
        for item in fields:
            offer_names(place, item)
    elif isinstance(fields, dict):
        of = fields.get(NAMES)
        if isinstance(of, str) and (known := place.names(kind(of))):
            fields["examples"] = known[:NAMES_OFFERED]
        for item in fields.values():
            offer_names(place, item)


def offer_types(field: dict[str, Any], shape: str) -> None:
    """The instance types of one of AWS's shapes."""
    field["enum"] = list(enum_of(service_model().shape_for(shape)))


def free_name(place: Place, of: str, name: str, longest: int = 63) -> str:
    """The name, or the first of `name-2`, `name-3`… that no known resource of the kind has."""
    known = set(place.names(kind(of)))
    number, found = 1, name[:longest]
    while found in known:
        number += 1
        end = f"-{number}"
        found = name[: longest - len(end)] + end
    return found


def wrong(field: str, message: str) -> Wrong:
    """What is wrong with one field."""
    return Wrong(FieldError((field,), message))


def tags_of(tags: Mapping[str, str]) -> dict[str, Any]:
    """The `Tags` member, where there is any. Raises Wrong: AWS takes no such tags."""
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    if errors := errors_in(tags):
        raise Wrong(*(FieldError(("tags",), f"{_which(e, tags)}{e.message}") for e in errors))
    return {"Tags": given} if given else {}


def _which(error: FieldError, tags: Mapping[str, str]) -> str:
    """`The tag team: `, for what is wrong with one of them."""
    number = next(iter(error.path), None)
    return f"{list(tags)[number][:40]!r}: " if isinstance(number, int) else ""


def network(subnets: tuple[str, ...], security_groups: tuple[str, ...]) -> dict[str, Any]:
    """The `VpcConfig` member, where one is asked for. Raises Wrong: one half of it is missing."""
    if not subnets and not security_groups:
        return {}
    if not subnets:
        raise wrong("subnets", "Security groups are of a VPC: name its subnets as well.")
    if not security_groups:
        raise wrong("security_groups", "AWS takes subnets only with a security group.")
    return {"VpcConfig": {"Subnets": list(subnets), "SecurityGroupIds": list(security_groups)}}
