"""The solutions' templates on a real engine: each makes its stack, works, and leaves nothing."""

from __future__ import annotations

import csv
import io
import json

import pytest

from jupyter_smext.local.runners.jupyter.notebook_runner import instance_files
from jupyter_smext.local.solutions.catalogue import SOLUTIONS
from jupyter_smext.local.solutions.publication import template
from jupyter_smext.local.solutions.source import customers, ranking, transactions
from tests.local.cloudformation.stack import TestedStack, make
from tests.local.notebooks.running import run
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

HEADERS = {"ContentType": "text/csv", "Accept": "application/json;verbose"}


def launch(engine: RunningEngine, id: str, notebook: str) -> TestedStack:
    """The stack of a solution, made."""
    stack = make(
        engine,
        template(SOLUTIONS[id]),
        id,
        parameters={"WithNotebook": notebook},
        Capabilities=["CAPABILITY_IAM"],
    )
    assert stack.wait() == "CREATE_COMPLETE", stack.events()
    return stack


def scores(engine: RunningEngine, endpoint: str, rows: list[list[str]], label: str) -> list[float]:
    runtime = engine.client("sagemaker-runtime")
    text = io.StringIO()
    csv.writer(text).writerows(row[1:] for row in rows)
    answer = runtime.invoke_endpoint(EndpointName=endpoint, Body=text.getvalue(), **HEADERS)
    said = json.loads(answer["Body"].read())
    return [each[said["labels"].index(label)] for each in said["probabilities"]]


@pytest.mark.parametrize(
    ("id", "rows", "label", "rule"),
    [
        ("local-churn-prediction", customers.customers(1000, 2), "yes", -1),
        ("local-fraud-detection", transactions.transactions(2000, 2), "fraud", -1),
    ],
)
def test_a_tabular_solution_beats_its_rule(
    engine: RunningEngine, id: str, rows: list[list[str]], label: str, rule: int
) -> None:
    stack = launch(engine, id, "no")
    assert "NotebookInstanceName" not in stack.outputs
    matters = [row[0] == label for row in rows]
    model = ranking.area(scores(engine, stack.outputs["EndpointName"], rows, label), matters)
    simple = ranking.area([float(row[rule]) for row in rows], matters)
    print(f"{id}: the model {model:.3f}, the rule {simple:.3f}")
    assert model > simple + 0.1
    assert stack.delete() == "DELETE_COMPLETE"
    assert engine.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert engine.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize("id", list(SOLUTIONS))
def test_the_notebook_is_there_and_runs(engine: RunningEngine, id: str) -> None:
    """What its lifecycle script fetched is run as it lies there, cell by cell."""
    stack = launch(engine, id, "yes")
    sagemaker = engine.client("sagemaker")
    name = stack.outputs["NotebookInstanceName"]
    detail = engine.store.get("us-east-1", "NotebookInstance", name)
    assert detail is not None and detail["NotebookInstanceStatus"] == "InService"
    volume = instance_files(engine.home, "us-east-1", detail["_id"]).volume
    of = SOLUTIONS[id]
    names = {f"{of.notebook}.ipynb", "stack.json", *of.files}
    assert {path.name for path in volume.iterdir() if not path.name.startswith(".")} == names
    said = json.loads((volume / "stack.json").read_text())
    assert said["EndpointName"] == stack.outputs["EndpointName"]

    content = (volume / f"{of.notebook}.ipynb").read_bytes()
    printed = run(content, volume, engine.environment())
    print(printed)
    assert "model: area" in printed or "%" in printed

    if of.id == "local-churn-prediction":
        # What the notebook wrote is not deleted unasked.
        assert stack.delete() == "DELETE_FAILED"
        assert "not empty" in stack.reason("Bucket", "DELETE_FAILED")
        engine.client("s3").delete_object(Bucket=said["BucketName"], Key="whom-to-call.csv")
    assert stack.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_notebook_instances()["NotebookInstances"] == []
