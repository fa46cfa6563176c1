"""Trying asynchronous endpoints over REST, and how much of a call's time the model took."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from jupyter_smext import protocol
from jupyter_smext.aws.permissions import policy, resource_policy
from jupyter_smext.jumpstart.invocation import LONGEST_SERVERLESS, kept_from_it
from tests.local.endpoint_models import (
    bucket,
    deploy,
    end_all,
    put_config,
    put_model,
    read,
    settled,
)
from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .test_invocations import MODEL, PLACE, invocation, invoke

pytest_plugins = ("tests.local_engine", "tests.smext_server")

ASYNC: dict[str, Any] = {
    "AsyncInferenceConfig": {
        "OutputConfig": {
            "S3OutputPath": "s3://answers/out",
            "S3FailurePath": "s3://answers/failed",
        }
    }
}


@pytest.fixture(autouse=True)
def ended(engine: RunningEngine) -> Iterator[None]:
    """No endpoint is left: the engine runs only so many."""
    yield
    engine.faults([])
    end_all(engine)


async def send(call: Call, endpoint: str, body: bytes) -> protocol.AsyncInvocation:
    given = {"body": base64.b64encode(body).decode(), "content_type": "text/csv"}
    answer = await call("POST", f"endpoints/{endpoint}/invocations/async", given, **PLACE)
    assert answer.status == 200, answer.body
    return msgspec.convert(answer.json, protocol.AsyncInvocation)


async def came(call: Call, endpoint: str, sent: protocol.AsyncInvocation) -> protocol.Invocation:
    """What became of it, once something did."""
    query = {**PLACE, "output": sent.output, "at": str(sent.at), "failure": sent.failure or ""}
    while True:
        answer = await call("GET", f"endpoints/{endpoint}/invocations/async", **query)
        assert answer.status == 200, answer.body
        found = msgspec.convert(answer.json, protocol.AsyncAnswer).invocation
        if found is not None:
            return found
        await asyncio.sleep(0.05)


async def test_an_asynchronous_endpoint(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    bucket(engine, "answers")
    deploy(engine, "later", script=MODEL, **ASYNC)
    found = await call("GET", "endpoints/later/formats", **PLACE)
    assert found.json["asynchronous"] and not found.json["serverless"]
    refused = await invoke(call, "later", b"1")
    assert refused.status == 400, "it takes no other requests"

    sent = await send(call, "later", b"1,2")
    assert read(engine, sent.input) == b"1,2"
    assert sent.output.startswith("s3://answers/out/")
    answer = await came(call, "later", sent)
    assert msgspec.json.decode(answer.body)["got"] == "1,2"
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert answer.problem is None and 0 < answer.seconds < 60

    torn = await came(call, "later", await send(call, "later", b"fall"))
    assert torn.problem is not None and torn.problem.title == "The model failed"
    assert "torn" in torn.problem.detail and torn.body == b""


async def test_answers_of_others_are_not_read(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    bucket(engine, "answers")
    deploy(engine, "mine", script=MODEL, **ASYNC)
    for output in ("s3://answers/elsewhere/x", "s3://answers/out-too/x", "file:///etc/passwd"):
        query = {**PLACE, "output": output, "at": "1"}
        answer = await call("GET", "endpoints/mine/invocations/async", **query)
        assert (answer.status, answer.json["cause"]) == (400, "invalid"), answer.json
        assert answer.json["title"] == "This endpoint puts no answers there"


async def test_a_read_only_connection_puts_nothing_into_a_bucket(
    call: Call, local: tuple[str, str], jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = jp_serverapp.web_app.settings["smext"]
    monkeypatch.setattr(type(services.read_only), "__contains__", lambda *_: True)
    given = {"body": "", "content_type": "text/csv"}
    answer = await call("POST", "endpoints/later/invocations/async", given, **PLACE)
    assert (answer.status, answer.json["cause"]) == (403, "denied")


async def test_how_much_of_a_call_is_the_model(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    deploy(engine, "timed", script=MODEL)
    since = time.time()
    calls = [invocation(await invoke(call, "timed", b"1")) for _ in range(3)]
    query = {**PLACE, "since": str(since), "until": str(time.time()), "variant": "AllTraffic"}

    async def latency() -> protocol.EndpointLatency:
        answer = await call("GET", "endpoints/timed/latency", **query)
        assert answer.status == 200, answer.body
        return msgspec.convert(answer.json, protocol.EndpointLatency)

    while (found := await latency()).calls != 3:  # CloudWatch is told of them a moment later
        await asyncio.sleep(0.05)
    assert found.model is not None and found.overhead is not None
    longest = max(each.seconds for each in calls)
    assert 0 < found.model < longest and 0 < found.overhead < longest

    none = await call("GET", "endpoints/timed/latency", **{**query, "variant": "Blue"})
    assert none.json == {"calls": None, "model": None, "overhead": None}
    wrong = await call("GET", "endpoints/timed/latency", **{**query, "until": "1"})
    assert (wrong.status, wrong.json["cause"]) == (400, "invalid")


async def test_a_serverless_endpoint(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    put_model(engine, "lean", script=MODEL)
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variant = {"VariantName": "AllTraffic", "ModelName": "lean", "ServerlessConfig": serverless}
    sagemaker = engine.client("sagemaker")
    sagemaker.create_endpoint_config(EndpointConfigName="lean", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="lean", EndpointConfigName="lean")
    settled(engine, "lean", "InService")
    formats = (await call("GET", "endpoints/lean/formats", **PLACE)).json
    assert formats["serverless"] and formats["max_bytes"] == LONGEST_SERVERLESS
    assert invocation(await invoke(call, "lean", b"1")).status == 200


def test_a_serverless_endpoint_that_still_starts() -> None:
    """The engine's stay up; the words are those of the API's reference."""
    said = {
        "Error": {"Code": "ModelNotReadyException", "Message": "Your model is still loading."},
        "ResponseMetadata": {"HTTPStatusCode": 429, "RequestId": "r"},
    }
    error = ClientError(said, "InvokeEndpoint")
    found = kept_from_it(error, "profile:work", protocol.InvocationRequest(b"1", "text/csv"))
    assert found.title == "The model is still loading"
    assert "starts with its first request" in found.next


async def test_an_endpoint_that_is_still_being_made(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Creating"}])
    put_model(engine, "slow", script=MODEL)
    put_config(engine, "slow", model="slow")
    engine.client("sagemaker").create_endpoint(EndpointName="slow", EndpointConfigName="slow")
    answer = await invoke(call, "slow", b"1")
    assert answer.status == 404 and answer.json["code"] == "ValidationError"
    assert answer.json["title"] == "The endpoint takes no requests now"
    assert "InService" in answer.json["next"]
    engine.faults([])
    settled(engine, "slow", "InService")
    assert invocation(await invoke(call, "slow", b"1")).status == 200


async def test_the_policy_allows_what_a_test_bench_calls(
    call: Call, local: tuple[str, str], jp_serverapp: Any, engine: RunningEngine
) -> None:
    called: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name.replace("monitoring", "cloudwatch")
        called.add(f"{service}:{model.name}")

    sessions = await jp_serverapp.web_app.settings["smext"].sessions()
    for service in ("s3", "logs", "sagemaker", "sagemaker-runtime", "cloudwatch", "sts"):
        events = sessions.client(*local, service).meta.events
        events.register("before-call", record)
    bucket(engine, "answers")
    deploy(engine, "allowed", script=MODEL, **ASYNC)
    assert (await call("GET", "endpoints/allowed/formats", **PLACE)).status == 200
    answer = await came(call, "allowed", await send(call, "allowed", b"1"))
    query = {**PLACE, "at": str(answer.at), "seconds": str(answer.seconds)}
    assert (await call("GET", "endpoints/allowed/log", **query)).status == 200
    query = {**PLACE, "since": "1", "until": "2", "variant": "AllTraffic"}
    assert (await call("GET", "endpoints/allowed/latency", **query)).status == 200
    names = await call("GET", "endpoints/allowed/class-names", **PLACE)
    assert names.json == {"names": [], "source": None}
    await invoke(call, "allowed", b"1")

    assert {"sagemaker:InvokeEndpointAsync", "cloudwatch:GetMetricData"} < called
    statements = [*policy()["Statement"], *resource_policy()["Statement"]]
    allowed = [action for each in statements for action in each["Action"]]
    needed = {name.replace("HeadBucket", "ListBucket") for name in called}
    missing = {name for name in needed if not any(fnmatchcase(name, one) for one in allowed)}
    assert not missing
