"""What JumpStart and launches made is found on a real engine, and nothing is left of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.permissions import policy
from jupyter_smext.routes.services import Services
from tests.local.endpoint_models import deploy as deploy_echo
from tests.local.endpoint_models import end_all, put_config, put_model, settled
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from . import test_solutions as solutions
from .launching import BUCKET, MODEL, begun, deploy, ended, eventually
from .test_packed_launch import without_script

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": REGION}
#: As the SDK tags what it makes of a model.
SDK = [
    {"Key": "sagemaker-sdk:jumpstart-model-id", "Value": "pytorch-ic-mobilenet-v2"},
    {"Key": "sagemaker-sdk:jumpstart-model-version", "Value": "3.0.17"},
    {
        "Key": "sagemaker-sdk:hub-content-arn",
        "Value": f"arn:aws:sagemaker:{REGION}:000000000000:hub-content/ours/Model/m/1.0.0",
    },
]


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])
    end_all(engine)
    client = engine.client("sagemaker")
    for one in client.list_endpoint_configs()["EndpointConfigs"]:
        client.delete_endpoint_config(EndpointConfigName=one["EndpointConfigName"])
    for one in client.list_models()["Models"]:
        client.delete_model(ModelName=one["ModelName"])


async def assets(call: Call) -> dict[str, Any]:
    answer = await call("GET", "jumpstart/assets", **PLACE)
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def tree(found: dict[str, Any]) -> dict[str, str | None]:
    """What each hangs on."""
    return {f"{one['kind']}/{one['id']}": one["part_of"] for one in found["assets"]}


async def delete(call: Call, found: dict[str, Any]) -> dict[str, Any]:
    """Delete all that hangs on no stack, by the panel's plan."""
    names = [
        {"kind": one["kind"], "id": one["id"]}
        for one in found["assets"]
        if one["kind"] not in ("stack", "archive")
        and not (one["part_of"] or "").startswith("stack/")
    ]
    plan = (await call("POST", "plans", {**PLACE, "targets": names, "operation": "Delete"})).json
    assert plan["left"] == [] and plan["problems"] == [], plan
    await call("POST", f"plans/{plan['id']}/run")
    seen: dict[str, Any] = {}

    async def over() -> bool:
        nonlocal seen
        seen = (await call("GET", f"plans/{plan['id']}")).json
        return bool(seen["state"] != "running")

    await eventually(over)
    return seen


async def test_what_the_sdk_made_is_listed_and_deleted_to_the_last(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any
) -> None:
    client = engine.client("sagemaker")
    called: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        called.add(f"{'tag' if service == 'tagging' else service}:{model.name}")

    sessions = await jp_serverapp.web_app.settings["smext"].sessions()
    for service in ("resourcegroupstaggingapi", "sagemaker"):
        sessions.client("local", REGION, service).meta.events.register("before-call", record)
    assert (await assets(call))["assets"] == []
    put_model(engine, "Cats", Tags=SDK)
    put_config(engine, "Cats", model="Cats", Tags=SDK)
    client.create_endpoint(EndpointName="Cats", EndpointConfigName="Cats", Tags=SDK)
    # Left over of an endpoint that somebody deleted alone.
    put_model(engine, "orphan", Tags=SDK)
    engine.put(
        "TrainingJob",
        {
            "TrainingJobName": "tuned",
            "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:000000000000:training-job/tuned",
            "TrainingJobStatus": "Completed",
            "SecondaryStatus": "Completed",
            "CreationTime": time.time() - 60,
            "LastModifiedTime": time.time() - 10,
            # Studio's.
            "_tags": {"sagemaker-studio:jumpstart-model-id": "xgboost-classification-model"},
        },
    )
    deploy_echo(engine, "mine")
    settled(engine, "Cats", "InService")

    found = await assets(call)
    assert found["problems"] == [] and found["charged"] is False
    assert tree(found) == {
        "endpoint/Cats": None,
        "endpoint-config/Cats": "endpoint/Cats",
        "model/Cats": "endpoint-config/Cats",
        "model/orphan": None,
        "training-job/tuned": None,
    }
    by_id = {f"{one['kind']}/{one['id']}": one for one in found["assets"]}
    endpoint = by_id["endpoint/Cats"]
    assert endpoint["status"] == "InService" and endpoint["tone"] == "ok" and endpoint["running"]
    assert endpoint["model"] == "pytorch-ic-mobilenet-v2" and endpoint["version"] == "3.0.17"
    assert endpoint["hub"] == "ours" and endpoint["launch"] is None
    job = by_id["training-job/tuned"]
    assert job["status"] == "Completed" and not job["running"]
    assert job["model"] == "xgboost-classification-model"

    async def priced() -> Any:
        now = (await assets(call))["assets"]
        return next(one for one in now if one["kind"] == "endpoint")

    async def memory() -> bool:
        one = await priced()
        return bool(one["memory"] and one["instance"] == "ml.m5.large")

    await eventually(memory)
    assert (await priced())["price"] is None

    plan = await delete(call, found)
    assert plan["state"] == "done" and plan["left_over"] == [], plan
    order = [f"{step['kind']}/{step['id']}" for step in plan["steps"]]
    assert order.index("endpoint/Cats") < order.index("endpoint-config/Cats")
    assert order.index("endpoint-config/Cats") < order.index("model/Cats")
    assert (await assets(call))["assets"] == []
    assert [one["EndpointName"] for one in client.list_endpoints()["Endpoints"]] == ["mine"]
    assert [one["ModelName"] for one in client.list_models()["Models"]] == ["mine"]
    assert client.list_training_jobs()["TrainingJobSummaries"] == []
    allowed = {name for one in policy()["Statement"] for name in one["Action"]}
    assert {name for name in called if not any(fnmatchcase(name, one) for one in allowed)} == set()
    assert "tag:GetResources" in called


async def test_an_endpoints_components_hang_on_it(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    where = f"arn:aws:sagemaker:{REGION}:000000000000"
    names = {"EndpointName": "shared", "EndpointConfigName": "shared"}
    tags = {"_tags": {"sm-jumpstart-id": "m"}, "CreationTime": 1.7e9, "LastModifiedTime": 1.7e9}
    put_model(engine, "shared", Tags=SDK)
    engine.put(
        "EndpointConfig",
        {
            **names,
            "EndpointConfigArn": f"{where}:endpoint-config/shared",
            "ProductionVariants": [{"VariantName": "AllTraffic", "InstanceType": "ml.m5.large"}],
            **tags,
        },
    )
    engine.put(
        "Endpoint",
        # AWS writes names in ARNs in lower case, not the same in each of its answers.
        {**names, "EndpointArn": f"{where}:endpoint/Shared", "EndpointStatus": "Failed", **tags},
    )
    engine.put(
        "InferenceComponent",
        {
            **names,
            "InferenceComponentName": "part",
            "InferenceComponentArn": f"{where}:inference-component/part",
            "InferenceComponentStatus": "InService",
            "EndpointArn": f"{where}:endpoint/shared",
            "VariantName": "AllTraffic",
            "Specification": {"ModelName": "shared"},
            **tags,
        },
    )
    found = await assets(call)
    assert tree(found) == {
        "endpoint/shared": None,
        "endpoint-config/shared": "endpoint/shared",
        "inference-component/part": "endpoint/shared",
        "model/shared": "inference-component/part",
    }
    # Its endpoint is what is paid for.
    assert {one["memory"] for one in found["assets"]} == {None}

    plan = await delete(call, found)
    assert plan["state"] == "done" and plan["left_over"] == [], plan
    order = [step["kind"] for step in plan["steps"]]
    assert order.index("inference-component") < order.index("endpoint"), order
    assert (await assets(call))["assets"] == []


async def test_a_stack_holds_what_it_made(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    launch = await solutions.begun(call, solutions.request("churn"))
    launch = await solutions.settled(call, launch["id"])
    found = await assets(call)
    assert found["problems"] == []
    [stack] = [one for one in found["assets"] if one["kind"] == "stack"]
    assert stack["name"] == "churn" and stack["id"] == launch["stack_id"]
    assert stack["status"] == "CREATE_COMPLETE" and stack["tone"] == "ok"
    assert stack["solution"] == solutions.CHURN and stack["launch"] == launch["id"]
    assert stack["notebook"] == launch["notebook"]
    rest = [one for one in found["assets"] if one["kind"] != "stack"]
    assert {one["kind"] for one in rest} == {"endpoint", "endpoint-config", "model"}
    assert {one["part_of"] for one in rest} == {f"stack/{stack['id']}"}

    await solutions.deleted(call, launch["id"], empty_buckets=True)
    assert (await assets(call))["assets"] == []


async def test_a_stack_of_another_server_is_taken_over_and_deleted(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, tmp_path: Path
) -> None:
    launch = await solutions.begun(call, solutions.request("churn"))
    launch = await solutions.settled(call, launch["id"])
    await jp_serverapp.web_app.settings["smext"].close()
    other = Services(lambda schema, data: None, tmp_path / "other")
    jp_serverapp.web_app.settings["smext"] = other
    assert (await call("GET", "jumpstart/solution-launches")).json == []
    [stack] = [one for one in (await assets(call))["assets"] if one["kind"] == "stack"]
    assert stack["launch"] is None and stack["solution"] == solutions.CHURN

    asked = {**PLACE, "stack": stack["id"]}
    taken = (await call("POST", "jumpstart/solution-launches/adopt", asked)).json
    assert taken["id"] == launch["id"] and taken["state"] == "created", taken
    known = ("title", "notebook", "stack_id", "status", "outputs", "resources", "events", "keeps")
    assert {name: taken[name] for name in known} == {name: launch[name] for name in known}
    again = await call("POST", "jumpstart/solution-launches/adopt", asked)
    assert again.json["id"] == launch["id"]
    [stack] = [one for one in (await assets(call))["assets"] if one["kind"] == "stack"]
    assert stack["launch"] == launch["id"]

    gone = await solutions.deleted(call, launch["id"], empty_buckets=True)
    assert gone["state"] == "deleted" and solutions.proven(gone), gone
    assert (await assets(call))["assets"] == []
    late = await call("POST", "jumpstart/solution-launches/adopt", asked)
    assert late.status == 409 and "DELETE_COMPLETE" in late.json["detail"]


async def test_only_a_launched_stack_is_taken_over(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    client = engine.client("cloudformation")
    id = client.create_stack(
        StackName="mine",
        TemplateBody='{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}',
        # Tags are anybody's to set: this is no launch's id, and would be a path.
        Tags=[*SDK, {"Key": "smext:launch", "Value": "../solution-0123456789abcdef"}],
    )["StackId"]
    client.get_waiter("stack_create_complete").wait(StackName="mine", WaiterConfig={"Delay": 1})
    [stack] = (await assets(call))["assets"]
    assert stack["id"] == id and stack["launch"] is None and stack["solution"] is None
    refused = await call("POST", "jumpstart/solution-launches/adopt", {**PLACE, "stack": id})
    assert refused.status == 409 and "no tag" in refused.json["detail"]
    none = {**PLACE, "stack": id.replace("mine", "none")}
    assert (await call("POST", "jumpstart/solution-launches/adopt", none)).status == 404
    client.delete_stack(StackName="mine")
    client.get_waiter("stack_delete_complete").wait(StackName="mine", WaiterConfig={"Delay": 1})


async def test_the_archive_of_a_packed_model_is_not_left_over(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    services = jp_serverapp.web_app.settings["smext"]
    documents = (await services.jumpstart()).documents
    named = MODEL["model"], MODEL["version"], MODEL["hub"]
    older = without_script(await documents.get("local", REGION, *named), s3)

    async def get(*of: str) -> Any:
        return older

    documents.get = get
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="packed")))["id"])
    assert launch["state"] == "done", launch
    uri = f"s3://{BUCKET}/packed-{launch['id'][-8:]}/model.tar.gz"
    found = await assets(call)
    assert tree(found)[f"archive/{uri}"] == f"model/packed-{launch['id'][-8:]}"
    needed = await call("POST", f"jumpstart/launches/{launch['id']}/archive/delete")
    assert needed.status == 409 and "still needed" in needed.json["title"]

    await delete(call, found)
    assert tree(await assets(call)) == {f"archive/{uri}": f"model/packed-{launch['id'][-8:]}"}
    gone = await call("POST", f"jumpstart/launches/{launch['id']}/archive/delete")
    assert gone.status == 204
    assert (await assets(call))["assets"] == []
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["older.tar.gz"]
    none = await call("POST", "jumpstart/launches/launch-0123456789abcdef/archive/delete")
    assert none.status == 404


async def test_what_cannot_be_read_is_said(
    call: Call, local: tuple[str, str], engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_smext.jumpstart.assets._FRESH", 0.0)
    put_model(engine, "theirs", Tags=SDK)
    launch = await begun(call, "deploy", deploy())
    assert (await ended(call, launch["id"]))["state"] == "done"
    engine.faults([{"kind": "denied", "operation": "GetResources"}])
    found = await assets(call)
    # What this server launched is known by its journal, and has the launch's tag.
    assert {one["launch"] for one in found["assets"]} == {launch["id"]}
    assert "endpoint/pictures" in tree(found) and "model/theirs" not in tree(found)
    [why] = found["problems"]
    assert why["cause"] == "denied" and why["permission"] == "tag:GetResources"

    engine.faults([{"kind": "denied", "operation": "ListModels"}])
    found = await assets(call)
    [why] = [one for one in found["problems"] if one["permission"] == "sagemaker:ListModels"]
    assert why["title"].startswith("Models could not be read")
    assert "endpoint/pictures" in tree(found)


async def test_anothers_of_the_same_name_is_not_ours(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    launch = await begun(call, "deploy", deploy())
    assert (await ended(call, launch["id"]))["state"] == "done"
    await delete(call, await assets(call))
    deploy_echo(engine, "pictures")
    assert (await assets(call))["assets"] == []
