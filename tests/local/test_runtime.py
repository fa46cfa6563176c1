"""InvokeEndpoint and its kin: errors in AWS's words, streams, captured data, measured latency."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from jupyter_smext.local.runners.endpoint import invocation, usage
from tests.local.endpoint_models import (
    bucket,
    deploy,
    end_all,
    invoke,
    put_config,
    put_model,
    read,
    settled,
    wait_for,
)
from tests.local_engine import RunningEngine

#: Does what the body says.
OBEYS = """
import json, os, time

def model_fn(model_dir):
    return None

def transform_fn(model, data, content_type, accept, context):
    if data == "fail":
        raise ValueError("no such feature")
    if data == "refuse":
        context.set_response_status(code=422)
        return "too few columns", "text/plain"
    if data == "sleep":
        time.sleep(30)
    if data == "die":
        os._exit(5)
    if data == "stream":
        return (f"part {number};" for number in range(3)), "text/event-stream"
    if data == "half":
        return half(), "text/plain"
    if data == "wait":
        while not os.path.exists(data):
            time.sleep(0.02)
    context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", "seen")
    said = context.get_request_header(0, "X-Amzn-SageMaker-Custom-Attributes")
    return json.dumps({"said": said, "accept": accept, "type": content_type})

def half():
    yield "a part"
    raise RuntimeError("broken in the middle")
"""


@pytest.fixture
def engine(engine: RunningEngine) -> Iterator[RunningEngine]:
    """The module's engine; endpoints count against its limit, so each test ends its own."""
    yield engine
    end_all(engine)


def _error(raised: pytest.ExceptionInfo[ClientError]) -> dict[str, Any]:
    return {**raised.value.response, **raised.value.response["Error"]}


def test_headers_reach_the_model_and_come_back(engine: RunningEngine) -> None:
    deploy(engine, "headers", script=OBEYS)
    answer = invoke(
        engine, "headers", b"x", ContentType="text/csv", Accept="text/x", CustomAttributes="t=1"
    )
    assert json.loads(answer["Body"]) == {"said": "t=1", "accept": "text/x", "type": "text/csv"}
    assert answer["CustomAttributes"] == "seen"


def test_what_a_model_answers_with_an_error_is_a_model_error(engine: RunningEngine) -> None:
    deploy(engine, "errs", script=OBEYS)
    with pytest.raises(engine.client("sagemaker-runtime").exceptions.ModelError) as raised:
        invoke(engine, "errs", b"fail")
    error = _error(raised)
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["OriginalStatusCode"] == 500
    assert "ValueError: no such feature" in error["OriginalMessage"]
    assert error["LogStreamArn"].startswith(
        "arn:aws:logs:us-east-1:000000000000:log-group:/aws/sagemaker/Endpoints/errs:log-stream:A"
    )
    assert error["Message"].startswith('Received server error (500) from primary with message "')
    with pytest.raises(ClientError) as raised:
        invoke(engine, "errs", b"refuse")
    error = _error(raised)
    assert error["OriginalStatusCode"] == 422
    assert 'Received client error (422) from primary with message "too few col' in error["Message"]


def test_a_model_that_takes_too_long(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(engine, "late", script=OBEYS)
    monkeypatch.setattr(invocation, "SECONDS", 0.5)
    with pytest.raises(ClientError) as raised:
        invoke(engine, "late", b"sleep")
    error = _error(raised)
    assert error["Code"] == "ModelError"
    assert error["OriginalStatusCode"] == 0
    assert "Your invocation timed out while waiting for a response" in error["Message"]


def test_a_server_that_dies_with_a_request(engine: RunningEngine) -> None:
    deploy(engine, "dies", script=OBEYS)
    with pytest.raises(ClientError) as raised:
        invoke(engine, "dies", b"die")
    assert _error(raised)["Code"] == "ModelError"
    assert "ended or broke off" in _error(raised)["Message"]
    assert invoke(engine, "dies", b"x")["ContentType"] == "application/json"


def test_what_an_endpoint_here_has_not_is_refused(engine: RunningEngine) -> None:
    deploy(engine, "has")
    for member, value in (
        ("TargetModel", "m.tar.gz"),
        ("TargetContainerHostname", "second"),
        ("InferenceComponentName", "part"),
        ("EnableExplanations", "`true`"),
        ("SessionId", "NEW_SESSION"),
    ):
        with pytest.raises(ClientError, match=member) as raised:
            invoke(engine, "has", **{member: value})
        assert _error(raised)["Code"] == "ValidationError"


def test_names_and_sizes_that_no_endpoint_takes(engine: RunningEngine) -> None:
    deploy(engine, "Case")
    for name in ("none", "case"):
        with pytest.raises(ClientError, match=f"Endpoint {name} of account .* not found") as raised:
            invoke(engine, name)
        assert _error(raised)["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="6291456") as raised:
        invoke(engine, "Case", bytes((6 << 20) + 1))
    assert _error(raised)["Code"] == "ValidationError"
    assert len(invoke(engine, "Case", b"1" * (6 << 20))["Body"]) > 6 << 20


def test_a_stream_comes_in_parts(engine: RunningEngine) -> None:
    deploy(engine, "parts", script=OBEYS)
    runtime = engine.client("sagemaker-runtime")
    given = {"EndpointName": "parts", "ContentType": "text/csv"}
    answer = runtime.invoke_endpoint_with_response_stream(**given, Body=b"stream")
    assert answer["ContentType"] == "text/event-stream"
    assert answer["InvokedProductionVariant"] == "AllTraffic"
    parts = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]
    assert b"".join(parts) == b"part 0;part 1;part 2;"
    answer = runtime.invoke_endpoint_with_response_stream(**given, Body=b"half")
    events = iter(answer["Body"])
    assert next(events)["PayloadPart"]["Bytes"] == b"a part"
    with pytest.raises(EventStreamError, match="ModelStreamError.*reset or closed"):
        next(events)
    with pytest.raises(ClientError) as raised:
        runtime.invoke_endpoint_with_response_stream(**given, Body=b"fail")
    assert _error(raised)["Code"] == "ModelError"
    assert invoke(engine, "parts", b"stream")["Body"] == b"part 0;part 1;part 2;"


def test_a_sample_of_what_goes_through_is_captured(engine: RunningEngine) -> None:
    bucket(engine, "captured")
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captured/all",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }
    detail = deploy(engine, "watched", script=OBEYS, DataCaptureConfig=capture)
    assert detail["DataCaptureConfig"]["CaptureStatus"] == "Started"
    assert detail["DataCaptureConfig"]["CurrentSamplingPercentage"] == 100
    before = time.time()
    invoke(engine, "watched", b"1,2", InferenceId="mine", CustomAttributes="a=b")
    invoke(engine, "watched", b"\xff", ContentType="application/octet-stream", Accept="*/*")
    objects = engine.engine.objects

    def lines() -> list[dict[str, Any]]:
        found = objects.list("captured", "all/watched/AllTraffic/")
        text = "".join(read(engine, f"s3://captured/{one.key}").decode() for one in found)
        return [json.loads(line) for line in text.splitlines()]

    with pytest.raises(ClientError):  # what failed is not captured
        invoke(engine, "watched", b"fail")
    wait_for(lambda: len(lines()) >= 2)
    [key] = {one.key for one in objects.list("captured", "all/")}
    hour = time.strftime("%Y/%m/%d/%H/", time.gmtime(before))
    assert key.startswith(f"all/watched/AllTraffic/{hour}")
    assert key.endswith(".jsonl")
    first, second = lines()
    assert first["eventVersion"] == "0"
    assert first["eventMetadata"]["inferenceId"] == "mine"
    assert first["eventMetadata"]["customAttributes"] == ["a=b"]
    assert first["captureData"]["endpointInput"] == {
        "observedContentType": "text/csv",
        "data": "1,2",
        "encoding": "CSV",
        "mode": "INPUT",
    }
    output = first["captureData"]["endpointOutput"]
    assert (output["encoding"], output["mode"]) == ("JSON", "OUTPUT")
    assert json.loads(output["data"])["said"] == "a=b"
    assert second["captureData"]["endpointInput"]["encoding"] == "BASE64"
    assert second["captureData"]["endpointInput"]["data"] == "/w=="


def test_invocations_are_measured(engine: RunningEngine) -> None:
    deploy(engine, "measured", script=OBEYS)
    for body in (b"x", b"x", b"refuse", b"fail"):
        try:
            invoke(engine, "measured", body)
        except ClientError:
            pass
    cloudwatch = engine.client("cloudwatch")
    dimensions = [
        {"Name": "EndpointName", "Value": "measured"},
        {"Name": "VariantName", "Value": "AllTraffic"},
    ]

    def figure(name: str, statistic: str) -> float:
        now = time.time()
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName=name,
            Dimensions=dimensions,
            StartTime=now - 600,
            EndTime=now + 60,
            Period=3600,
            Statistics=[statistic],
        )["Datapoints"]
        return sum(point[statistic] for point in found)

    wait_for(lambda: figure("Invocations", "Sum") == 4)
    assert figure("Invocation4XXErrors", "Sum") == 1
    assert figure("Invocation5XXErrors", "Sum") == 1
    assert figure("InvocationModelErrors", "Sum") == 2
    assert figure("Invocation4XXErrors", "SampleCount") == 4
    assert 100 < figure("ModelLatency", "Maximum") < 10e6
    assert 0 < figure("OverheadLatency", "Maximum") < 10e6


def test_what_the_servers_use_is_measured(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "SECONDS", 0.2)
    monkeypatch.setattr(usage, "FIRST_SECONDS", 0.2)
    deploy(engine, "usage", script=OBEYS)
    metrics, where = engine.engine.metrics, {"EndpointName": "usage", "VariantName": "AllTraffic"}

    def points(name: str) -> list[float]:
        found = metrics.series("us-east-1", usage.NAMESPACE, name, where)
        return [p.high for one in found for p in metrics.points(one, 0, time.time() + 60)]

    # A Python with numpy has some 50 MB, and m5.large has 8 GiB.
    wait_for(lambda: any(0.1 < share < 50 for share in points("MemoryUtilization")))
    wait_for(lambda: any(0 <= share < 500 for share in points("CPUUtilization")))


def test_a_serverless_variant_takes_so_many_at_once(engine: RunningEngine) -> None:
    put_model(engine, "lean", script=OBEYS)
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 1}
    engine.client("sagemaker").create_endpoint_config(
        EndpointConfigName="lean",
        ProductionVariants=[
            {"VariantName": "AllTraffic", "ModelName": "lean", "ServerlessConfig": serverless}
        ],
    )
    engine.client("sagemaker").create_endpoint(EndpointName="lean", EndpointConfigName="lean")
    [variant] = settled(engine, "lean", "InService")["ProductionVariants"]
    assert variant["CurrentServerlessConfig"] == serverless
    assert "CurrentInstanceCount" not in variant
    [own] = [d for _, k, d in engine.store.all("Endpoint") if k == "lean"]
    told: list[Any] = []
    thread = threading.Thread(target=lambda: told.append(invoke(engine, "lean", b"wait")))
    thread.start()
    from jupyter_smext.local.runners.endpoint.runner import EndpointRunner

    live = engine.engine.runner(EndpointRunner).find("us-east-1", "lean")
    assert live is not None and live.deployment is not None
    running = live.deployment.variants["AllTraffic"]
    wait_for(lambda: running.pending == 1)
    with pytest.raises(ClientError) as raised:
        invoke(engine, "lean", b"x")
    assert _error(raised)["Code"] == "ThrottlingException"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    root = engine.home / "endpoints" / own["_id"]
    wait_for(lambda: list(root.glob("*/0/[0-9]*")))
    for folder in root.glob("*/0/[0-9]*"):
        (folder / "wait").touch()
    thread.join()
    assert told[0]["ContentType"] == "application/json"
    engine.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="lean",
        DesiredWeightsAndCapacities=[
            {"VariantName": "AllTraffic", "ServerlessUpdateConfig": {"MaxConcurrency": 3}}
        ],
    )
    [variant] = settled(engine, "lean", "InService")["ProductionVariants"]
    assert variant["CurrentServerlessConfig"]["MaxConcurrency"] == 3


def _asynchronous(engine: RunningEngine, name: str) -> None:
    bucket(engine, "later")
    put_model(engine, name, script=OBEYS)
    config = {
        "OutputConfig": {"S3OutputPath": "s3://later/out", "S3FailurePath": "s3://later/failed/"},
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 2},
    }
    put_config(engine, name, model=name, AsyncInferenceConfig=config)
    engine.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=name)
    detail = settled(engine, name, "InService")
    assert detail["AsyncInferenceConfig"]["OutputConfig"]["S3OutputPath"] == "s3://later/out"


def _there(engine: RunningEngine, uri: str) -> bool:
    bucket_name, key = engine.engine.objects.split_uri(uri)
    return key in [one.key for one in engine.engine.objects.list(bucket_name, key)]


def test_asynchronous_invocations_end_in_s3(engine: RunningEngine) -> None:
    from jupyter_smext.local.runners.endpoint.capture import put

    _asynchronous(engine, "later")
    runtime = engine.client("sagemaker-runtime")
    put(engine.engine, "s3://later/in/x", "", b"x", "text/csv")
    put(engine.engine, "s3://later/in/fail", "", b"fail", "text/csv")
    given = {"EndpointName": "later", "ContentType": "text/csv"}
    good = runtime.invoke_endpoint_async(
        **given, InputLocation="s3://later/in/x", InferenceId="mine", Accept="text/x"
    )
    assert good["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert good["InferenceId"] == "mine"
    assert good["OutputLocation"].startswith("s3://later/out/")
    wait_for(lambda: _there(engine, good["OutputLocation"]))
    assert json.loads(read(engine, good["OutputLocation"]))["accept"] == "text/x"
    bad = runtime.invoke_endpoint_async(**given, InputLocation="s3://later/in/fail")
    wait_for(lambda: _there(engine, bad["FailureLocation"]))
    assert b"no such feature" in read(engine, bad["FailureLocation"])
    none = runtime.invoke_endpoint_async(**given, InputLocation="s3://later/in/none")
    wait_for(lambda: _there(engine, none["FailureLocation"]))
    assert not _there(engine, bad["OutputLocation"])
    wait_for(lambda: engine.store.all("_AsyncInvocation") == [])


def test_kinds_of_endpoints_are_not_mixed_up(engine: RunningEngine) -> None:
    deploy(engine, "now")
    _asynchronous(engine, "then")
    runtime = engine.client("sagemaker-runtime")
    with pytest.raises(ClientError, match="not an asynchronous endpoint"):
        runtime.invoke_endpoint_async(EndpointName="now", InputLocation="s3://later/in")
    with pytest.raises(ClientError, match="use InvokeEndpointAsync"):
        invoke(engine, "then")
    with pytest.raises(ClientError, match="either an InputLocation or a Body"):
        runtime.invoke_endpoint_async(EndpointName="then")


def test_what_was_accepted_is_done_after_a_restart(fresh_engine: RunningEngine) -> None:
    _asynchronous(fresh_engine, "kept")
    runtime = fresh_engine.client("sagemaker-runtime")
    waits = [
        runtime.invoke_endpoint_async(EndpointName="kept", Body=b"wait", ContentType="text/csv")
        for _ in range(2)
    ]
    last = runtime.invoke_endpoint_async(EndpointName="kept", Body=b"x", ContentType="text/csv")
    fresh_engine.restart()
    settled(fresh_engine, "kept", "InService")
    root = fresh_engine.home / "endpoints"
    wait_for(lambda: list(root.glob("*/*/0/1")))
    for folder in root.glob("*/*/0/1"):
        (folder / "wait").touch()
    for accepted in (*waits, last):
        wait_for(lambda uri=accepted["OutputLocation"]: _there(fresh_engine, uri))
