"""Subnets and security groups of a region, as a form lets them be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..protocol import SecurityGroup, SecurityGroups, Subnet, Subnets
from .calls import calling
from .errors import ProblemError
from .no_such_service import told_of_engine
from .pages import walk

if TYPE_CHECKING:
    from .sessions import Sessions

PAGE = 1000
"""Items of a page: the most that EC2 gives."""

_NONE_HERE = "it runs everything on this machine"


def subnets(sessions: Sessions, connection: str, region: str) -> Subnets:
    """All subnets, by VPC and name. Blocking. Raises ProblemError.

    Calls DescribeSubnets, and DescribeVpcs for the names of the VPCs.
    """
    found = _list(sessions, connection, region, "DescribeSubnets", "Subnets")
    names, note = _vpc_names(sessions, connection, region, found)
    rows = (
        Subnet(
            each["SubnetId"],
            _name(each),
            each.get("VpcId", ""),
            names.get(each.get("VpcId", ""), ""),
            each.get("AvailabilityZone", ""),
            _cidr(each),
            each.get("AvailableIpAddressCount", 0),
        )
        for each in found
    )
    return Subnets(tuple(sorted(rows, key=lambda row: (row.vpc, row.name, row.id))), note)


def security_groups(
    sessions: Sessions, connection: str, region: str, vpc: str | None = None
) -> SecurityGroups:
    """All security groups, or those of a VPC, by VPC and name. Blocking. Raises ProblemError.

    Calls DescribeSecurityGroups, and DescribeVpcs for the names of the VPCs.
    """
    of = {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]} if vpc else {}
    operation = "DescribeSecurityGroups"
    found = _list(sessions, connection, region, operation, "SecurityGroups", of)
    names, note = _vpc_names(sessions, connection, region, found)
    rows = (
        SecurityGroup(
            each["GroupId"],
            each.get("GroupName", ""),
            each.get("Description", ""),
            each.get("VpcId", ""),
            names.get(each.get("VpcId", ""), ""),
        )
        for each in found
    )
    return SecurityGroups(tuple(sorted(rows, key=lambda row: (row.vpc, row.name, row.id))), note)


def _vpc_names(
    sessions: Sessions, connection: str, region: str, rows: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, str], str]:
    """The Name tags of the VPCs, or why they are not known; not asked for where there is none."""
    if not any("VpcId" in row for row in rows):
        return {}, ""
    try:
        found = _list(sessions, connection, region, "DescribeVpcs", "Vpcs")
    except ProblemError as error:
        return {}, f"The names of the VPCs could not be read: {error.problem.title}."
    return {each["VpcId"]: _name(each) for each in found}, ""


def _list(
    sessions: Sessions,
    connection: str,
    region: str,
    operation: str,
    result_key: str,
    of: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    with told_of_engine("VPC", _NONE_HERE):
        client = sessions.client(connection, region, "ec2")
        with calling(connection, operation, "ec2"):
            return walk(client, operation, of or {}, result_key, PAGE)


def _name(each: Mapping[str, Any]) -> str:
    return next((tag["Value"] for tag in each.get("Tags", ()) if tag.get("Key") == "Name"), "")


def _cidr(subnet: Mapping[str, Any]) -> str:
    blocks = subnet.get("Ipv6CidrBlockAssociationSet", ())
    six = (block["Ipv6CidrBlock"] for block in blocks if "Ipv6CidrBlock" in block)
    return str(subnet.get("CidrBlock") or next(six, ""))
