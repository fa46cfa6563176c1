"""What fails on the local engine is really provoked, and read over REST as what it is."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.endpoint_models import put_model
from tests.local.training_jobs import ECR, ROLE, Jobs, channel, until
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}

SCRIPTS = {
    "script": "raise ValueError('no such column: <b>price</b>')",
    "missing-module": "import transformers_of_nobody",
    "memory": "held = bytearray(1 << 42)",
    "disk": "with open('/dev/full', 'w') as full:\n    full.write('x' * 100_000)",
    "s3-denied": (
        "import boto3\n"
        "boto3.client('s3').get_object(Bucket='bucket', Key='code/s3-denied/sourcedir.tar.gz')"
    ),
}
CAUSES = {
    "script": "ValueError: no such column: <b>price</b>",
    "missing-module": "The script imports transformers_of_nobody, which is not installed where "
    "it runs.",
    "memory": "The system ended the program when no memory was left for it.",
    "disk": "No space was left on the volume for data, checkpoints or the model.",
}


@pytest.fixture
def jobs(engine: RunningEngine) -> Iterator[Jobs]:
    yield Jobs(engine)


async def failure(call: Call, kind: str, id: str) -> Any:
    answer = await call("GET", f"resources/{kind}/{id}/failure", **PLACE)
    assert answer.status == 200, answer.json
    return answer.json


def changes(found: Any) -> list[Any]:
    return [fix["changes"] for fix in found["causes"][0]["fixes"] if fix["changes"] is not None]


@pytest.mark.parametrize("cause", SCRIPTS)
async def test_a_script_that_fails(
    local: Any, call: Call, jobs: Jobs, engine: RunningEngine, cause: str
) -> None:
    if cause == "s3-denied":
        engine.faults([{"kind": "denied", "operation": "GetObject"}])
    detail = jobs.run(cause, SCRIPTS[cause], HyperParameters={"batch_size": "32"})
    engine.faults([])
    assert detail["TrainingJobStatus"] == "Failed"
    found = await failure(call, "training-job", cause)
    assert found["reason"] == detail["FailureReason"] and found["code"] == "AlgorithmError"
    first = found["causes"][0]
    assert first["id"] == cause, found
    if cause in CAUSES:
        assert first["detail"] == CAUSES[cause]
    assert found["problem"] is None
    line = next(each for each in first["evidence"] if each["where"] == "log")
    whole = await call(
        "GET", f"resources/training-job/{cause}/logs/{line['stream']}/lines/{line['line']}", **PLACE
    )
    assert whole.body.decode().rstrip("\n") == line["text"]


async def test_killed_for_memory_offers_a_larger_instance_and_half_the_batch(
    local: Any, call: Call, jobs: Jobs
) -> None:
    script = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    jobs.run("killed", script, HyperParameters={"batch_size": "32"})
    found = await failure(call, "training-job", "killed")
    assert found["causes"][0]["id"] == "memory", found
    assert changes(found) == [
        {"ResourceConfig": {"InstanceType": "ml.m5.xlarge"}},
        {"HyperParameters": {"batch_size": "16"}},
    ]


async def test_an_object_that_is_not_there(local: Any, call: Call, jobs: Jobs) -> None:
    uri = "s3://bucket/nowhere/sourcedir.tar.gz"
    parameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": uri}
    jobs.run("no-code", HyperParameters=parameters)
    found = await failure(call, "training-job", "no-code")
    assert found["causes"][0]["id"] == "s3-missing", found
    assert found["causes"][0]["detail"] == f"There is nothing at {uri}."


async def test_time_that_is_over(local: Any, call: Call, jobs: Jobs) -> None:
    # One process, which ends whenever it is told to.
    code = "import time\ntime.sleep(600)"
    jobs.run("slow", **jobs.as_v3("slow", code, StoppingCondition={"MaxRuntimeInSeconds": 1}))
    found = await failure(call, "training-job", "slow")
    assert found["causes"][0]["id"] == "timeout", found
    assert changes(found) == [{"StoppingCondition": {"MaxRuntimeInSeconds": 2}}]


async def test_capacity_that_there_is_none_of(
    local: Any, call: Call, jobs: Jobs, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "capacity", "noun": "TrainingJob"}])
    jobs.run("nowhere", "pass")
    engine.faults([])
    found = await failure(call, "training-job", "nowhere")
    assert found["causes"][0]["id"] == "capacity", found
    assert found["code"] == "CapacityError" and changes(found)[0] == {}
    assert changes(found)[1]["ResourceConfig"]["InstanceType"] != "ml.m5.large"


async def test_a_hyperparameter_that_does_not_hold(local: Any, call: Call, jobs: Jobs) -> None:
    uri = jobs.put("numbers/train.csv", "1,2\n3,4\n")
    jobs.run(
        "deep",
        HyperParameters={"num_round": "2", "max_depth": "-1"},
        AlgorithmSpecification={
            "TrainingImage": f"{ECR}/sagemaker-xgboost:1.7-1",
            "TrainingInputMode": "File",
        },
        InputDataConfig=[channel("train", uri, ContentType="text/csv")],
    )
    found = await failure(call, "training-job", "deep")
    assert found["causes"][0]["id"] == "hyperparameter", found
    assert found["causes"][0]["detail"] == "It is about max_depth."


async def test_what_did_not_fail_says_so(local: Any, call: Call, jobs: Jobs) -> None:
    jobs.run("fine", "print('torch.cuda.OutOfMemoryError, caught')")
    found = await failure(call, "training-job", "fine")
    assert (found["failed"], found["causes"]) == (False, [])
    none = await call("GET", "resources/training-job/none/failure", **PLACE)
    assert none.status == 404


async def test_a_log_that_may_not_be_read_is_said(
    local: Any, call: Call, jobs: Jobs, engine: RunningEngine
) -> None:
    jobs.run("secret", "raise ValueError('x')")
    engine.faults([{"kind": "denied", "operation": "DescribeLogStreams"}])
    found = await failure(call, "training-job", "secret")
    assert found["problem"]["permission"] == "logs:DescribeLogStreams"
    assert found["causes"][0]["id"] == "script"


@pytest.mark.parametrize(
    ("name", "cause", "more"),
    [
        ("no-model", "model-data", {"ModelDataUrl": "s3://models/nothing/model.tar.gz"}),
        ("no-import", "missing-module", {}),
    ],
)
async def test_an_endpoint_that_does_not_come_up(
    local: Any, call: Call, engine: RunningEngine, name: str, cause: str, more: dict[str, str]
) -> None:
    client = engine.client("sagemaker")
    put_model(engine, name, script="import of_nobody", container=more)
    client.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[
            {
                "VariantName": "v",
                "ModelName": name,
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        ],
    )
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    until(lambda: client.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Failed")
    found = await failure(call, "endpoint", name)
    assert found["causes"][0]["id"] == cause, found
    client.delete_endpoint(EndpointName=name)


async def test_a_lifecycle_script_that_fails(local: Any, call: Call, engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    script = base64.b64encode(b"echo no such thing >&2; exit 3").decode()
    client.create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName="broken", OnStart=[{"Content": script}]
    )
    client.create_notebook_instance(
        NotebookInstanceName="n",
        InstanceType="ml.t3.medium",
        RoleArn=ROLE,
        LifecycleConfigName="broken",
    )

    def failed() -> bool:
        found = client.describe_notebook_instance(NotebookInstanceName="n")
        return bool(found["NotebookInstanceStatus"] == "Failed")

    until(failed)
    found = await failure(call, "notebook-instance", "n")
    first = found["causes"][0]
    assert first["id"] == "lifecycle", found
    line = first["evidence"][-1]
    assert (line["text"], line["label"]) == ("no such thing", "LifecycleConfigOnStart")
    client.delete_notebook_instance(NotebookInstanceName="n")
