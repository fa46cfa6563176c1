"""Scaling settings of endpoints: records that are true, of variants that are there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

COUNT = "sagemaker:variant:DesiredInstanceCount"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/scaled/variant/AllTraffic",
    "ScalableDimension": COUNT,
}
TRACKING = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {
        "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
    },
}


@pytest.fixture
def scaling(fresh_engine: RunningEngine) -> Any:
    """A client; an endpoint `scaled` of a variant on instances and a serverless one is there."""
    fresh_engine.put(
        "Endpoint",
        {
            "EndpointName": "scaled",
            "EndpointArn": "arn:aws:sagemaker:us-east-1:000000000000:endpoint/scaled",
            "EndpointStatus": "InService",
            "CreationTime": 1.0,
            "LastModifiedTime": 1.0,
            "ProductionVariants": [
                {"VariantName": "AllTraffic", "CurrentInstanceCount": 1},
                {"VariantName": "Lean", "CurrentServerlessConfig": {}},
            ],
        },
    )
    return fresh_engine.client("application-autoscaling")


def _code(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return str(raised.value.response["Error"]["Code"])


def test_a_target_is_registered_changed_and_described(scaling: Any) -> None:
    arn = scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3)[
        "ScalableTargetARN"
    ]
    scaling.register_scalable_target(**TARGET, MaxCapacity=5)
    [target] = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 5)
    assert target["ScalableTargetARN"] == arn
    assert target["SuspendedState"]["DynamicScalingInSuspended"] is False
    assert (
        scaling.describe_scalable_targets(
            ServiceNamespace="sagemaker", ResourceIds=["endpoint/other/variant/AllTraffic"]
        )["ScalableTargets"]
        == []
    )
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ResourceId": "endpoint/none/variant/AllTraffic"}, "doesn't exist"),
        ({"ResourceId": "endpoint/scaled/variant/None"}, "doesn't exist"),
        ({"ResourceId": "scaled"}, "Unsupported service namespace"),
        ({"ServiceNamespace": "ecs"}, "Unsupported service namespace"),
        ({"ResourceId": "endpoint/scaled/variant/Lean"}, "is serverless"),
        ({"MinCapacity": 4}, "MinCapacity 4"),
        ({"MinCapacity": -1}, "MinCapacity -1"),
    ],
)
def test_targets_that_there_cannot_be(scaling: Any, change: dict[str, Any], words: str) -> None:
    given = {**TARGET, "MinCapacity": 1, "MaxCapacity": 3, **change}
    with pytest.raises(ClientError, match=words) as raised:
        scaling.register_scalable_target(**given)
    assert _code(raised) == "ValidationException"
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []


def test_policies_need_a_target_and_go_with_it(scaling: Any) -> None:
    policy = {
        **TARGET,
        "PolicyName": "by-load",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": TRACKING,
    }
    with pytest.raises(ClientError, match="No scalable target registered") as raised:
        scaling.put_scaling_policy(**policy)
    assert _code(raised) == "ObjectNotFoundException"
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3)
    put = scaling.put_scaling_policy(**policy)
    assert put["Alarms"] == []
    assert scaling.put_scaling_policy(**policy)["PolicyARN"] == put["PolicyARN"]
    [found] = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    assert found["TargetTrackingScalingPolicyConfiguration"] == TRACKING
    with pytest.raises(ClientError, match="of the type TargetTrackingScaling"):
        scaling.put_scaling_policy(**TARGET, PolicyName="by-load", PolicyType="StepScaling")
    with pytest.raises(ClientError, match="StepScalingPolicyConfiguration is required"):
        scaling.put_scaling_policy(**TARGET, PolicyName="steps")
    scaling.deregister_scalable_target(**TARGET)
    for describe, member in (
        (scaling.describe_scaling_policies, "ScalingPolicies"),
        (scaling.describe_scalable_targets, "ScalableTargets"),
    ):
        assert describe(ServiceNamespace="sagemaker")[member] == []
    with pytest.raises(ClientError, match="No scalable target found") as raised:
        scaling.deregister_scalable_target(**TARGET)
    assert _code(raised) == "ObjectNotFoundException"


def test_a_policy_is_deleted_once(scaling: Any) -> None:
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3)
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    scaling.put_scaling_policy(**TARGET, PolicyName="steps", StepScalingPolicyConfiguration=steps)
    scaling.delete_scaling_policy(**TARGET, PolicyName="steps")
    with pytest.raises(ClientError, match="No scaling policy found") as raised:
        scaling.delete_scaling_policy(**TARGET, PolicyName="steps")
    assert _code(raised) == "ObjectNotFoundException"


def test_pages_follow_each_other(scaling: Any) -> None:
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3)
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    for number in range(5):
        scaling.put_scaling_policy(
            **TARGET, PolicyName=f"p{number}", StepScalingPolicyConfiguration=steps
        )
    pages = scaling.get_paginator("describe_scaling_policies").paginate(
        ServiceNamespace="sagemaker", PaginationConfig={"PageSize": 2}
    )
    sizes = [len(page["ScalingPolicies"]) for page in pages]
    assert sizes == [2, 2, 1]
    with pytest.raises(ClientError) as raised:
        scaling.describe_scaling_policies(ServiceNamespace="sagemaker", NextToken="made up")
    assert _code(raised) == "InvalidNextTokenException"


def test_nothing_scales_and_nothing_says_so(scaling: Any) -> None:
    activities = scaling.describe_scaling_activities(ServiceNamespace="sagemaker")
    assert activities["ScalingActivities"] == []
    assert (
        scaling.describe_scheduled_actions(ServiceNamespace="sagemaker")["ScheduledActions"] == []
    )
    with pytest.raises(ClientError, match="needs AWS"):
        scaling.put_scheduled_action(
            **TARGET, ScheduledActionName="nightly", Schedule="rate(1 day)"
        )


def test_tags_of_a_target(scaling: Any) -> None:
    arn = scaling.register_scalable_target(
        **TARGET, MinCapacity=1, MaxCapacity=3, Tags={"team": "a"}
    )["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"stage": "test"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"stage": "test"}
    with pytest.raises(ClientError) as raised:
        scaling.list_tags_for_resource(ResourceARN=arn + "0")
    assert _code(raised) == "ResourceNotFoundException"
