"""The lists of a form's pickers: what they refuse, and what is said where there is nothing."""

from __future__ import annotations

import pytest
from moto import mock_aws

from tests.smext_server import REGION, Call

LOCAL = {"connection": "local", "region": REGION}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("subnets", "The local engine has no VPC: it runs everything on this machine"),
        ("security-groups", "The local engine has no VPC: it runs everything on this machine"),
        ("kms-keys", "The local engine has no keys of KMS: its files are on this machine's disk"),
    ],
)
async def test_the_local_engine_has_none_and_says_what_to_do(
    call: Call, local: tuple[str, str], path: str, title: str
) -> None:
    answer = await call("GET", path, **LOCAL)
    assert (answer.status, answer.json["cause"]) == (501, "needs_aws")
    assert (answer.json["title"], answer.json["next"]) == (title, "Leave this empty.")
    assert "does not run the service" in answer.json["detail"]


@pytest.mark.parametrize("vpc", ["vpc-", "vpc-1 or", "*", "subnet-0a1b"])
async def test_what_is_no_vpc_is_asked_of_nobody(call: Call, vpc: str) -> None:
    answer = await call("GET", "security-groups", **LOCAL, vpc=vpc)
    assert answer.status == 400
    assert answer.json["title"] == "This is not the id of a VPC"


async def test_they_are_read_from_aws(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    place = {"connection": "environment", "region": REGION}
    with mock_aws():
        subnets = (await call("GET", "subnets", **place)).json["subnets"]
        [vpc] = {each["vpc"] for each in subnets}
        groups = (await call("GET", "security-groups", **place, vpc=vpc)).json["groups"]
        assert [(each["name"], each["vpc"]) for each in groups] == [("default", vpc)]
        assert (await call("GET", "security-groups", **place, vpc="vpc-0")).json["groups"] == []
        keys = (await call("GET", "kms-keys", **place)).json["keys"]
        assert all(each["of_aws"] for each in keys) and keys
