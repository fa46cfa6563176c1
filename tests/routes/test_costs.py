"""The table of instance types over REST, and what runs with what it takes."""

from __future__ import annotations

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}


async def test_instance_types(call: Call, local: tuple[str, str]) -> None:
    answer = await call("GET", "instance-types", **PLACE, use="studio")
    assert answer.status == 200
    types = {one["name"]: one for one in answer.json["types"]}
    assert "system" not in types
    assert types["ml.g4dn.xlarge"]["gpu"] == "NVIDIA T4" and types["ml.g4dn.xlarge"]["fast_launch"]


@pytest.mark.parametrize("use", ["", "cooking", "Studio"])
async def test_a_use_that_is_none(call: Call, use: str) -> None:
    answer = await call("GET", "instance-types", **PLACE, use=use)
    assert (answer.status, answer.json["cause"]) == (400, "invalid")


async def test_the_inventory_tells_what_runs_takes(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    arn = "arn:aws:sagemaker:us-east-1:000000000000:model/m"
    engine.put("Model", {"ModelName": "m", "ModelArn": arn, "CreationTime": 1.7e9})
    await call("POST", "inventory/refresh", **PLACE)
    while True:
        told = (await call("GET", "inventory", **PLACE)).json["costs"]
        if not told["charged"]:
            break
    assert (told["rows"], told["problem"]) == ([], None)
