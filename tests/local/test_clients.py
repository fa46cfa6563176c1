"""The AWS CLI and boto3's paginators work on the engine as they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.local import nouns
from jupyter_smext.local.contract import service_model
from tests.local.minimal import value
from tests.local_engine import RunningEngine

#: Installed beside the interpreter by the `test` extra; a missing CLI is a failure, not a skip.
AWS = Path(sys.executable).with_name("aws")


def aws(engine: RunningEngine, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    assert AWS.exists(), f"the AWS CLI is not installed: {AWS} (pip install awscli)"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, **engine.environment(), "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1", **more}
    return subprocess.run(
        [sys.executable, str(AWS), *arguments, "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
    )


def answer(engine: RunningEngine, *arguments: str) -> Any:
    done = aws(engine, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def test_the_cli_works_unmodified(engine: RunningEngine) -> None:
    assert answer(engine, "sagemaker", "list-endpoints") == {"Endpoints": []}
    made = answer(
        engine,
        "sagemaker",
        "create-model",
        "--model-name=from-cli",
        "--primary-container=Image=image,ModelDataUrl=s3://bucket/model.tar.gz",
        "--execution-role-arn=arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole",
        "--tags=Key=team,Value=cli",
    )
    arn = made["ModelArn"]
    found = answer(engine, "sagemaker", "describe-model", "--model-name", "from-cli")
    assert found["PrimaryContainer"]["Image"] == "image"
    assert answer(engine, "sagemaker", "list-tags", "--resource-arn", arn) == {
        "Tags": [{"Key": "team", "Value": "cli"}]
    }
    answer(engine, "sagemaker", "delete-model", "--model-name", "from-cli")
    gone = aws(engine, "sagemaker", "describe-model", "--model-name", "from-cli")
    assert gone.returncode != 0
    assert "(ValidationException)" in gone.stderr
    assert "Could not find model" in gone.stderr


def test_the_cli_pages_through_everything(engine: RunningEngine) -> None:
    for n in range(25):
        engine.put(
            "Endpoint",
            {
                "EndpointName": f"e-{n:02}",
                "EndpointArn": f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/e-{n:02}",
                "EndpointStatus": "InService",
                "CreationTime": 1_700_000_000.0 + n,
            },
        )
    found = answer(engine, "sagemaker", "list-endpoints")
    assert [one["EndpointName"] for one in found["Endpoints"]] == [
        f"e-{n:02}" for n in range(24, -1, -1)
    ]
    first = answer(engine, "sagemaker", "list-endpoints", "--max-items", "3")
    assert len(first["Endpoints"]) == 3
    for n in range(25):
        engine.store.delete("us-east-1", "Endpoint", f"e-{n:02}")


def test_the_cli_knows_who_it_is(engine: RunningEngine) -> None:
    assert answer(engine, "sts", "get-caller-identity")["Account"] == "000000000000"
    assert answer(engine, "iam", "list-roles")["Roles"]


def test_the_cli_is_refused_with_a_wrong_key(engine: RunningEngine) -> None:
    done = aws(engine, "sagemaker", "list-models", AWS_SECRET_ACCESS_KEY="wrong")
    assert done.returncode != 0
    assert "InvalidSignatureException" in done.stderr
    assert engine.keys.secret_key not in done.stderr


@pytest.mark.parametrize(
    ("operation", "result", "noun"),
    [
        ("list_models", "Models", "Model"),
        ("list_training_jobs", "TrainingJobSummaries", "TrainingJob"),
        ("list_domains", "Domains", "Domain"),
        ("list_images", "Images", "Image"),
        ("list_notebook_instances", "NotebookInstances", "NotebookInstance"),
    ],
)
def test_paginators_see_every_record_once(
    engine: RunningEngine, operation: str, result: str, noun: str
) -> None:
    region = "ca-central-1"
    shape = service_model("sagemaker").operation_model(f"Create{noun}").input_shape
    how = nouns.find(noun)
    for n in range(57):
        name = {how.label: f"name-{n:02}", how.identity[0]: f"name-{n:02}", how.created: float(n)}
        engine.put(noun, {**value(shape), **name}, region)
    paginator = engine.client("sagemaker", region).get_paginator(operation)
    for size in (1, 10, 100):
        pages = paginator.paginate(PaginationConfig={"PageSize": size})
        found = [one[how.label] for page in pages for one in page[result]]
        assert sorted(found) == [f"name-{n:02}" for n in range(57)]
