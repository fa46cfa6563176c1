"""The model registry keeps versions as AWS does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

CONTAINER = {
    "Containers": [{"Image": "image"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}


@pytest.fixture
def client(engine: RunningEngine) -> Any:
    return engine.client("sagemaker")


def test_packages_of_a_group_are_versions(client: Any) -> None:
    client.create_model_package_group(ModelPackageGroupName="group")
    arns = [
        client.create_model_package(
            ModelPackageGroupName="group", InferenceSpecification=CONTAINER
        )["ModelPackageArn"]
        for _ in range(3)
    ]
    assert [arn.rsplit("/", 2)[1:] for arn in arns] == [["group", str(n)] for n in (1, 2, 3)]
    found = client.describe_model_package(ModelPackageName=arns[1])
    assert found["ModelPackageVersion"] == 2
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    client.update_model_package(
        ModelPackageArn=arns[1],
        ModelApprovalStatus="Approved",
        CustomerMetadataProperties={"a": "1", "b": "2"},
    )
    client.update_model_package(ModelPackageArn=arns[1], CustomerMetadataPropertiesToRemove=["a"])
    found = client.describe_model_package(ModelPackageName=arns[1])
    assert found["ModelApprovalStatus"] == "Approved"
    assert found["CustomerMetadataProperties"] == {"b": "2"}
    listed = client.list_model_packages(ModelPackageGroupName="group")["ModelPackageSummaryList"]
    assert [one["ModelPackageVersion"] for one in listed] == [1, 2, 3]
    assert not any("ModelPackageName" in one for one in listed)
    approved = client.list_model_packages(
        ModelPackageGroupName="group", ModelApprovalStatus="Approved"
    )["ModelPackageSummaryList"]
    assert [one["ModelPackageArn"] for one in approved] == [arns[1]]
    with pytest.raises(ClientError) as error:
        client.delete_model_package_group(ModelPackageGroupName="group")
    assert error.value.response["Error"]["Code"] == "ConflictException"
    client.delete_model_package(ModelPackageName=arns[2])
    fresh = client.create_model_package(
        ModelPackageGroupName="group", InferenceSpecification=CONTAINER
    )
    assert fresh["ModelPackageArn"].endswith("/4")
    answer = client.batch_describe_model_package(ModelPackageArnList=[arns[0], arns[2]])
    assert list(answer["ModelPackageSummaries"]) == [arns[0]]
    assert list(answer["BatchDescribeModelPackageErrorMap"]) == [arns[2]]


def test_unversioned_packages_are_listed_apart(client: Any) -> None:
    client.create_model_package_group(ModelPackageGroupName="other")
    client.create_model_package(ModelPackageGroupName="other", InferenceSpecification=CONTAINER)
    client.create_model_package(ModelPackageName="alone", InferenceSpecification=CONTAINER)
    plain = client.list_model_packages(MaxResults=100)["ModelPackageSummaryList"]
    assert {one["ModelPackageName"] for one in plain} == {"alone"}
    everything = client.list_model_packages(ModelPackageType="Both", MaxResults=100)
    assert len(everything["ModelPackageSummaryList"]) > 1
    with pytest.raises(ClientError, match="not both"):
        client.create_model_package(ModelPackageName="a", ModelPackageGroupName="other")


def test_a_card_keeps_its_past(client: Any) -> None:
    first, second = json.dumps({"a": 1}), json.dumps({"a": 2})
    client.create_model_card(ModelCardName="card", Content=first, ModelCardStatus="Draft")
    client.update_model_card(ModelCardName="card", Content=second, ModelCardStatus="Approved")
    now = client.describe_model_card(ModelCardName="card")
    past = client.describe_model_card(ModelCardName="card", ModelCardVersion=1)
    assert (now["ModelCardVersion"], now["Content"]) == (2, second)
    assert (past["ModelCardVersion"], past["Content"]) == (1, first)
    versions = client.list_model_card_versions(ModelCardName="card")
    assert len(versions["ModelCardVersionSummaryList"]) == 2
    with pytest.raises(ClientError):
        client.describe_model_card(ModelCardName="card", ModelCardVersion=9)
    client.delete_model_card(ModelCardName="card")
    client.create_model_card(ModelCardName="card", Content=first, ModelCardStatus="Draft")
    versions = client.list_model_card_versions(ModelCardName="card")
    assert len(versions["ModelCardVersionSummaryList"]) == 1


def test_a_hub_keeps_versions_of_its_contents(client: Any) -> None:
    client.create_hub(HubName="hub", HubDescription="d")

    def put(version: str) -> Any:
        return client.import_hub_content(
            HubName="hub",
            HubContentName="net",
            HubContentType="Model",
            HubContentVersion=version,
            DocumentSchemaVersion="2.0.0",
            HubContentDocument="{}",
        )

    for version in ("1.9.0", "1.10.0"):
        assert put(version)["HubContentArn"].endswith(f"hub-content/hub/Model/net/{version}")
    with pytest.raises(ClientError):
        put("1.9.0")
    identity = {"HubName": "hub", "HubContentType": "Model", "HubContentName": "net"}
    assert client.describe_hub_content(**identity)["HubContentVersion"] == "1.10.0"
    old = client.describe_hub_content(**identity, HubContentVersion="1.9.0")
    assert old["HubContentVersion"] == "1.9.0"
    contents = client.list_hub_contents(HubName="hub", HubContentType="Model")
    assert [one["HubContentVersion"] for one in contents["HubContentSummaries"]] == ["1.10.0"]
    versions = client.list_hub_content_versions(**identity, MinVersion="1.10.0")
    assert len(versions["HubContentSummaries"]) == 1
    with pytest.raises(ClientError, match="HubContent"):
        client.delete_hub(HubName="hub")
    client.delete_hub_content(**identity, HubContentVersion="1.10.0")
    assert client.describe_hub_content(**identity)["HubContentVersion"] == "1.9.0"
    client.delete_hub_content(**identity, HubContentVersion="1.9.0")
    with pytest.raises(ClientError):
        client.describe_hub_content(**identity)
    client.delete_hub(HubName="hub")


@pytest.mark.parametrize("operation", ["create_model_package", "create_algorithm"])
def test_validation_by_jobs_needs_aws(client: Any, operation: str) -> None:
    from jupyter_smext.local.contract import service_model
    from tests.local.minimal import value

    name = "".join(part.title() for part in operation.split("_"))
    shape = service_model("sagemaker").operation_model(name).input_shape
    request = value(shape)
    request["ValidationSpecification"] = value(shape.members["ValidationSpecification"])
    if operation == "create_model_package":
        request["ModelPackageName"] = "checked"
    with pytest.raises(ClientError, match="needs AWS"):
        getattr(client, operation)(**request)
