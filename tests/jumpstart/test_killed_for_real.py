"""A Jupyter server's process is killed in the middle; the next one ends it, asked by nobody."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.compute.local_server import TOKEN, LocalServer, local_server
from tests.local.endpoint_models import end_all
from tests.local_engine import RunningEngine
from tests.smext_server import REGION

from .launching import deploy, fine_tune

pytest_plugins = ("tests.local_engine",)

SOLUTION = {
    "connection": "local",
    "region": REGION,
    "solution": "local-churn-prediction",
    "stack": "killed",
    "capabilities": ["CAPABILITY_IAM"],
    "parameters": {"WithNotebook": "no"},
}


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])
    end_all(engine)


def asked(server: LocalServer, method: str, path: str, body: Any = None) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{server.url}smext/api/jumpstart/{path}",
        json.dumps(body or {}).encode() if method == "POST" else None,
        {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def awaited(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + 120
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def journal(folder: Path, id: str) -> dict[str, Any]:
    """What it says of the launch, which nobody asks the server for."""
    (path,) = (folder / "data" / "smext" / "jumpstart").glob(f"*/{id}.json")
    found: dict[str, Any] = json.loads(path.read_text())["launch"]
    return found


def step(launch: dict[str, Any]) -> str | None:
    return next((each["id"] for each in launch["steps"] if each["state"] == "now"), None)


@pytest.mark.parametrize("at", ["config", "endpoint", "back-delete"])
def test_a_deployment(engine: RunningEngine, tmp_path: Path, at: str) -> None:
    sagemaker = engine.client("sagemaker")
    slow = "CreateEndpointConfig" if at == "config" else "DeleteEndpointConfig"
    engine.faults([{"kind": "latency", "operation": slow, "seconds": 5}])
    with local_server(engine, tmp_path) as first:
        id = asked(first, "POST", "deploy", deploy(endpoint=f"at-{at}"))["id"]
        if at == "back-delete":
            awaited(lambda: step(asked(first, "GET", f"launches/{id}")) == "endpoint")
            asked(first, "POST", f"launches/{id}/cancel")
        awaited(lambda: step(asked(first, "GET", f"launches/{id}")) == at)
        first.kill()
    engine.faults([])
    with local_server(engine, tmp_path):
        launch = awaited(lambda: (now := journal(tmp_path, id))["state"] != "running" and now)
    counts = [
        len(sagemaker.list_endpoints(NameContains=f"at-{at}")["Endpoints"]),
        len(sagemaker.list_endpoint_configs(NameContains=f"at-{at}")["EndpointConfigs"]),
        len(sagemaker.list_models(NameContains=f"at-{at}")["Models"]),
    ]
    if at == "back-delete":
        assert launch["state"] == "cancelled" and counts == [0, 0, 0], launch
    else:
        assert launch["state"] == "done" and counts == [1, 1, 1], launch


@pytest.mark.parametrize("at", ["upload", "create", "train"])
def test_a_fine_tuning(engine: RunningEngine, tmp_path: Path, at: str) -> None:
    sagemaker = engine.client("sagemaker")
    slow = {"upload": "PutObject", "create": "CreateTrainingJob"}.get(at, "DescribeTrainingJob")
    engine.faults([{"kind": "latency", "operation": slow, "seconds": 3}])
    for name in ("a", "b"):
        (tmp_path / "work" / "data" / name).mkdir(parents=True)
        (tmp_path / "work" / "data" / name / "1.png").write_bytes(b"no picture")
    with local_server(engine, tmp_path) as first:
        body = fine_tune(job=f"at-{at}", folder="data", hyperparameters={"epochs": "1"})
        id = asked(first, "POST", "fine-tune", body)["id"]
        awaited(lambda: step(asked(first, "GET", f"launches/{id}")) == at)
        first.kill()
    engine.faults([])
    with local_server(engine, tmp_path):
        launch = awaited(lambda: (now := journal(tmp_path, id))["state"] != "running" and now)
    # These are no pictures: its end is told as it is.
    assert launch["state"] == "failed" and launch["made"] == [f"training-job/at-{at}"], launch
    (job,) = sagemaker.list_training_jobs(NameContains=f"at-{at}")["TrainingJobSummaries"]
    assert job["TrainingJobStatus"] == "Failed"


def test_a_stack_as_it_is_made_and_as_it_is_deleted(engine: RunningEngine, tmp_path: Path) -> None:
    stacks = engine.client("cloudformation")
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 4}])
    with local_server(engine, tmp_path) as first:
        id = asked(first, "POST", "solution-launches", SOLUTION)["id"]
        awaited(lambda: asked(first, "GET", f"solution-launches/{id}")["stack_id"])
        first.kill()
    with local_server(engine, tmp_path) as second:
        awaited(lambda: journal(tmp_path, id)["state"] == "created")
        engine.faults([{"kind": "latency", "operation": "DeleteEndpoint", "seconds": 4}])
        assert len(stacks.describe_stacks()["Stacks"]) == 1
        asked(second, "POST", f"solution-launches/{id}/delete")
        awaited(
            lambda: (
                asked(second, "GET", f"solution-launches/{id}")["status"] == "DELETE_IN_PROGRESS"
            )
        )
        second.kill()
    with local_server(engine, tmp_path):
        launch = awaited(lambda: (now := journal(tmp_path, id))["state"] != "deleting" and now)
    assert launch["state"] == "deleted" and launch["deletion"]["proven"], launch
    assert stacks.describe_stacks()["Stacks"] == []
