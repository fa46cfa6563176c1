"""A model of the catalogue from its document to its answers, by plain boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.models import image_classification
from tests.local.endpoint_models import end_all, invoke
from tests.local.models.calls import answer_of, deploy, document
from tests.local.models.pictures import picture
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

ID = image_classification.MODEL.id


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    """The model in service."""
    deploy(running_engine, "pictures", document(running_engine, ID))
    yield "pictures"
    end_all(running_engine)


@pytest.mark.parametrize(
    ("name", "label"), [("chelsea", "tiger cat"), ("coffee", "espresso"), ("rocket", "missile")]
)
def test_a_picture_is_named(engine: RunningEngine, endpoint: str, name: str, label: str) -> None:
    answer = answer_of(engine, endpoint, picture(name))
    assert answer["predicted_label"] == label
    assert len(answer["labels"]) == len(set(answer["labels"])) == 1000
    assert sum(answer["probabilities"]) == pytest.approx(1)
    assert answer["labels"][answer["probabilities"].index(max(answer["probabilities"]))] == label


def test_plain_json_has_the_probabilities_alone(engine: RunningEngine, endpoint: str) -> None:
    assert answer_of(engine, endpoint, picture("coffee"), accept="").keys() == {"probabilities"}


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
