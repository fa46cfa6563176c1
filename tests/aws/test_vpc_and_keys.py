"""Subnets, groups and keys to choose from, against moto, which others wrote, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from jupyter_smext.aws import vpc as vpc_lists
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.kms_keys import kms_keys
from jupyter_smext.aws.permissions import CHOOSE, resource_policy
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.aws.vpc import security_groups, subnets

PLACE = ("environment", "us-east-1")
PAGE = 50
#: The list of each operation's answer, and what its pages are asked for by.
LISTS = {
    "describe_subnets": ("Subnets", "MaxResults", "NextToken", "NextToken"),
    "describe_security_groups": ("SecurityGroups", "MaxResults", "NextToken", "NextToken"),
    "describe_vpcs": ("Vpcs", "MaxResults", "NextToken", "NextToken"),
    "list_aliases": ("Aliases", "Limit", "Marker", "NextMarker"),
}


class Paged:
    """A client whose lists come in pages of 50 at most, which moto answers whole."""

    def __init__(self, client: Any, asked: list[tuple[str, dict[str, Any]]]) -> None:
        self._client, self._asked = client, asked

    def __getattr__(self, name: str) -> Any:
        if name not in LISTS:
            return getattr(self._client, name)
        key, size, token, following = LISTS[name]

        def call(**parameters: Any) -> dict[str, Any]:
            self._asked.append((name, parameters))
            # botocore checks all of them.
            answer = dict(getattr(self._client, name)(**parameters))
            at = int(parameters.get(token, "0"))
            end = at + min(PAGE, parameters[size])
            whole = answer[key]
            answer[key] = whole[at:end]
            return {**answer, following: str(end)} if end < len(whole) else answer

        return call


class PagedSessions(Sessions):
    """The real sessions, parsers and clients, with pages."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refused: dict[str, str] = {}

    def client(self, connection: str, region: str, service: str = "ec2", **more: Any) -> Any:
        client = Paged(super().client(connection, region, service, **more), self.asked)
        for name, code in self.refused.items():
            setattr(client, name, self._refusal(name, code))
        return client

    def _refusal(self, name: str, code: str) -> Any:
        def refuse(**_: Any) -> None:
            said = {"Error": {"Code": code, "Message": "No."}}
            raise ClientError(said, "".join(word.title() for word in name.split("_")))

        return refuse


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[PagedSessions]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws():
        made = PagedSessions()
        yield made
        made.close()


def new_vpc(ec2: Any, block: int, name: str = "") -> str:
    tags = [{"Key": "Name", "Value": name}] if name else []
    made = ec2.create_vpc(CidrBlock=f"10.{block}.0.0/16")["Vpc"]["VpcId"]
    if tags:
        ec2.create_tags(Resources=[made], Tags=tags)
    return str(made)


def test_more_subnets_than_a_page_of_several_vpcs(sessions: PagedSessions) -> None:
    ec2 = sessions.client(*PLACE, "ec2")
    before = {each["SubnetId"] for each in ec2.describe_subnets(MaxResults=1000)["Subnets"]}
    first, second = new_vpc(ec2, 1, "<b>red</b>"), new_vpc(ec2, 2)
    made: dict[str, str] = {}
    for number in range(120):
        of, block = (first, 1) if number % 2 else (second, 2)
        answer = ec2.create_subnet(
            VpcId=of, CidrBlock=f"10.{block}.{number}.0/24", AvailabilityZone="us-east-1b"
        )
        made[answer["Subnet"]["SubnetId"]] = of
    [last] = list(made)[-1:]
    ec2.create_tags(Resources=[last], Tags=[{"Key": "Name", "Value": "last"}])
    sessions.asked.clear()
    found = subnets(sessions, *PLACE)
    assert found.note == ""
    assert {row.id for row in found.subnets} == before | made.keys()
    rows = {row.id: row for row in found.subnets}
    assert {id: rows[id].vpc for id in made} == made
    assert {rows[id].vpc_name for id in made} == {"<b>red</b>", ""}
    row = rows[last]
    assert (row.name, row.zone, row.cidr, row.free) == ("last", "us-east-1b", "10.1.119.0/24", 251)
    assert [row.vpc for row in found.subnets] == sorted(row.vpc for row in found.subnets)
    pages = [asked for name, asked in sessions.asked if name == "describe_subnets"]
    assert [asked.get("NextToken") for asked in pages] == [None, "50", "100"]
    assert {asked["MaxResults"] for asked in pages} == {1000}


def test_groups_of_one_vpc_and_of_all(sessions: PagedSessions) -> None:
    ec2 = sessions.client(*PLACE, "ec2")
    first, second = new_vpc(ec2, 1, "red"), new_vpc(ec2, 2, "blue")
    for of in (first, second):
        for number in range(60):
            name = f"group-{number}"
            ec2.create_security_group(GroupName=name, Description=f"<i>{name}</i>", VpcId=of)
    everything = security_groups(sessions, *PLACE).groups
    assert sum(row.vpc == first for row in everything) == 61, "with its default one"
    sessions.asked.clear()
    ours = security_groups(sessions, *PLACE, first).groups
    assert {row.id for row in ours} == {row.id for row in everything if row.vpc == first}
    assert {(row.vpc, row.vpc_name) for row in ours} == {(first, "red")}
    [row] = [row for row in ours if row.name == "group-7"]
    assert (row.description, row.id[:3]) == ("<i>group-7</i>", "sg-")
    pages = [asked for name, asked in sessions.asked if name == "describe_security_groups"]
    assert len(pages) == 2
    for asked in pages:
        assert asked["Filters"] == [{"Name": "vpc-id", "Values": [first]}]


def test_keys_by_alias_with_those_of_aws_last(sessions: PagedSessions) -> None:
    kms = sessions.client(*PLACE, "kms")
    keys = [kms.create_key()["KeyMetadata"] for _ in range(2)]
    for number in range(120):
        kms.create_alias(AliasName=f"alias/ours/{number}", TargetKeyId=keys[number % 2]["KeyId"])
    found = kms_keys(sessions, *PLACE).keys
    own = [key for key in found if not key.of_aws]
    assert {key.alias for key in own} == {f"ours/{number}" for number in range(120)}
    assert {(key.id, key.arn) for key in own} == {(key["KeyId"], key["Arn"]) for key in keys}
    assert found[: len(own)] == tuple(own)
    assert {"aws/s3", "aws/ebs"} <= {key.alias for key in found[len(own) :]}
    pages = [asked for name, asked in sessions.asked if name == "list_aliases"]
    assert [asked.get("Marker") for asked in pages] == [None, "50", "100"]
    assert {asked["Limit"] for asked in pages} == {100}


def test_an_alias_without_a_key_has_none(
    sessions: PagedSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    alias = {"AliasName": "alias/aws/ebs", "AliasArn": "arn:aws:kms:us-east-1:1:alias/aws/ebs"}
    monkeypatch.setattr("jupyter_smext.aws.kms_keys.walk", lambda *_, **__: [alias])
    [key] = kms_keys(sessions, *PLACE).keys
    assert (key.alias, key.id, key.arn, key.of_aws) == ("aws/ebs", None, None, True)


def test_an_account_without_any(sessions: PagedSessions) -> None:
    ec2 = sessions.client(*PLACE, "ec2")
    for each in ec2.describe_subnets(MaxResults=1000)["Subnets"]:
        ec2.delete_subnet(SubnetId=each["SubnetId"])
    sessions.asked.clear()
    assert (subnets(sessions, *PLACE).subnets, subnets(sessions, *PLACE).note) == ((), "")
    assert {name for name, _ in sessions.asked} == {"describe_subnets"}


def test_addresses_of_ipv6_alone(sessions: PagedSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    six = {"SubnetId": "subnet-6", "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2600::/64"}]}
    monkeypatch.setattr(vpc_lists, "walk", lambda *_: [six])
    [row] = subnets(sessions, *PLACE).subnets
    assert (row.cidr, row.free, row.vpc) == ("2600::/64", 0, "")


@pytest.mark.parametrize(
    ("code", "cause", "permission"),
    [
        ("UnauthorizedOperation", "denied", "ec2:DescribeSubnets"),
        ("RequestLimitExceeded", "throttled", None),
    ],
)
def test_a_refusal_is_told_with_its_permission(
    sessions: PagedSessions, code: str, cause: str, permission: str | None
) -> None:
    sessions.refused = {"describe_subnets": code}
    with pytest.raises(ProblemError) as refused:
        subnets(sessions, *PLACE)
    problem = refused.value.problem
    assert (problem.cause, problem.permission, problem.code) == (cause, permission, code)


def test_names_of_vpcs_may_be_denied_alone(sessions: PagedSessions) -> None:
    sessions.refused = {"describe_vpcs": "UnauthorizedOperation"}
    found = subnets(sessions, *PLACE)
    assert found.subnets and {row.vpc_name for row in found.subnets} == {""}
    assert found.note == "The names of the VPCs could not be read: Not allowed: ec2:DescribeVpcs."


def test_the_policy_has_what_is_called(sessions: PagedSessions) -> None:
    subnets(sessions, *PLACE)
    security_groups(sessions, *PLACE)
    kms_keys(sessions, *PLACE)
    called = {name.replace("_", "") for name, _ in sessions.asked}
    assert called == {action.split(":")[1].lower() for action in CHOOSE}
    assert {action.split(":")[0] for action in CHOOSE} == {"ec2", "kms"}
    [choose] = [one for one in resource_policy()["Statement"] if one["Sid"] == "Choose"]
    assert choose["Action"] == list(CHOOSE)
