"""Endpoints on a real engine: their states follow real model servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.endpoint import variant as endpoint_variant
from jupyter_smext.local.runners.supervision import process_table
from tests.local.endpoint_models import (
    ECHO,
    IMAGE,
    ROLE,
    archive,
    bucket,
    deploy,
    end_all,
    invoke,
    names,
    put_config,
    put_model,
    settled,
    wait_for,
)
from tests.local_engine import RunningEngine

BROKEN = "def model_fn(model_dir):\n    raise ValueError('the weights are torn')\n"


@pytest.fixture
def engine(engine: RunningEngine) -> Iterator[RunningEngine]:
    """The module's engine; endpoints count against its limit, so each test ends its own."""
    yield engine
    engine.faults([])
    end_all(engine)


def _trees(engine: RunningEngine, arn: str) -> list[psutil.Process]:
    """The topmost processes of an endpoint, as the operating system shows them."""
    running = process_table.trees(psutil.Process().pid)
    return [psutil.Process(one.pid) for one in running if one.resource == arn]


def _refused(code: str, words: str, call: object, **given: object) -> None:
    with pytest.raises(ClientError) as raised:
        call(**given)  # type: ignore[operator]
    error = raised.value.response["Error"]
    assert error["Code"] == code
    assert words in error["Message"]


def test_an_endpoint_is_a_process_until_it_is_deleted(engine: RunningEngine) -> None:
    detail = deploy(engine, "plain", word="hello")
    [variant] = detail["ProductionVariants"]
    assert variant["VariantName"] == "AllTraffic"
    assert variant["CurrentInstanceCount"] == variant["DesiredInstanceCount"] == 1
    assert variant["DeployedImages"][0]["SpecifiedImage"] == IMAGE
    [tree] = _trees(engine, detail["EndpointArn"])
    answer = invoke(engine, "plain", b"1,2")
    assert json.loads(answer["Body"]) == {"model": "hello", "data": "1,2"}
    assert answer["ContentType"] == "application/json"
    assert answer["InvokedProductionVariant"] == "AllTraffic"
    engine.client("sagemaker").delete_endpoint(EndpointName="plain")
    wait_for(lambda: not names(engine, "plain"))
    assert not tree.is_running()
    _refused(
        "ValidationException",
        "Could not find endpoint",
        engine.client("sagemaker").describe_endpoint,
        EndpointName="plain",
    )
    assert not list((engine.home / "endpoints").iterdir())


def test_its_log_is_in_cloudwatch(engine: RunningEngine) -> None:
    script = "print('a line of the script', flush=True)\n" + ECHO
    deploy(engine, "logs", script=script)
    logs = engine.client("logs")
    group = "/aws/sagemaker/Endpoints/logs"

    def lines() -> list[str]:
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        found = logs.filter_log_events(logGroupName=group)["events"]
        return [event["message"] for event in found]

    wait_for(lambda: "a line of the script" in lines())
    [stream] = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("AllTraffic/i-")


def test_a_model_that_does_not_load_fails_with_its_own_reason(engine: RunningEngine) -> None:
    put_model(engine, "torn", script=BROKEN)
    put_config(engine, "torn", model="torn")
    sagemaker = engine.client("sagemaker")
    arn = sagemaker.create_endpoint(EndpointName="torn", EndpointConfigName="torn")["EndpointArn"]
    detail = settled(engine, "torn", "Failed")
    assert detail["FailureReason"].startswith(
        "The primary container for production variant AllTraffic did not pass the ping health "
        "check. Please check CloudWatch logs for this endpoint."
    )
    assert "ended with exit code 1" in detail["FailureReason"]
    assert "ValueError: the weights are torn" in detail["FailureReason"]
    assert _trees(engine, arn) == []
    _refused(
        "ValidationError",
        "Endpoint torn of account 000000000000 not found.",
        engine.client("sagemaker-runtime").invoke_endpoint,
        EndpointName="torn",
        Body=b"x",
    )


def test_a_failed_endpoint_can_be_updated_to_one_that_works(engine: RunningEngine) -> None:
    put_model(engine, "worse", script=BROKEN)
    put_model(engine, "better", word="better")
    put_config(engine, "worse", model="worse")
    put_config(engine, "better", model="better")
    sagemaker = engine.client("sagemaker")
    sagemaker.create_endpoint(EndpointName="risen", EndpointConfigName="worse")
    settled(engine, "risen", "Failed")
    sagemaker.update_endpoint(EndpointName="risen", EndpointConfigName="better")
    detail = settled(engine, "risen", "InService")
    assert "FailureReason" not in detail
    assert json.loads(invoke(engine, "risen")["Body"])["model"] == "better"


@pytest.mark.parametrize(
    ("name", "container", "words"),
    [
        ("image", {"Image": "example.com/mine:1"}, "the local engine runs no containers"),
        ("key", {"ModelDataUrl": "s3://models/no.gz"}, "Could not find model data at s3://models/"),
        ("bucket", {"ModelDataUrl": "s3://none/m.gz"}, "Could not find model data at s3://none/"),
        ("text", {"ModelDataUrl": "s3://models/text"}, "cannot be unpacked"),
        ("outside", {"ModelDataUrl": "s3://models/out.tar.gz"}, "cannot be unpacked"),
    ],
)
def test_what_a_model_is_made_of_is_not_there(
    engine: RunningEngine, name: str, container: dict[str, str], words: str
) -> None:
    from jupyter_smext.local.runners.endpoint.capture import put

    bucket(engine, "models")
    put(engine.engine, "s3://models/text", "", b"no archive", "text/plain")
    put(engine.engine, "s3://models/out.tar.gz", "", archive({"../../out": b"x"}), "text/plain")
    put_model(engine, name, container=container)
    put_config(engine, name, model=name)
    engine.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=name)
    assert words in settled(engine, name, "Failed")["FailureReason"]
    assert not list(engine.home.rglob("out"))


def test_names_that_are_taken_or_missing(engine: RunningEngine) -> None:
    deploy(engine, "taken")
    sagemaker = engine.client("sagemaker")
    for name in ("taken", "TAKEN"):
        _refused(
            "ValidationException",
            'Cannot create already existing endpoint "arn:aws:sagemaker:',
            sagemaker.create_endpoint,
            EndpointName=name,
            EndpointConfigName="taken",
        )
    _refused(
        "ValidationException",
        "Could not find endpoint configuration",
        sagemaker.create_endpoint,
        EndpointName="other",
        EndpointConfigName="none",
    )
    assert names(engine, "other") == []


def test_what_only_aws_runs_is_refused_and_leaves_nothing(engine: RunningEngine) -> None:
    sagemaker = engine.client("sagemaker")
    put_model(engine, "single")
    containers = [{"Image": IMAGE}, {"Image": IMAGE}]
    sagemaker.create_model(ModelName="chain", Containers=containers, ExecutionRoleArn=ROLE)
    put_model(engine, "many", container={"Mode": "MultiModel"})
    variant = {
        "VariantName": "shadow",
        "ModelName": "single",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    topic = {"SuccessTopic": "arn:aws:sns:us-east-1:000000000000:done"}
    output = {"S3OutputPath": "s3://models/out", "NotificationConfig": topic}
    put_config(engine, "chain", model="chain")
    put_config(engine, "many", model="many")
    put_config(engine, "shadow", model="single", ShadowProductionVariants=[variant])
    put_config(engine, "topic", model="single", AsyncInferenceConfig={"OutputConfig": output})
    for name, words in (
        ("chain", "inference pipeline"),
        ("many", "multi-model endpoint"),
        ("shadow", "shadow variants"),
        ("topic", "Amazon SNS"),
    ):
        _refused(
            "UnsupportedOperation",
            words,
            sagemaker.create_endpoint,
            EndpointName=name,
            EndpointConfigName=name,
        )
        assert names(engine, name) == []


def test_a_server_that_dies_is_replaced_and_requests_wait_for_it(engine: RunningEngine) -> None:
    detail = deploy(engine, "mortal")
    [tree] = _trees(engine, detail["EndpointArn"])
    for process in tree.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # the first one's death may be the others'
            process.kill()
    wait_for(lambda: not tree.is_running())
    assert json.loads(invoke(engine, "mortal")["Body"])["model"] == "hello"
    [new] = _trees(engine, detail["EndpointArn"])
    assert new.pid != tree.pid
    wait_for(
        lambda: (
            settled(engine, "mortal", "InService")["ProductionVariants"][0]["CurrentInstanceCount"]
            == 1
        )
    )


def test_servers_that_cannot_be_kept_up_end_as_a_failed_endpoint(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_variant, "_ATTEMPTS", 2)
    dies = "import os, threading\nthreading.Timer(1.5, os._exit, (3,)).start()\n" + ECHO
    arn = deploy(engine, "doomed", script=dies)["EndpointArn"]
    detail = settled(engine, "doomed", "Failed")
    assert "ended with exit code 3 while it was in service" in detail["FailureReason"]
    assert detail["ProductionVariants"][0]["CurrentInstanceCount"] == 0
    wait_for(lambda: not _trees(engine, arn))


def test_endpoints_come_back_after_a_restart(fresh_engine: RunningEngine) -> None:
    arn = deploy(fresh_engine, "lasting", word="still here")["EndpointArn"]
    put_model(fresh_engine, "gone")
    sagemaker = fresh_engine.client("sagemaker")
    sagemaker.delete_model(ModelName="lasting")
    sagemaker.delete_endpoint_config(EndpointConfigName="lasting")
    fresh_engine.stop()
    assert _trees(fresh_engine, arn) == []
    fresh_engine.start()
    sagemaker = fresh_engine.client("sagemaker")
    first = sagemaker.describe_endpoint(EndpointName="lasting")["EndpointStatus"]
    assert first in ("SystemUpdating", "InService")
    # An invocation waits for the servers, as AWS's own are never gone.
    assert json.loads(invoke(fresh_engine, "lasting")["Body"])["model"] == "still here"
    assert settled(fresh_engine, "lasting", "InService")["ProductionVariants"]


def test_no_more_endpoints_than_the_machine_takes(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    capacity = fresh_engine.engine.capacity
    monkeypatch.setattr(capacity, "allowed", replace(capacity.allowed, endpoints=1))
    deploy(fresh_engine, "first")
    sagemaker = fresh_engine.client("sagemaker")
    given = {"EndpointName": "second", "EndpointConfigName": "first"}
    _refused("ResourceLimitExceeded", "SMEXT_LOCAL_ENDPOINTS", sagemaker.create_endpoint, **given)
    assert names(fresh_engine, "second") == []
    sagemaker.delete_endpoint(EndpointName="first")
    wait_for(lambda: not names(fresh_engine, "first"))
    sagemaker.create_endpoint(**given)
    settled(fresh_engine, "second", "InService")


def test_nothing_is_asked_of_an_endpoint_on_its_way(engine: RunningEngine) -> None:
    engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Creating"}])
    put_model(engine, "slow")
    put_config(engine, "slow", model="slow")
    sagemaker = engine.client("sagemaker")
    sagemaker.create_endpoint(EndpointName="slow", EndpointConfigName="slow")
    words = 'Cannot update in-progress endpoint "arn:aws:sagemaker:'
    wanted = [{"VariantName": "AllTraffic", "DesiredWeight": 2}]
    _refused("ValidationException", words, sagemaker.delete_endpoint, EndpointName="slow")
    given = {"EndpointName": "slow", "EndpointConfigName": "slow"}
    _refused("ValidationException", words, sagemaker.update_endpoint, **given)
    given = {"EndpointName": "slow", "DesiredWeightsAndCapacities": wanted}
    _refused(
        "ValidationException", words, sagemaker.update_endpoint_weights_and_capacities, **given
    )
    engine.faults([])
    settled(engine, "slow", "InService")


def test_the_faults_of_quota_and_capacity(engine: RunningEngine) -> None:
    put_model(engine, "scarce")
    put_config(engine, "scarce", model="scarce")
    sagemaker = engine.client("sagemaker")
    given = {"EndpointName": "scarce", "EndpointConfigName": "scarce"}
    engine.faults([{"kind": "quota", "noun": "Endpoint"}])
    words = "ml.m5.large for endpoint usage"
    _refused("ResourceLimitExceeded", words, sagemaker.create_endpoint, **given)
    engine.faults([{"kind": "capacity", "noun": "Endpoint"}])
    sagemaker.create_endpoint(**given)
    reason = settled(engine, "scarce", "Failed")["FailureReason"]
    assert "InsufficientInstanceCapacity" in reason


def test_a_server_sees_neither_the_engine_s_home_nor_its_own_token(engine: RunningEngine) -> None:
    if why := supervision.namespaces():
        pytest.fail(f"this machine cannot show it: {why}")
    script = f"""
import json, os

def model_fn(model_dir):
    return model_dir

def transform_fn(model, data, content_type, accept):
    home = {str(engine.home)!r}
    found = [os.path.join(at, f) for at, _, files in os.walk(home) for f in files]
    return json.dumps({{"found": found, "model": model}})
"""
    deploy(engine, "other", word="someone else's")
    deploy(engine, "blind", script=script)
    seen = json.loads(invoke(engine, "blind")["Body"])
    assert seen["model"] == "/opt/ml/model"
    own = engine.store.get("us-east-1", "Endpoint", "blind")
    assert own is not None
    foreign = [path for path in seen["found"] if own["_id"] not in path]
    assert foreign == []
    assert not [path for path in seen["found"] if path.endswith("/token")]
