"""The notebooks of the public hub: read as AWS's are, and run cell by cell on a real engine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from botocore import UNSIGNED

from jupyter_smext.local.models.catalogue import MODELS
from jupyter_smext.local.notebooks.catalogue import NOTEBOOKS
from tests.local.models.calls import document
from tests.local.notebooks.running import run
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

BUCKET = "jumpstart-cache-prod-us-east-1"
HUB = {"HubName": "SageMakerPublicHub", "HubContentType": "Notebook"}


def read(engine: RunningEngine, uri: str) -> bytes:
    """An object of JumpStart's bucket, as anybody reads it."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    assert bucket == BUCKET
    s3 = engine.client("s3", signature_version=UNSIGNED)
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def of_model(engine: RunningEngine, id: str) -> dict[str, bytes]:
    """The notebooks that a model's document names, by their titles, the usual one first."""
    named = document(engine, id)["NotebookLocations"]
    usual = [each["S3Uri"] for each in named["DemoNotebooks"] if each["IsDefault"]]
    assert usual == [named["DemoNotebook"]]
    return {each["Title"]: read(engine, each["S3Uri"]) for each in named["DemoNotebooks"]}


def of_hub(engine: RunningEngine, id: str) -> bytes:
    """The notebook that a content of the hub is."""
    found = engine.client("sagemaker").describe_hub_content(**HUB, HubContentName=id)
    return read(engine, json.loads(found["HubContentDocument"])["NotebookLocation"])


def code_of(content: bytes) -> str:
    """The code of a notebook, which is a valid one."""
    made = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(made)
    return "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")


@pytest.mark.parametrize("id", MODELS)
def test_each_model_has_notebooks_of_its_own(engine: RunningEngine, id: str) -> None:
    found = of_model(engine, id)
    tuned = ["Fine-tune"] if MODELS[id].fine_tuning is not None else []
    assert list(found) == ["Deploy", *tuned]
    for content in found.values():
        code = code_of(content)
        assert f'MODEL = "{id}"\nVERSION = "{MODELS[id].version}"\n' in code
        compile(code, id, "exec")
        text = content.decode()
        assert MODELS[id].license in text and MODELS[id].source in text
        assert not re.search(r"@\w+@", text)


def test_the_hub_lists_its_notebooks(engine: RunningEngine) -> None:
    client: Any = engine.client("sagemaker")
    found = client.list_hub_contents(**HUB)["HubContentSummaries"]
    assert {each["HubContentName"] for each in found} == set(NOTEBOOKS)
    for each in found:
        assert each["HubContentArn"].endswith(f"/Notebook/{each['HubContentName']}/1.0.0")
        assert each["HubContentDisplayName"] and each["HubContentStatus"] == "Available"
        compile(code_of(of_hub(engine, each["HubContentName"])), each["HubContentName"], "exec")


@pytest.mark.parametrize(
    ("id", "said"),
    [("vader-tc-sentiment", '"predicted_label": "positive"'), ("onnx-ic-efficientnet-lite0", "%")],
)
def test_a_models_notebook_deploys_asks_and_leaves_nothing(
    engine: RunningEngine, tmp_path: Path, id: str, said: str
) -> None:
    printed = run(of_model(engine, id)["Deploy"], tmp_path, engine.environment())
    print(printed)
    assert "InService" in printed and said in printed
    gone(engine, printed)


@pytest.mark.parametrize(
    ("id", "known"),
    [
        ("onnx-textembedding-all-minilm-l6-v2", "cloudwatch"),
        ("sklearn-classification-table", "malignant"),
    ],
)
def test_a_models_notebook_trains_deploys_asks_and_leaves_nothing(
    engine: RunningEngine, tmp_path: Path, id: str, known: str
) -> None:
    printed = run(of_model(engine, id)["Fine-tune"], tmp_path, engine.environment())
    print(printed)
    assert "InService" in printed
    assert "val-" in printed and f"It is {known}" in printed
    assert re.search(rf"It says (\['{known}'\]|{known})\n", printed)
    gone(engine, printed)
    [bucket] = [each["Name"] for each in engine.client("s3").list_buckets()["Buckets"]]
    assert engine.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize("fault", ["quota", "capacity"])
def test_the_last_cell_deletes_what_a_failed_one_left(
    engine: RunningEngine, tmp_path: Path, fault: str
) -> None:
    engine.faults([{"kind": fault, "noun": "Endpoint"}])
    for content in (
        of_model(engine, "vader-tc-sentiment")["Deploy"],
        of_hub(engine, "similar-sentences"),
    ):
        printed = run(content, tmp_path, engine.environment(), on=True)
        assert "InService" not in printed
        gone(engine, printed)


def test_a_training_that_failed_says_why(fresh_engine: RunningEngine, tmp_path: Path) -> None:
    fresh_engine.faults([{"kind": "capacity", "noun": "TrainingJob"}])
    content = of_model(fresh_engine, "sklearn-classification-table")["Fine-tune"]
    printed = run(content, tmp_path, fresh_engine.environment(), on=True)
    client = fresh_engine.client("sagemaker")
    [job] = client.list_training_jobs()["TrainingJobSummaries"]
    ended = client.describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert f"Failed {ended['FailureReason']}" in printed
    gone(fresh_engine, printed)


def gone(engine: RunningEngine, printed: str) -> None:
    """A notebook says that nothing of it is left, and that is so."""
    assert "Left: []" in printed
    client = engine.client("sagemaker")
    assert client.list_endpoints()["Endpoints"] == []
    assert client.list_endpoint_configs()["EndpointConfigs"] == []
    assert client.list_models()["Models"] == []


def test_sentences_are_found_by_what_they_mean(engine: RunningEngine, tmp_path: Path) -> None:
    printed = run(of_hub(engine, "similar-sentences"), tmp_path, engine.environment())
    print(printed)
    assert "3 of 3 as meant" in printed and "Left: []" in printed


def test_two_models_are_trained_and_compared(engine: RunningEngine, tmp_path: Path) -> None:
    printed = run(of_hub(engine, "two-models-one-table"), tmp_path, engine.environment())
    print(printed)
    reached = [float(each) for each in re.findall(r"'val-accuracy': ([\d.]+)", printed)]
    assert len(reached) == 2 and min(reached) > 0.85
    jobs = engine.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    assert {each["TrainingJobStatus"] for each in jobs} == {"Completed"}
    s3 = engine.client("s3")
    [bucket] = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
