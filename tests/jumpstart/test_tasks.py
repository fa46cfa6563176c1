"""What the ids and sources of AWS's own 1,079 models tell."""

from __future__ import annotations

from collections import Counter

import pytest

from jupyter_smext.jumpstart.data_check import FORMATS
from jupyter_smext.jumpstart.data_formats import DATA_FORMATS
from jupyter_smext.jumpstart.model_table import shipped
from jupyter_smext.jumpstart.tasks import (
    OTHER,
    TASKS,
    data_type_named,
    framework_of,
    provider_of,
    spelled,
    task_named,
    task_of,
)
from jupyter_smext.jumpstart.versions import newest_first


def test_tasks_are_those_that_the_sdks_own_documentation_counts() -> None:
    models = shipped().values()
    tasks = Counter(each.task for each in models)
    assert len(models) == 1_079
    assert sum(each.proprietary for each in models) == 90
    assert sum(each.fine_tunable is True for each in models) == 423
    # As many as `pretrainedmodels.rst` has of the problem types that it names.
    assert tasks["Image classification"] == 162
    assert tasks["Object detection"] == 70
    assert tasks["Text classification"] == 60
    assert tasks["Sentence pair classification"] == 31
    assert tasks["Semantic segmentation"] == 9
    assert tasks["Instance segmentation"] == 6
    assert tasks["Named entity recognition"] == 4
    assert tasks[OTHER] == 2, "a model of proteins and one of materials"


def test_every_model_has_a_provider() -> None:
    assert OTHER not in {each.provider for each in shipped().values()}


@pytest.mark.parametrize(
    ("id", "task", "framework", "provider"),
    [
        ("tensorflow-od1-ssd-mobilenet", "Object detection", "TensorFlow", "TensorFlow Hub"),
        ("xgboost-classification-model", "Tabular classification", "XGBoost", "XGBoost"),
        ("cohere-embed-english", "Text embedding", "Cohere", "Cohere"),
        ("model-txt2img-stabilityai-x", "Text to image", "Stability AI", "Stability AI"),
        ("onnx-ic-mine", "Image classification", "ONNX Runtime", OTHER),
        ("mine", OTHER, OTHER, OTHER),
        ("", OTHER, OTHER, OTHER),
    ],
)
def test_an_id_tells(id: str, task: str, framework: str, provider: str) -> None:
    assert (task_of(id).name, framework_of(id), provider_of(id)) == (task, framework, provider)


def test_hubs_and_manifests_are_written_as_the_table() -> None:
    assert task_named("Text Generation") == task_named("text-generation") == TASKS["llm"]
    assert task_named("zero-shot-text-classification") == TASKS["zstc"]
    assert task_named("protein folding").name == "Protein folding"
    assert task_named("").name == OTHER
    assert (spelled("huggingface"), spelled("pytorch"), spelled("meta")) == (
        "Hugging Face",
        "PyTorch",
        "Meta",
    )
    assert (spelled("scikit-learn"), spelled("ONNX Runtime"), spelled("C.J. Hutto")) == (
        "scikit-learn",
        "ONNX Runtime",
        "C.J. Hutto",
    )
    assert (spelled("djl"), spelled("")) == ("Djl", OTHER)
    assert (data_type_named("vision"), data_type_named("text")) == ("Image", "Text")


def test_every_format_that_is_checked_is_described() -> None:
    assert DATA_FORMATS.keys() == FORMATS.keys()
    assert DATA_FORMATS.keys() <= {task.name for task in TASKS.values()}


def test_newer_is_by_number() -> None:
    assert newest_first(["2.0.9", "2.0.10", "10.0.0", "2.0.9"]) == ("10.0.0", "2.0.10", "2.0.9")
    assert newest_first(["v1.0-rc3", "v1.0.1", "SD3_5L_v1"])[0] == "SD3_5L_v1"
    assert newest_first(["9" * 5_000, "1.0.0"])[0] == "9" * 5_000
