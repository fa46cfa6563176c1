"""Metrics over REST, of real training jobs and endpoints of the engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.local.endpoint_models import deploy, end_all, invoke
from tests.local.training_jobs import Jobs
from tests.local_engine import RunningEngine
from tests.smext_server import Call

PLACE = {"connection": "local", "region": "us-east-1"}
SCRIPT = """
import time
for step in range(30):
    print(f"loss={2 / (step + 1):.4f};", flush=True)
    time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def busy(running_engine: RunningEngine) -> Iterator[str]:
    deploy(running_engine, "busy")
    yield "busy"
    end_all(running_engine)


async def metrics(call: Call, kind: str, id: str, **query: Any) -> Any:
    answer = await call("GET", f"resources/{kind}/{id}/metrics", **PLACE, **query)
    assert answer.status == 200, answer.body
    return answer.json


async def until(read: Callable[[], Any], there: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + 60
    while not there(found := await read()):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def test_the_curves_of_a_training_job(
    call: Call, local: tuple[str, str], running_engine: RunningEngine
) -> None:
    jobs = Jobs(running_engine)
    request = jobs.request("curves", SCRIPT)
    request["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "train:loss", "Regex": "loss=([0-9.]+);"}
    ]
    running_engine.client("sagemaker").create_training_job(**request)
    loss = "algorithm|train:loss|Average|"
    # Live: there is a curve before it ends.
    found = await until(
        lambda: metrics(call, "training-job", "curves"),
        lambda found: any(one["id"] == loss for one in found["series"]),
    )
    assert found["live"] and not found["ranged"] and found["every"] <= 5
    await asyncio.to_thread(jobs.wait, "curves")
    found = await metrics(call, "training-job", "curves")
    series = {one["id"]: one for one in found["series"]}
    assert series[loss]["values"][0] > series[loss]["values"][-1]
    assert series["instance|CPUUtilization|Average|algo-1"]["unit"] == "%"
    assert series["instance|MemoryUtilization|Average|algo-1"]["values"][-1] > 0
    assert found["problems"] == []


async def test_the_traffic_of_an_endpoint(
    call: Call, local: tuple[str, str], running_engine: RunningEngine, busy: str
) -> None:
    for _ in range(5):
        await asyncio.to_thread(invoke, running_engine, busy)

    def calls(found: Any) -> float:
        return sum(sum(one["values"]) for one in found["series"] if one["name"] == "Invocations")

    found = await until(lambda: metrics(call, "endpoint", busy), lambda found: calls(found) >= 5)
    names = {(one["name"], one["statistic"], one["of"]) for one in found["series"]}
    assert {
        ("ModelLatency", "p50", "AllTraffic"),
        ("ModelLatency", "p99", "AllTraffic"),
        ("Invocation4XXErrors", "Sum", "AllTraffic"),
        ("Invocation5XXErrors", "Sum", "AllTraffic"),
    } <= names
    assert found["ranged"] and found["live"]
    found = await until(
        lambda: metrics(call, "endpoint", busy),
        lambda found: any(one["name"] == "CPUUtilization" for one in found["series"]),
    )
    past = await metrics(call, "endpoint", busy, start="1000000000", end="1000003600")
    assert past["series"] == [] and not past["live"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"start": "yesterday"}, "is no time"),
        ({"end": "nan"}, "is no time"),
        ({"start": "2000", "end": "1000"}, "ends before it begins"),
    ],
)
async def test_a_wrong_range_is_refused(
    call: Call, local: tuple[str, str], query: dict[str, str], said: str
) -> None:
    answer = await call("GET", "resources/endpoint/busy/metrics", **PLACE, **query)
    assert answer.status == 400 and said in answer.json["title"]


async def test_what_is_not_measured_says_so(
    call: Call, local: tuple[str, str], running_engine: RunningEngine
) -> None:
    running_engine.put("Model", {"ModelName": "still", "ModelArn": "arn:still"})
    answer = await call("GET", "resources/model/still/metrics", **PLACE)
    assert answer.status == 400 and "no metrics of models" in answer.json["title"]
    answer = await call("GET", "resources/training-job/none/metrics", **PLACE)
    assert answer.status == 404


async def test_denied(call: Call, local: tuple[str, str], running_engine: RunningEngine) -> None:
    now = int(time.time())
    resources = {"InstanceCount": 1, "InstanceType": "ml.m5.large"}
    detail = {"TrainingJobName": "denied", "CreationTime": now, "ResourceConfig": resources}
    running_engine.put("TrainingJob", detail)
    running_engine.faults([{"kind": "denied", "operation": "GetMetricData"}])
    try:
        answer = await call("GET", "resources/training-job/denied/metrics", **PLACE)
    finally:
        running_engine.faults([])
    assert answer.status == 403
    assert answer.json["permission"] == "cloudwatch:GetMetricData"
