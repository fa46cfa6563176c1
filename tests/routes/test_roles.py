"""A new execution role, on a real engine."""

from __future__ import annotations

import json
from typing import Any

from jupyter_smext.lifecycle.read_only import ReadOnly
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

PLACE = {"connection": "local", "region": REGION}


async def offered(call: Call) -> list[str]:
    form = (await call("GET", "forms/CreateModel", **PLACE)).json
    found: list[str] = form["schema"]["properties"]["ExecutionRoleArn"]["examples"]
    return found


async def test_a_role_is_created_as_it_was_shown_offered_and_taken(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    shown = (await call("GET", "execution-roles", **PLACE)).json
    before = await offered(call)
    answer = await call("POST", "execution-roles", **PLACE)
    assert answer.status == 201, answer.json
    arn = answer.json["arn"]
    assert ":role/service-role/AmazonSageMaker-ExecutionRole-" in arn
    assert set(await offered(call)) == {*before, arn}
    name = arn.rpartition("/")[2]
    iam = engine.client("iam")
    policies = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [each["PolicyArn"] for each in policies] == shown["policies"]
    assert shown["policies"][0].endswith("/AmazonSageMakerFullAccess")
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert name.startswith(shown["name"]) and trust == json.loads(shown["trust"])


async def test_a_role_without_its_policy_is_not_left(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    iam = engine.client("iam")
    before = {role["Arn"] for role in iam.list_roles()["Roles"]}
    engine.faults([{"kind": "denied", "operation": "AttachRolePolicy"}])
    answer = await call("POST", "execution-roles", **PLACE)
    assert answer.status == 403 and answer.json["permission"] == "iam:AttachRolePolicy"
    assert {role["Arn"] for role in iam.list_roles()["Roles"]} == before


async def test_a_read_only_connection_creates_none(
    call: Call, local: tuple[str, str], jp_serverapp: Any
) -> None:
    jp_serverapp.web_app.settings["smext"].read_only = ReadOnly(["local"])
    assert (await call("POST", "execution-roles", **PLACE)).status == 403
