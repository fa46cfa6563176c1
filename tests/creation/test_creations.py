"""Creations by an operation of AWS: begun, followed, cancelled, gone on with, over REST."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .creating import ROLE, by_operation, created, ended, states, until

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

NOTEBOOK = {
    "NotebookInstanceName": "made-here",
    "InstanceType": "ml.t3.medium",
    "RoleArn": ROLE,
}


@pytest.fixture(autouse=True)
def no_faults(engine: RunningEngine) -> Any:
    yield
    engine.faults([])


def names(engine: RunningEngine, noun: str) -> set[str]:
    client = engine.client("sagemaker")
    answer = getattr(client, f"list_{noun}s")()
    return {
        value
        for items in answer.values()
        if isinstance(items, list)
        for item in items
        for key, value in item.items()
        if key.endswith("Name")
    }


async def test_what_has_no_states_is_made_at_once(call: Call, engine: RunningEngine) -> None:
    body = by_operation("CreateExperiment", {"ExperimentName": "boats"})
    creation = await ended(call, (await created(call, body))["id"])
    assert creation["state"] == "done", creation
    assert states(creation) == {"create": "done"}
    boats = {"kind": "experiment", "id": "boats", "name": "boats"}
    assert creation["made"] == [boats]
    assert creation["target"] == boats
    assert creation["arn"].endswith("experiment/boats")
    assert "boats" in names(engine, "experiment")
    listed = (await call("GET", "creations")).json
    assert creation["id"] in [each["id"] for each in listed]


async def test_what_aws_names_itself_is_known_once_it_is_there(call: Call) -> None:
    settings = {"ExecutionRole": ROLE}
    body = by_operation(
        "CreateDomain",
        {
            "DomainName": "studio-here",
            "AuthMode": "IAM",
            "DefaultUserSettings": settings,
            "VpcId": "vpc-1",
            "SubnetIds": ["subnet-1"],
        },
    )
    begun = await created(call, body)
    assert begun["target"] == {"kind": "domain", "id": "", "name": ""}
    creation = await ended(call, begun["id"])
    assert creation["state"] == "done", creation
    assert states(creation) == {"create": "done", "ready": "done"}
    assert creation["target"]["id"].startswith("d-")
    page = await call(
        "GET",
        f"resources/domain/{creation['target']['id']}",
        connection="local",
        region="us-east-1",
    )
    assert page.json["row"]["status"] == "InService"


async def test_a_cancel_takes_back_what_was_made(call: Call, engine: RunningEngine) -> None:
    begun = await created(call, by_operation("CreateNotebookInstance", NOTEBOOK))
    await until(call, begun["id"], lambda each: each["made"])
    answer = await call("POST", f"creations/{begun['id']}/cancel")
    assert answer.status == 200
    creation = await ended(call, begun["id"])
    assert creation["state"] == "cancelled", creation
    assert creation["left"] == []
    assert states(creation)["back-delete"] == "done"
    assert "made-here" not in names(engine, "notebook_instance")


async def test_the_same_key_creates_once(call: Call) -> None:
    body = by_operation("CreateExperiment", {"ExperimentName": "once"}, key="k-1")
    first, second = await created(call, body), await created(call, body)
    assert first["id"] == second["id"]
    assert (await ended(call, first["id"]))["state"] == "done"


async def test_what_is_there_already_is_not_taken_for_ours(
    call: Call, engine: RunningEngine
) -> None:
    engine.client("sagemaker").create_experiment(ExperimentName="theirs")
    body = by_operation("CreateExperiment", {"ExperimentName": "theirs"})
    creation = await ended(call, (await created(call, body))["id"])
    assert creation["state"] == "failed"
    assert creation["problem"]["title"] == "There is an experiment theirs already"
    assert creation["made"] == []
    # There is nothing to take back: a cancel of it deletes nothing.
    await call("POST", f"creations/{creation['id']}/cancel")
    assert "theirs" in names(engine, "experiment")


async def test_a_failed_one_goes_on_with_the_step_that_failed(
    call: Call, engine: RunningEngine
) -> None:
    engine.faults([{"operation": "CreateExperiment", "kind": "denied"}])
    body = by_operation("CreateExperiment", {"ExperimentName": "again"})
    creation = await ended(call, (await created(call, body))["id"])
    assert creation["state"] == "failed"
    assert creation["problem"]["permission"] == "sagemaker:CreateExperiment"
    engine.faults([])
    answer = await call("POST", f"creations/{creation['id']}/retry")
    assert answer.status == 200, answer.json
    assert answer.json["state"] == "running"
    assert (await ended(call, creation["id"]))["state"] == "done"
    again = await call("POST", f"creations/{creation['id']}/retry")
    assert again.status == 409


@pytest.mark.parametrize(
    ("operation", "parameters", "path"),
    [
        ("CreateExperiment", {}, ["ExperimentName"]),
        ("CreateExperiment", {"ExperimentName": "a b"}, ["ExperimentName"]),
        ("CreateExperiment", {"ExperimentName": 7}, ["ExperimentName"]),
        ("CreateExperiment", {"ExperimentName": "a", "Nothing": 1}, ["Nothing"]),
        (
            "CreateNotebookInstance",
            {**NOTEBOOK, "InstanceType": "ml.none"},
            ["InstanceType"],
        ),
        (
            "CreateNotebookInstance",
            {**NOTEBOOK, "Tags": [{"Key": "k"}]},
            ["Tags", 0, "Value"],
        ),
    ],
)
async def test_what_cannot_be_meant_is_said_by_its_field(
    call: Call, operation: str, parameters: dict[str, Any], path: list[Any]
) -> None:
    body = by_operation(operation, parameters)
    check = await call("POST", "creations/check", body)
    assert [error["path"] for error in check.json["errors"]] == [path]
    assert check.json["calls"] == []
    refused = await call("POST", "creations", body)
    assert refused.status == 400
    assert str(path[-1]) in refused.json["detail"]


async def test_a_check_says_what_would_be_done(call: Call) -> None:
    check = (
        await call("POST", "creations/check", by_operation("CreateNotebookInstance", NOTEBOOK))
    ).json
    assert check["errors"] == [] and check["problems"] == []
    assert check["steps"] == ["Create the notebook instance", "Wait until it is ready"]
    assert [each["operation"] for each in check["calls"]] == ["CreateNotebookInstance"]
    assert check["parameters"] == NOTEBOOK


@pytest.mark.parametrize("operation", ["DeleteModel", "CreateNothing", "CreatePresignedDomainUrl"])
async def test_what_creates_nothing_is_refused(call: Call, operation: str) -> None:
    answer = await call("POST", "creations", by_operation(operation, {}))
    assert answer.status in (400, 404)
    assert "creates" in answer.json["title"] + answer.json["detail"]


async def test_neither_and_both_are_refused(call: Call) -> None:
    body = by_operation("CreateExperiment", {"ExperimentName": "x"}, layout="training-job")
    assert (await call("POST", "creations", body)).status == 400
    del body["layout"], body["operation"]
    assert (await call("POST", "creations", body)).status == 400


async def test_a_server_that_starts_goes_on(
    call: Call, jp_serverapp: Any, engine: RunningEngine, tmp_path: Path
) -> None:
    from jupyter_smext.routes.services import Services

    settings = jp_serverapp.web_app.settings
    body = by_operation("CreateNotebookInstance", {**NOTEBOOK, "NotebookInstanceName": "goes-on"})
    begun = await created(call, body)
    await until(call, begun["id"], lambda each: each["made"])
    home = settings["smext"].home
    await settings["smext"].close()
    settings["smext"] = Services(lambda schema, data: None, home)
    await settings["smext"].resume_creations()
    creation = await ended(call, begun["id"])
    assert creation["state"] == "done", creation
    assert creation["rev"] > begun["rev"]
    cancel = await call("POST", f"creations/{begun['id']}/cancel")
    assert cancel.json["state"] == "done"
    client = engine.client("sagemaker")
    client.stop_notebook_instance(NotebookInstanceName="goes-on")
