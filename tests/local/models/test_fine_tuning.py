"""A model fine-tuned on frozen features, against what is had without them, on pictures held out."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression

from jupyter_smext.local.models.image_classification import MODEL, SURFACES, TILES, tile
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document, fine_tune
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

NAMES = ("brick", "grass", "gravel")


def test_it_beats_the_same_data_without_the_network(
    engine: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trained on the default dataset, tried on the halves of the photographs that it has not."""
    found = document(engine, MODEL.id)
    job = fine_tune(engine, "surfaces", found, found["DefaultTrainingDatasetUri"])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
    assert metrics["onnx-ic:val-accuracy"] > 0.9
    deploy(engine, "surfaces", found, job["ModelArtifacts"]["S3ModelArtifacts"])
    said = [
        (name, answer_of(engine, "surfaces", tile(name, number, unseen=True)))
        for name in NAMES
        for number in TILES
    ]
    assert all(set(answer["labels"]) == set(NAMES) for _, answer in said)
    accuracy = np.mean([answer["predicted_label"] == name for name, answer in said])
    baseline = raw_pixels()
    with capsys.disabled():
        print(f"\nheld-out accuracy: fine-tuned {accuracy:.3f}, raw pixels {baseline:.3f}")
    assert accuracy > baseline + 0.1
    assert accuracy > 0.95
    end_all(engine)


def raw_pixels() -> float:
    """Accuracy of logistic regression on the same pictures' 16 x 16 grey pixels."""

    def pixels(content: bytes) -> Any:
        picture = Image.open(io.BytesIO(content)).convert("L").resize((16, 16))
        return np.asarray(picture, "f4").ravel() / 255

    known = [(pixels(tile(name, n)), name) for name in NAMES for n in TILES]
    unseen = [(pixels(tile(name, n, unseen=True)), name) for name in NAMES for n in TILES]
    model = LogisticRegression(max_iter=500).fit(*zip(*known, strict=True))
    return float(model.score(*zip(*unseen, strict=True)))


def test_the_default_dataset_is_what_its_declaration_says() -> None:
    assert {name.split("/")[0] for name in SURFACES.files} == set(NAMES)


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ({"train_only_top_layer": "False"}, "train_only_top_layer"),
        ({"dropout": "0.5"}, "dropout"),
    ],
)
def test_a_hyperparameter_that_would_count_for_nothing_fails_the_job(
    engine: RunningEngine, own: dict[str, str], reason: str
) -> None:
    found = document(engine, MODEL.id)
    name = f"refused-{reason.replace('_', '-')}"
    job = fine_tune(engine, name, found, found["DefaultTrainingDatasetUri"], **own)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]


def test_data_without_classes_fails_the_job_with_what_is_wanted(engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="flat")
    s3.put_object(Bucket="flat", Key="data/one.png", Body=tile("brick", 0))
    job = fine_tune(engine, "flat", document(engine, MODEL.id), "s3://flat/data/")
    assert job["TrainingJobStatus"] == "Failed"
    assert "a directory for each class" in job["FailureReason"]
