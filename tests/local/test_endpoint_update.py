"""Variants, updates and capacities of endpoints, with requests under way."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.runners.supervision import process_table
from tests.local.endpoint_models import (
    deploy,
    end_all,
    invoke,
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


def _trees(arn: str) -> int:
    running = process_table.trees(psutil.Process().pid)
    return len([one for one in running if one.resource == arn])


def _model(answer: Any) -> str:
    return str(json.loads(answer["Body"])["model"])


def _two(engine: RunningEngine, name: str, **more: Any) -> dict[str, Any]:
    """An endpoint of two variants: `a` with weight 1, `b` with weight 0."""
    put_model(engine, f"{name}-a", word="a")
    put_model(engine, f"{name}-b", word="b")
    put_config(
        engine,
        name,
        {"VariantName": "a", "ModelName": f"{name}-a", "InitialVariantWeight": 1},
        {"VariantName": "b", "ModelName": f"{name}-b", "InitialVariantWeight": 0},
        **more,
    )
    engine.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=name)
    return settled(engine, name, "InService")


def test_requests_go_by_weight_or_to_the_named_variant(engine: RunningEngine) -> None:
    arn = _two(engine, "two")["EndpointArn"]
    assert _trees(arn) == 2
    assert {_model(invoke(engine, "two")) for _ in range(20)} == {"a"}
    answer = invoke(engine, "two", TargetVariant="b")
    assert (_model(answer), answer["InvokedProductionVariant"]) == ("b", "b")
    with pytest.raises(ClientError, match="Variant c was not found") as raised:
        invoke(engine, "two", TargetVariant="c")
    assert raised.value.response["Error"]["Code"] == "ValidationError"
    engine.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="two",
        DesiredWeightsAndCapacities=[
            {"VariantName": "a", "DesiredWeight": 0},
            {"VariantName": "b", "DesiredWeight": 3},
        ],
    )
    detail = settled(engine, "two", "InService")
    weights = {one["VariantName"]: one["CurrentWeight"] for one in detail["ProductionVariants"]}
    assert weights == {"a": 0, "b": 3}
    assert {_model(invoke(engine, "two")) for _ in range(20)} == {"b"}


def test_weights_outlive_a_restart(fresh_engine: RunningEngine) -> None:
    _two(fresh_engine, "kept")
    wanted = [{"VariantName": "b", "DesiredWeight": 7, "DesiredInstanceCount": 2}]
    fresh_engine.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="kept", DesiredWeightsAndCapacities=wanted
    )
    settled(fresh_engine, "kept", "InService")
    fresh_engine.restart()
    detail = settled(fresh_engine, "kept", "InService")
    b = detail["ProductionVariants"][1]
    assert (b["CurrentWeight"], b["CurrentInstanceCount"]) == (7, 2)


def test_weights_that_were_accepted_are_not_lost(fresh_engine: RunningEngine) -> None:
    deploy(fresh_engine, "asked")
    fresh_engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Updating"}])
    wanted = [{"VariantName": "AllTraffic", "DesiredWeight": 7}]
    fresh_engine.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="asked", DesiredWeightsAndCapacities=wanted
    )
    fresh_engine.restart()
    detail = settled(fresh_engine, "asked", "InService")
    assert detail["ProductionVariants"][0]["CurrentWeight"] == 7


def test_instances_are_processes_within_the_machine_s_limit(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    capacity = engine.engine.capacity
    monkeypatch.setattr(capacity, "allowed", replace(capacity.allowed, processes=2))
    arn = deploy(engine, "more")["EndpointArn"]
    update = engine.client("sagemaker").update_endpoint_weights_and_capacities
    for count, processes in ((2, 2), (1, 1)):
        wanted = [{"VariantName": "AllTraffic", "DesiredInstanceCount": count}]
        update(EndpointName="more", DesiredWeightsAndCapacities=wanted)
        detail = settled(engine, "more", "InService")
        assert detail["ProductionVariants"][0]["CurrentInstanceCount"] == count
        assert _trees(arn) == processes
    wanted = [{"VariantName": "AllTraffic", "DesiredInstanceCount": 3}]
    with pytest.raises(ClientError, match="SMEXT_LOCAL_PROCESSES"):
        update(EndpointName="more", DesiredWeightsAndCapacities=wanted)
    assert (
        settled(engine, "more", "InService")["ProductionVariants"][0]["DesiredInstanceCount"] == 1
    )
    with pytest.raises(ClientError, match="is/are not present"):
        update(EndpointName="more", DesiredWeightsAndCapacities=[{"VariantName": "other"}])


def test_an_update_loses_no_request(engine: RunningEngine) -> None:
    arn = deploy(engine, "busy", word="old")["EndpointArn"]
    put_model(engine, "new", word="new")
    put_config(engine, "new", model="new")
    done = threading.Event()
    seen: Counter[str] = Counter()

    def client() -> None:
        runtime = engine.client("sagemaker-runtime", read_timeout=60)
        while not done.is_set():
            try:
                answer = runtime.invoke_endpoint(EndpointName="busy", Body=b"x")
                seen[json.loads(answer["Body"].read())["model"]] += 1
            except ClientError as error:
                seen[str(error)] += 1
        runtime.close()

    clients = [threading.Thread(target=client) for _ in range(6)]
    for one in clients:
        one.start()
    try:
        engine.client("sagemaker").update_endpoint(EndpointName="busy", EndpointConfigName="new")
        detail = settled(engine, "busy", "InService")
    finally:
        done.set()
        for one in clients:
            one.join()
    assert set(seen) == {"old", "new"}
    assert detail["EndpointConfigName"] == "new"
    assert _trees(arn) == 1


def test_what_is_under_way_is_finished_by_the_old_servers(engine: RunningEngine) -> None:
    slow = """
import os, time

def model_fn(model_dir):
    return None

def transform_fn(model, data, content_type, accept):
    if data == "x":
        return "at once"
    open(data, "w").close()
    while not os.path.exists(data + ".go"):
        time.sleep(0.02)
    return "finished by the old one"
"""
    folder = engine.home.parent / "signals"
    folder.mkdir(exist_ok=True)
    deploy(engine, "slow", script=slow)
    put_model(engine, "fast", word="fast")
    put_config(engine, "fast", model="fast")
    told: list[bytes] = []

    def ask() -> None:
        runtime = engine.client("sagemaker-runtime", read_timeout=60)
        body = str(folder / "here").encode()
        answer = runtime.invoke_endpoint(EndpointName="slow", Body=body, ContentType="text/csv")
        told.append(answer["Body"].read())
        runtime.close()

    thread = threading.Thread(target=ask)
    thread.start()
    wait_for((folder / "here").exists)
    engine.client("sagemaker").update_endpoint(EndpointName="slow", EndpointConfigName="fast")
    wait_for(lambda: b"fast" in invoke(engine, "slow")["Body"])
    (folder / "here.go").touch()
    settled(engine, "slow", "InService")
    thread.join()
    assert told == [b"finished by the old one"]


def test_a_failed_update_leaves_the_old_servers_and_says_why(engine: RunningEngine) -> None:
    arn = deploy(engine, "firm", word="firm")["EndpointArn"]
    put_model(engine, "torn", script=BROKEN)
    put_config(engine, "torn", model="torn")
    sagemaker = engine.client("sagemaker")
    sagemaker.update_endpoint(EndpointName="firm", EndpointConfigName="torn")
    detail = settled(engine, "firm", "InService")
    assert "the weights are torn" in detail["FailureReason"]
    assert detail["EndpointConfigName"] == "firm"
    assert "PendingDeploymentSummary" not in detail
    assert _model(invoke(engine, "firm")) == "firm"
    assert _trees(arn) == 1


def test_describe_shows_what_is_on_its_way(engine: RunningEngine) -> None:
    deploy(engine, "seen")
    put_config(engine, "next", model="seen")
    engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Updating"}])
    sagemaker = engine.client("sagemaker")
    sagemaker.update_endpoint(EndpointName="seen", EndpointConfigName="next")
    detail = sagemaker.describe_endpoint(EndpointName="seen")
    assert detail["EndpointStatus"] == "Updating"
    assert detail["EndpointConfigName"] == "seen"
    pending = detail["PendingDeploymentSummary"]
    assert pending["EndpointConfigName"] == "next"
    assert pending["ProductionVariants"][0]["VariantStatus"][0]["Status"] == "Creating"
    assert _model(invoke(engine, "seen")) == "hello"
    engine.faults([])
    assert settled(engine, "seen", "InService")["EndpointConfigName"] == "next"


def test_an_update_that_the_engine_s_end_cut_off_goes_on(fresh_engine: RunningEngine) -> None:
    deploy(fresh_engine, "cut", word="old")
    put_model(fresh_engine, "new", word="new")
    put_config(fresh_engine, "new", model="new")
    fresh_engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Updating"}])
    fresh_engine.client("sagemaker").update_endpoint(EndpointName="cut", EndpointConfigName="new")
    fresh_engine.restart()
    assert settled(fresh_engine, "cut", "InService")["EndpointConfigName"] == "new"
    assert _model(invoke(fresh_engine, "cut")) == "new"


@pytest.mark.parametrize(
    ("excluded", "weight", "count"),
    [((), 5, 2), (("DesiredWeight",), 1, 2), (("DesiredInstanceCount",), 5, 1)],
)
def test_properties_of_variants_that_an_update_retains(
    engine: RunningEngine, excluded: tuple[str, ...], weight: float, count: int
) -> None:
    name = f"retain-{len(excluded)}-{weight}-{count}"
    deploy(engine, name)
    put_config(engine, f"{name}-next", model=name)
    sagemaker = engine.client("sagemaker")
    wanted = {"VariantName": "AllTraffic", "DesiredWeight": 5, "DesiredInstanceCount": 2}
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name, DesiredWeightsAndCapacities=[wanted]
    )
    settled(engine, name, "InService")
    sagemaker.update_endpoint(
        EndpointName=name,
        EndpointConfigName=f"{name}-next",
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": one} for one in excluded],
    )
    [variant] = settled(engine, name, "InService")["ProductionVariants"]
    assert (variant["CurrentWeight"], variant["CurrentInstanceCount"]) == (weight, count)


def test_ways_of_shifting_traffic_that_are_not_run_change_nothing(engine: RunningEngine) -> None:
    deploy(engine, "shift")
    put_config(engine, "shifted", model="shift")
    routing = {
        "Type": "CANARY",
        "WaitIntervalInSeconds": 60,
        "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
    }
    sagemaker = engine.client("sagemaker")
    with pytest.raises(ClientError, match="CANARY traffic shifting"):
        sagemaker.update_endpoint(
            EndpointName="shift",
            EndpointConfigName="shifted",
            DeploymentConfig={"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}},
        )
    assert sagemaker.describe_endpoint(EndpointName="shift")["EndpointConfigName"] == "shift"
    assert sagemaker.describe_endpoint(EndpointName="shift")["EndpointStatus"] == "InService"
