"""GetResources finds by its tags what any service of the engine made."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/SageMakerLocalExecutionRole"
MODEL = "sagemaker-sdk:jumpstart-model-id"


def arns(client: Any, *filters: tuple[str, list[str]], **more: Any) -> list[str]:
    asked = [{"Key": key, **({"Values": values} if values else {})} for key, values in filters]
    pages = client.get_paginator("get_resources").paginate(TagFilters=asked, **more)
    return [one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"]]


@pytest.fixture
def tagged(engine: RunningEngine) -> Any:
    sagemaker, region = engine.client("sagemaker", "eu-west-2"), "eu-west-2"
    for name, tags in (("a", {MODEL: "m-1"}), ("b", {MODEL: "m-2", "team": "x"}), ("c", {})):
        sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=ROLE,
            Containers=[{"Image": "i"}],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
    engine.client("cloudformation", region).create_stack(
        StackName="stack",
        TemplateBody='{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}',
        Tags=[{"Key": MODEL, "Value": "m-1"}],
    )
    engine.client("cloudformation", region).get_waiter("stack_create_complete").wait(
        StackName="stack", WaiterConfig={"Delay": 1}
    )
    yield engine.client("resourcegroupstaggingapi", region)
    engine.client("cloudformation", region).delete_stack(StackName="stack")
    for name in "abc":
        sagemaker.delete_model(ModelName=name)


def test_by_key_value_type_and_page(engine: RunningEngine, tagged: Any) -> None:
    where = "arn:aws:sagemaker:eu-west-2:000000000000:model"
    found = arns(tagged, (MODEL, []))
    assert [arn for arn in found if ":sagemaker:" in arn] == [f"{where}/a", f"{where}/b"]
    # What a stack makes has the tags of the stack.
    assert [arn.split(":")[2] for arn in found] == [
        "cloudformation",
        "s3",
        "sagemaker",
        "sagemaker",
    ]
    assert arns(tagged, (MODEL, ["m-2", "m-3"])) == [f"{where}/b"]
    assert arns(tagged, (MODEL, []), ("team", ["x"])) == [f"{where}/b"]
    assert arns(tagged, (MODEL, []), ("team", ["y"])) == []
    only = arns(tagged, (MODEL, []), ResourceTypeFilters=["sagemaker:model"])
    assert only == [f"{where}/a", f"{where}/b"]
    assert arns(tagged, (MODEL, []), ResourceTypeFilters=["sagemaker", "cloudformation:stack"]) == [
        arn for arn in found if ":s3:" not in arn
    ]
    assert arns(tagged, (MODEL, []), ResourcesPerPage=1) == found
    asked = tagged.get_resources(ResourceARNList=[f"{where}/b", f"{where}/none"])
    assert asked["ResourceTagMappingList"] == [
        {
            "ResourceARN": f"{where}/b",
            "Tags": [{"Key": MODEL, "Value": "m-2"}, {"Key": "team", "Value": "x"}],
        }
    ]
    assert MODEL in tagged.get_tag_keys()["TagKeys"]
    assert tagged.get_tag_values(Key=MODEL)["TagValues"] == ["m-1", "m-2"]
    elsewhere = engine.client("resourcegroupstaggingapi", "eu-west-3")
    assert arns(elsewhere, (MODEL, [])) == []


def test_what_is_gone_is_not_found(engine: RunningEngine, tagged: Any) -> None:
    stacks = engine.client("cloudformation", "eu-west-2")
    stacks.delete_stack(StackName="stack")
    stacks.get_waiter("stack_delete_complete").wait(StackName="stack", WaiterConfig={"Delay": 1})
    assert all(":sagemaker:" in arn for arn in arns(tagged, (MODEL, [])))


def test_wrong_requests_are_refused(tagged: Any) -> None:
    for given in (
        {"ResourceARNList": ["arn:aws:s3:::b"], "TagFilters": [{"Key": "k"}]},
        {"ResourcesPerPage": 101},
        {"PaginationToken": "none of ours"},
    ):
        with pytest.raises(ClientError) as error:
            tagged.get_resources(**given)
        assert error.value.response["Error"]["Code"] == "InvalidParameterException"
    with pytest.raises(ClientError) as error:
        tagged.tag_resources(ResourceARNList=["arn:aws:s3:::b"], Tags={"k": "v"})
    assert "needs AWS" in error.value.response["Error"]["Message"]
    with pytest.raises(ClientError) as error:
        tagged.get_resources(IncludeComplianceDetails=True)
    assert "with IncludeComplianceDetails; it needs AWS" in error.value.response["Error"]["Message"]
