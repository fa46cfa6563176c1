"""A model of the catalogue from its document to its answers, by plain boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.models import image_classification
from tests.local.endpoint_models import ROLE, end_all, invoke, settled
from tests.local.models.pictures import picture
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

HUB = {"HubName": "SageMakerPublicHub", "HubContentType": "Model"}
ID = image_classification.MODEL.id


def document(engine: RunningEngine, id: str = ID, region: str = "us-east-1") -> dict[str, Any]:
    """A model's HubContentDocument."""
    found = engine.client("sagemaker", region).describe_hub_content(**HUB, HubContentName=id)
    read: dict[str, Any] = json.loads(found["HubContentDocument"])
    return read


def defaults(declared: list[dict[str, Any]]) -> dict[str, str]:
    """The default of each environment variable or hyperparameter."""
    return {each["Name"]: str(each["Default"]) for each in declared}


def deploy(engine: RunningEngine, name: str, found: dict[str, Any], data: str = "") -> None:
    """The three calls, from a document; the endpoint is in service."""
    client = engine.client("sagemaker")
    source = {"S3DataType": "S3Prefix", "CompressionType": "None"}
    source["S3Uri"] = found["HostingPrepackedArtifactUri"]
    where = {"ModelDataUrl": data} if data else {"ModelDataSource": {"S3DataSource": source}}
    client.create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": found["HostingEcrUri"],
            "Environment": defaults(found["InferenceEnvironmentVariables"]),
            **where,
        },
    )
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": found["DefaultInferenceInstanceType"],
        "InitialInstanceCount": 1,
    }
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    settled(engine, name, "InService", 120)


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    """The model in service."""
    deploy(running_engine, "pictures", document(running_engine))
    yield "pictures"
    end_all(running_engine)


def ask(engine: RunningEngine, name: str, body: bytes, accept: str = "") -> dict[str, Any]:
    more = {"Accept": accept} if accept else {}
    answer = invoke(engine, name, body, ContentType="application/x-image", **more)
    assert answer["ContentType"] == "application/json"
    read: dict[str, Any] = json.loads(answer["Body"])
    return read


@pytest.mark.parametrize(
    ("name", "label"), [("chelsea", "tiger cat"), ("coffee", "espresso"), ("rocket", "missile")]
)
def test_a_picture_is_named(engine: RunningEngine, endpoint: str, name: str, label: str) -> None:
    answer = ask(engine, endpoint, picture(name), "application/json;verbose")
    assert answer["predicted_label"] == label
    assert len(answer["labels"]) == len(set(answer["labels"])) == 1000
    assert sum(answer["probabilities"]) == pytest.approx(1)
    assert answer["labels"][answer["probabilities"].index(max(answer["probabilities"]))] == label


def test_plain_json_has_the_probabilities_alone(engine: RunningEngine, endpoint: str) -> None:
    assert ask(engine, endpoint, picture("coffee")).keys() == {"probabilities"}


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [("text/csv", b"1,2", 415), ("application/x-image", b"no picture", 400)],
)
def test_what_is_no_picture_is_refused(
    engine: RunningEngine, endpoint: str, content_type: str, body: bytes, status: int
) -> None:
    with pytest.raises(ClientError) as refused:
        invoke(engine, endpoint, body, ContentType=content_type)
    assert refused.value.response["OriginalStatusCode"] == status


def test_anybody_may_read_the_bucket_unsigned(engine: RunningEngine) -> None:
    s3 = boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=engine.url,
        config=Config(signature_version=UNSIGNED),
    )
    bucket = "jumpstart-cache-prod-eu-west-1"
    manifest = json.load(s3.get_object(Bucket=bucket, Key="models_manifest.json")["Body"])
    [entry] = [each for each in manifest if each["model_id"] == ID]
    spec = json.load(s3.get_object(Bucket=bucket, Key=entry["spec_key"])["Body"])
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=spec["hosting_prepacked_artifact_key"])
    names = {each["Key"].rpartition("/")[2] for each in listed["Contents"]}
    assert names >= {"model.onnx", "labels.json", "inference.py"}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key="mine", Body=b"")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket="another", Key="k")


def test_the_account_may_not_write_there_either(engine: RunningEngine, tmp_path: Path) -> None:
    s3, bucket = engine.client("s3"), "jumpstart-cache-prod-us-east-1"
    assert bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    for call in (
        lambda: s3.put_object(Bucket=bucket, Key="mine", Body=b""),
        lambda: s3.delete_object(Bucket=bucket, Key="models_manifest.json"),
        lambda: s3.delete_bucket(Bucket=bucket),
        lambda: s3.create_multipart_upload(Bucket=bucket, Key="mine"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        s3.create_bucket(Bucket=bucket)
    (tmp_path / "mine").write_bytes(b"x")
    with pytest.raises(ServiceError, match="AccessDenied"):
        engine.engine.objects.upload(bucket, "mine", tmp_path / "mine")
