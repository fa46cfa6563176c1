"""What a training job made is served as the SDK's estimators serve it.

sdk_deployment_calls.jsonl is what SDK 2 sent for each case, recorded by
tests/sdk/deployment_calls.py; `dev.py test sdk` records it anew and compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.creation.layout import Place
from jupyter_smext.creation.trained import trained

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "sdk_deployment_calls.jsonl").read_text().splitlines()
]


class Told:
    """Sessions whose one client tells of one job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job

    def client(self, *_: str) -> Told:
        return self

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:
        assert TrainingJobName == self.job["TrainingJobName"]
        return self.job


def place(job: dict[str, Any]) -> Place:
    sessions: Any = Told(job)
    return Place(sessions, "local", "us-east-1", lambda _: [], Path)


def name_of(recorded: dict[str, Any]) -> str:
    image: str = recorded["model"]["PrimaryContainer"]["Image"]
    isolated = " isolated" if recorded["job"].get("EnableNetworkIsolation") else ""
    return image.rpartition("/")[2] + isolated


@pytest.mark.parametrize("recorded", RECORDED, ids=name_of)
def test_a_model_is_served_as_the_sdk_serves_it(recorded: dict[str, Any]) -> None:
    job, model = recorded["job"], recorded["model"]
    found = trained(place(job), job["TrainingJobName"], recorded["instance_type"])
    container = model["PrimaryContainer"]
    assert found.image == container["Image"]
    assert found.environment == container["Environment"]
    assert found.role == model["ExecutionRoleArn"]
    assert found.network == {n: model[n] for n in ("VpcConfig",) if n in model}
    assert found.isolation == model.get("EnableNetworkIsolation", False)
    packed = [{"model": found.artifact, "script": found.script}] if found.script else []
    assert packed == recorded["packed"]
    if not packed:
        assert found.artifact == container["ModelDataUrl"]


def test_what_no_image_is_known_for_is_said() -> None:
    from jupyter_smext.creation.layout import Wrong

    job = json.loads(json.dumps(RECORDED[0]["job"]))
    image = job["AlgorithmSpecification"]["TrainingImage"]
    job["AlgorithmSpecification"]["TrainingImage"] = image.rpartition(":")[0] + ":9.9-cpu-py9"
    with pytest.raises(Wrong, match="pytorch-training is not known here"):
        trained(place(job), "try", "ml.m5.large")
    own = trained(place(job), "try", "ml.m5.large", "mine:1")
    assert (own.image, own.script) == ("mine:1", "s3://our-bucket/try/source/sourcedir.tar.gz")
