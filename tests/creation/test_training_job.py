"""The layout of a training job: scripts, algorithms and containers, at the local engine."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .creating import BUCKET, REGION, ROLE, by_layout, created, ended, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

PLACE = {"connection": "local", "region": REGION}
EFS = {"name": "a", "source": "efs", "file_system": "fs-12345678", "directory": "/"}
SCRIPT = """
import argparse, json, os
from sklearn.linear_model import LinearRegression
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float)
parser.add_argument("--name")
given = parser.parse_args()
print("loss = 0.25")
import beside
with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"), "w") as file:
    json.dump({"rate": given.rate, "name": given.name, "beside": beside.WORD}, file)
"""


@pytest.fixture
def project(jp_root_dir: Path) -> Path:
    folder = jp_root_dir / "project"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    (folder / "beside.py").write_text("WORD = 'here'\n")
    (folder / ".env").write_text("SECRET=1")
    (folder / "my.pem").write_text("KEY")
    return folder


def values(**more: Any) -> dict[str, Any]:
    found = {
        "job": "of-a-script",
        "role": ROLE,
        "output": f"s3://{BUCKET}/out",
        "script": "project/train.py",
        "folder": "project",
        "framework": "sklearn-1.4-2",
        "hyperparameters": {"rate": 0.5, "name": "<img src=x onerror=alert(1)>"},
        **more,
    }
    return {name: value for name, value in found.items() if value is not None}


async def test_a_script_is_packed_and_trained(
    call: Call, engine: RunningEngine, project: Path
) -> None:
    body = by_layout(
        "training-job", values(metrics=[{"Name": "loss", "Regex": "loss = ([0-9.]+)"}])
    )
    check = (await call("POST", "creations/check", body)).json
    assert check["errors"] == [] and check["problems"] == [], check
    assert any(note.startswith("Sent along: 2 files") for note in check["notes"])
    assert "my.pem stays here: it may be a private key." in check["notes"]
    creation = await ended(call, (await created(call, body))["id"])
    assert creation["state"] == "done", creation
    assert states(creation) == {"upload": "done", "create": "done"}
    client = engine.client("sagemaker")
    client.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="of-a-script", WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )
    job = client.describe_training_job(TrainingJobName="of-a-script")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert json.loads(job["HyperParameters"]["sagemaker_program"]) == "train.py"
    uri = json.loads(job["HyperParameters"]["sagemaker_submit_directory"])
    assert uri == f"s3://{BUCKET}/of-a-script/source/sourcedir.tar.gz"
    assert sorted(members(engine, uri)) == ["beside.py", "train.py"]
    model = job["ModelArtifacts"]["S3ModelArtifacts"]
    with tarfile.open(fileobj=io.BytesIO(content(engine, model))) as archive:
        file = archive.extractfile("model.json")
        assert file is not None
        written = json.load(file)
    assert written == {"rate": 0.5, "name": "<img src=x onerror=alert(1)>", "beside": "here"}
    # Cloned, it is the same job again, of the archive that is there.
    parameters = {name: job[name] for name in check["parameters"] if name in job}
    cloned = (await call("POST", "layouts/training-job/values", parameters)).json
    assert cloned["lost"] == []
    assert cloned["values"]["source"] == "archive"
    assert cloned["values"]["hyperparameters"] == {"rate": 0.5, "name": written["name"]}
    again = by_layout("training-job", {**cloned["values"], "job": "of-a-script-2"})
    creation = await ended(call, (await created(call, again))["id"])
    assert creation["state"] == "done", creation


def content(engine: RunningEngine, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    answer = engine.client("s3").get_object(Bucket=bucket, Key=key)
    with answer["Body"] as body:
        found: bytes = body.read()
    return found


def members(engine: RunningEngine, uri: str) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(content(engine, uri))) as archive:
        return archive.getnames()


async def test_the_form_begins_with_what_the_script_imports(call: Call, project: Path) -> None:
    filled = {"script": "project/train.py", "source": "script"}
    form = (await call("POST", "layouts/training-job/form", filled, **PLACE)).json
    defaults = form["defaults"]
    assert defaults["framework"].startswith("sklearn-")
    assert defaults["folder"] == "project"
    assert defaults["job"].startswith("train-")
    assert defaults["role"] == ROLE
    assert defaults["output"] == f"s3://{BUCKET}/"
    shown = [name for section in form["sections"] for name in section["fields"]]
    assert sorted(shown) == sorted(form["schema"]["properties"])
    (project / "deep.py").write_text("from torch import nn")
    filled["script"] = "project/deep.py"
    form = (await call("POST", "layouts/training-job/form", filled, **PLACE)).json
    assert form["defaults"]["framework"].startswith("pytorch-")
    assert "folder" not in form["defaults"]


async def test_an_algorithm_is_trained_on_a_channel(call: Call, engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    from contextlib import suppress

    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET)
    rows = "".join(f"{n % 2},{n},{-n}\n" for n in range(200))
    s3.put_object(Bucket=BUCKET, Key="rows/train.csv", Body=rows.encode())
    asked = values(
        job="of-an-algorithm",
        source="algorithm",
        algorithm="xgboost",
        hyperparameters={"num_round": 2, "objective": "binary:logistic"},
        channels=[{"name": "train", "uri": f"s3://{BUCKET}/rows/", "content_type": "text/csv"}],
        script=None,
        folder=None,
        framework=None,
    )
    creation = await ended(call, (await created(call, by_layout("training-job", asked)))["id"])
    assert creation["state"] == "done", creation
    assert states(creation) == {"create": "done"}
    client = engine.client("sagemaker")
    client.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="of-an-algorithm", WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )
    job = client.describe_training_job(TrainingJobName="of-an-algorithm")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    parameters = {
        name: job[name]
        for name in (
            "TrainingJobName",
            "RoleArn",
            "HyperParameters",
            "AlgorithmSpecification",
            "InputDataConfig",
            "OutputDataConfig",
            "ResourceConfig",
            "StoppingCondition",
        )
    }
    cloned = (await call("POST", "layouts/training-job/values", parameters)).json
    assert cloned["values"]["algorithm"] == "xgboost", cloned


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"job": "a b"}, ["job"]),
        ({"script": None}, ["script"]),
        ({"framework": "none-1"}, ["framework"]),
        ({"source": "image"}, ["image"]),
        ({"source": "algorithm"}, ["algorithm"]),
        (
            {"source": "algorithm", "algorithm": "xgboost", "hyperparameters": {}},
            ["hyperparameters", "num_round"],
        ),
        (
            {
                "source": "algorithm",
                "algorithm": "kmeans",
                "hyperparameters": {"k": "x", "feature_dim": 2},
            },
            ["hyperparameters", "k"],
        ),
        ({"channels": [{"name": "a"}]}, ["channels", 0, "uri"]),
        ({"channels": [{"name": "a", "uri": "https://x"}]}, ["channels", 0, "uri"]),
        (
            {"channels": [{"name": "a", "uri": "s3://abc/"}, {"name": "a", "uri": "s3://abc/"}]},
            ["channels", 1, "name"],
        ),
        (
            {
                "channels": [
                    {"name": "a", "source": "efs", "file_system": "fs-12345678", "directory": "/"}
                ]
            },
            ["subnets"],
        ),
        ({"subnets": ["subnet-1"]}, ["security_groups"]),
        ({"spot": True, "max_wait_seconds": 5}, ["max_wait_seconds"]),
        ({"checkpoint_path": "/opt/ml/x"}, ["checkpoints"]),
        ({"framework": "huggingface-4.56.2"}, ["instance_type"]),
        ({"environment": {"a b": "c"}}, ["environment"]),
        ({"unheard": 1}, ["unheard"]),
    ],
)
async def test_what_cannot_be_meant_is_said_by_its_field(
    call: Call, project: Path, change: dict[str, Any], path: list[Any]
) -> None:
    check = (
        await call("POST", "creations/check", by_layout("training-job", values(**change)))
    ).json
    assert [each["path"] for each in check["errors"]] == [path], check


@pytest.mark.parametrize("script", ["project", "../etc/passwd", "project/.env", "nowhere.py"])
async def test_only_a_script_below_the_root_is_taken(
    call: Call, project: Path, script: str
) -> None:
    check = (
        await call("POST", "creations/check", by_layout("training-job", values(script=script)))
    ).json
    assert check["errors"] or check["problems"]
    assert not check["calls"]


async def test_what_the_engine_has_not_is_said_to_need_aws(call: Call, project: Path) -> None:
    channel = {"name": "a", "source": "efs", "file_system": "fs-12345678", "directory": "/"}
    asked = values(job="of-efs", channels=[channel], subnets=["subnet-1"], security_groups=["sg-1"])
    creation = await ended(call, (await created(call, by_layout("training-job", asked)))["id"])
    assert creation["state"] == "failed"
    assert "needs AWS" in creation["problem"]["detail"] + creation["problem"]["title"]
    await call("POST", f"creations/{creation['id']}/cancel")
    cancelled = await ended(call, creation["id"])
    assert cancelled["state"] == "cancelled"


async def test_a_cancelled_one_leaves_no_source(
    call: Call, engine: RunningEngine, project: Path
) -> None:
    engine.faults([{"operation": "CreateTrainingJob", "kind": "denied"}])
    try:
        body = by_layout("training-job", values(job="given-up"))
        creation = await ended(call, (await created(call, body))["id"])
    finally:
        engine.faults([])
    assert states(creation) == {"upload": "done", "create": "failed"}
    await call("POST", f"creations/{creation['id']}/cancel")
    assert (await ended(call, creation["id"]))["state"] == "cancelled"
    found = engine.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="given-up/")
    assert found["KeyCount"] == 0


async def test_metric_definitions_are_tried_on_a_line(call: Call) -> None:
    trial = {
        "definitions": {
            "loss": "loss = ([0-9.]+)",
            "none": "acc = ([0-9.]+)",
            "open": "loss = ([0-9",
            "bare": "loss",
            "word": "(loss)",
            "endless": "(a|aa)+$",
        },
        "text": "step 1 loss = 0.5\nstep 2 loss = 0.25\n" + "a" * 200 + "b",
    }
    found = {
        each["name"]: each for each in (await call("POST", "creations/metric-trial", trial)).json
    }
    assert found["loss"] == {"name": "loss", "values": [0.5, 0.25], "wrong": ""}
    assert all(found[name]["wrong"] for name in found if name != "loss")
