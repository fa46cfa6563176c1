"""How an endpoint's variants scale, through the routes: read, set, changed, ended, refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
PATH = "endpoints/shop/scaling"
INVOCATIONS = "SageMakerVariantInvocationsPerInstance"
UTILIZATION = "SageMakerVariantProvisionedConcurrencyUtilization"


@pytest.fixture
def endpoint(engine: RunningEngine, local: Any) -> RunningEngine:
    """An engine with an endpoint whose four variants run in four ways."""
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    engine.put(
        "Endpoint",
        {
            "EndpointName": "shop",
            "EndpointArn": "arn:aws:sagemaker:us-east-1:000000000000:endpoint/shop",
            "EndpointConfigName": "shop",
            "EndpointStatus": "InService",
            "CreationTime": 1.7e9,
            "LastModifiedTime": 1.7e9,
            "ProductionVariants": [
                {"VariantName": "blue", "CurrentInstanceCount": 1, "CurrentWeight": 1.0},
                {
                    "VariantName": "kept",
                    "CurrentServerlessConfig": {**serverless, "ProvisionedConcurrency": 2},
                },
                {"VariantName": "free", "CurrentServerlessConfig": serverless},
                {"VariantName": "shared", "ManagedInstanceScaling": {"Status": "ENABLED"}},
            ],
        },
    )
    return engine


def variant(answer: Any, name: str) -> dict[str, Any]:
    found = [one for one in answer.json["variants"] if one["variant"] == name]
    assert len(found) == 1, answer.body
    return dict(found[0])


async def test_what_can_be_scaled_and_why_not(call: Call, endpoint: RunningEngine) -> None:
    read = await call("GET", PATH, **PLACE)
    assert read.status == 200, read.body
    assert [one["of"] for one in read.json["variants"]] == ["instances", "concurrency", None, None]
    assert variant(read, "blue")["least"] is None
    assert INVOCATIONS in variant(read, "blue")["metrics"]
    assert variant(read, "kept")["metrics"] == [UTILIZATION]
    assert "provisioned concurrency" in variant(read, "free")["why_not"]
    assert "inference components" in variant(read, "shared")["why_not"]


async def test_a_variant_is_scaled_changed_and_left_alone_again(
    call: Call, endpoint: RunningEngine
) -> None:
    wish = {
        "least": 1,
        "most": 4,
        "tracking": {"metric": INVOCATIONS, "target": 70, "scale_in_cooldown": 600},
    }
    set_ = await call("POST", f"{PATH}/blue", wish, **PLACE)
    assert set_.status == 200, set_.body
    now = variant(set_, "blue")
    assert (now["least"], now["most"]) == (1, 4)
    [tracking] = now["tracking"]
    assert (tracking["metric"], tracking["target"]) == (INVOCATIONS, 70)
    assert (tracking["scale_in_cooldown"], tracking["scale_out_cooldown"]) == (600, None)

    again = {**wish, "most": 9, "tracking": {**tracking, "target": 80}}
    [changed] = variant(await call("POST", f"{PATH}/blue", again, **PLACE), "blue")["tracking"]
    assert changed == {**tracking, "target": 80}

    bounds = await call("POST", f"{PATH}/blue", {"least": 2, "most": 3}, **PLACE)
    assert variant(bounds, "blue")["tracking"] == [changed]

    ended = await call("DELETE", f"{PATH}/blue", **PLACE)
    assert ended.status == 200, ended.body
    assert variant(ended, "blue")["least"] is None
    scaling = endpoint.client("application-autoscaling")
    assert scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"] == []


async def test_provisioned_concurrency_is_scaled_by_its_use(
    call: Call, endpoint: RunningEngine
) -> None:
    wish = {"least": 1, "most": 3, "tracking": {"metric": UTILIZATION, "target": 0.7}}
    answer = await call("POST", f"{PATH}/kept", wish, **PLACE)
    assert variant(answer, "kept")["tracking"][0]["target"] == 0.7
    ended = await call("DELETE", f"{PATH}/kept", **PLACE)
    assert variant(ended, "kept")["tracking"] == []


@pytest.mark.parametrize(
    ("name", "wish", "status", "word"),
    [
        ("blue", {"least": 3, "most": 1}, 400, "no range"),
        ("blue", {"least": -1, "most": 1}, 400, "no range"),
        ("blue", {"least": 1, "most": 2, "tracking": {"metric": "x", "target": 1}}, 400, "metric"),
        (
            "blue",
            {"least": 1, "most": 2, "tracking": {"metric": UTILIZATION, "target": 1}},
            400,
            "metric",
        ),
        (
            "blue",
            {"least": 1, "most": 2, "tracking": {"metric": INVOCATIONS, "target": 0}},
            400,
            "more than 0",
        ),
        ("free", {"least": 1, "most": 2}, 409, "by itself"),
        ("shared", {"least": 1, "most": 2}, 409, "inference components"),
        ("<img src=x>", {"least": 1, "most": 2}, 404, "blue"),
        ("blue", {"least": "1", "most": 2}, 400, "int"),
    ],
)
async def test_what_contradicts_itself_is_refused_and_changes_nothing(
    call: Call, endpoint: RunningEngine, name: str, wish: dict[str, Any], status: int, word: str
) -> None:
    from urllib.parse import quote

    answer = await call("POST", f"{PATH}/{quote(name)}", wish, **PLACE)
    assert (answer.status, word in answer.json["detail"]) == (status, True), answer.body
    scaling = endpoint.client("application-autoscaling")
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []


async def test_denied_is_said_with_the_permission(call: Call, endpoint: RunningEngine) -> None:
    endpoint.faults([{"kind": "denied", "operation": "DescribeScalableTargets"}])
    answer = await call("GET", PATH, **PLACE)
    assert (answer.status, answer.json["cause"]) == (403, "denied")
    assert answer.json["permission"] == "application-autoscaling:DescribeScalableTargets"
