"""Launches on a real engine, through the routes: made, cancelled, failed, gone on with."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from jupyter_smext.aws.errors import ProblemError, problem
from jupyter_smext.jumpstart.resources import Aws
from jupyter_smext.jumpstart.saved_forms import MOST_LAST, SavedForms
from jupyter_smext.lifecycle.read_only import ReadOnly
from jupyter_smext.protocol import DeployRequest, FineTuneRequest
from jupyter_smext.routes.services import Services
from tests.local.endpoint_models import end_all
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .launching import (
    BUCKET,
    MODEL,
    begun,
    deploy,
    ended,
    eventually,
    fine_tune,
    states,
    until,
)

pytest_plugins = ("tests.local_engine", "tests.smext_server")


@pytest.fixture
def sagemaker(engine: RunningEngine) -> Any:
    return engine.client("sagemaker")


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    end_all(engine)


def made_of(sagemaker: Any, name: str) -> dict[str, int]:
    """How many there are of what the deployment of an endpoint makes."""
    of = {"NameContains": name}
    return {
        "endpoints": len(sagemaker.list_endpoints(**of)["Endpoints"]),
        "configs": len(sagemaker.list_endpoint_configs(**of)["EndpointConfigs"]),
        "models": len(sagemaker.list_models(**of)["Models"]),
    }


NONE = {"endpoints": 0, "configs": 0, "models": 0}


async def test_a_model_is_checked_deployed_and_tagged(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    checked = (await call("POST", "jumpstart/deploy/check", deploy())).json
    assert checked["problems"] == [], checked
    assert "The name pictures is free." in checked["checked"]
    assert "SageMaker may assume the role SageMakerLocalExecutionRole." in checked["checked"]

    launch = await begun(call, "deploy", deploy(tags={"team": "vision"}, key="once"))
    again = await begun(call, "deploy", deploy(tags={"team": "vision"}, key="once"))
    assert again["id"] == launch["id"]
    launch = await ended(call, launch["id"])
    assert launch["state"] == "done", launch
    assert states(launch) == {"model": "done", "config": "done", "endpoint": "done"}
    end = launch["id"][-8:]
    assert launch["made"] == [
        f"model/pictures-{end}",
        f"endpoint-config/pictures-{end}",
        "endpoint/pictures",
    ]
    found = sagemaker.describe_endpoint(EndpointName="pictures")
    assert found["EndpointStatus"] == "InService"
    tags = sagemaker.list_tags(ResourceArn=found["EndpointArn"])["Tags"]
    assert {each["Key"]: each["Value"] for each in tags} == {
        "sagemaker-sdk:jumpstart-model-id": MODEL["model"],
        "sagemaker-sdk:jumpstart-model-version": MODEL["version"],
        "smext:launch": launch["id"],
        "team": "vision",
    }

    taken = await call("POST", "jumpstart/deploy", deploy())
    assert taken.status == 409 and "already" in taken.json["title"]
    listed = (await call("GET", "jumpstart/launches")).json
    assert [each["id"] for each in listed] == [launch["id"]]
    assets = (await call("GET", "jumpstart/assets", connection="local", region=REGION)).json
    assert assets["problems"] == []
    ours = next(each for each in assets["assets"] if each["id"] == "pictures")
    assert ours["launch"] == launch["id"] and ours["model"] == MODEL["model"]
    assert ours["kind"] == "endpoint" and ours["status"] == "InService"
    last = (await call("GET", "jumpstart/forms")).json[0]
    assert last["name"] == "last" and last["deploy"]["endpoint"] == "pictures"

    async def in_the_panel() -> bool:
        known = await call("GET", "inventory", connection="local", region=REGION)
        pages = [page for page in known.json["pages"] if page["kind"] == "endpoint"]
        rows = [row for page in pages for row in page["rows"]]
        return [(row["id"], row["status"]) for row in rows] == [("pictures", "InService")]

    await eventually(in_the_panel)


async def test_cancelled_while_creating_it_leaves_nothing(
    call: Call, local: tuple[str, str], sagemaker: Any
) -> None:
    launch = await begun(call, "deploy", deploy(endpoint="cancelled"))
    await until(call, launch["id"], lambda now: states(now)["endpoint"] == "now")
    await eventually(lambda: asyncio.to_thread(_is_there, sagemaker, "cancelled"))
    answer = await call("POST", f"jumpstart/launches/{launch['id']}/cancel")
    assert answer.status == 200
    launch = await ended(call, launch["id"])
    assert launch["state"] == "cancelled" and launch["left"] == [], launch
    assert states(launch)["back-delete"] == "done"
    assert made_of(sagemaker, "cancelled") == NONE


def _is_there(sagemaker: Any, name: str) -> bool:
    listed = sagemaker.list_endpoints(NameContains=name)["Endpoints"]
    return bool(listed)


@pytest.mark.parametrize("keep", [False, True], ids=["deleted", "kept"])
async def test_a_failed_deployment_says_why_and_leaves_nothing_unless_asked(
    call: Call, local: tuple[str, str], sagemaker: Any, keep: bool
) -> None:
    # Its own script is told to be one that is not there.
    name = "kept" if keep else "failing"
    body = deploy(endpoint=name, environment={"SAGEMAKER_PROGRAM": "none.py"}, keep_failed=keep)
    launch = await begun(call, "deploy", body)
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed", launch
    assert launch["problem"]["title"] == f"The endpoint {name} is Failed"
    assert launch["problem"]["detail"]
    if keep:
        assert launch["left"] == launch["made"] and len(launch["left"]) == 3
        assert made_of(sagemaker, name) == dict.fromkeys(NONE, 1)
        return
    assert launch["left"] == []
    assert made_of(sagemaker, name) == NONE


async def test_what_forbids_a_launch_is_said_and_nothing_is_made(
    call: Call, local: tuple[str, str], sagemaker: Any
) -> None:
    def forbidden(**more: Any) -> dict[str, Any]:
        return deploy(**{"endpoint": "forbidden", **more})

    wrong = {
        "no such role": forbidden(role="arn:aws:iam::000000000000:role/nobody"),
        "none of the": forbidden(instance_type="ml.none.large"),
        "must match": deploy(endpoint="no_underscores"),
        "memory": forbidden(mode="serverless"),
        "no config": forbidden(config="none"),
    }
    for said, body in wrong.items():
        checked = (await call("POST", "jumpstart/deploy/check", body)).json
        texts = [f"{each['title']} {each['detail']}".lower() for each in checked["problems"]]
        assert any(said.replace("no such role", "no role") in text for text in texts), checked
        refused = await call("POST", "jumpstart/deploy", body)
        assert 400 <= refused.status < 500, refused.json
    assert made_of(sagemaker, "forbidden") == NONE
    assert (await call("GET", "jumpstart/launches")).json == []
    assert (await call("GET", "jumpstart/launches/launch-0123456789abcdef")).status == 404
    assert (await call("GET", "jumpstart/launches/..%2f..%2fetc")).status == 404


async def test_a_role_that_is_new_is_waited_for(
    call: Call, local: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create, refusals = Aws.create, 2

    def too_young(self: Aws, *of: Any) -> None:
        nonlocal refusals
        if refusals:
            refusals -= 1
            said = "Could not assume role arn:… Please ensure that the role exists and allows it."
            raise ProblemError(problem("invalid", "CreateModel was refused", said))
        create(self, *of)

    monkeypatch.setattr(Aws, "create", too_young)
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="young")))["id"])
    assert launch["state"] == "done" and refusals == 0, launch

    # One that stays unknown is told at last.
    monkeypatch.setattr("jupyter_smext.lifecycle.task_run.ROLE_SPREADS", 0.0)
    refusals = 1
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="lost")))["id"])
    assert launch["state"] == "failed" and "assume role" in launch["problem"]["detail"], launch


async def test_a_throttled_launch_goes_on_by_itself(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    engine.faults([{"kind": "throttle", "operation": "CreateEndpointConfig", "times": 12}])
    launch = await begun(call, "deploy", deploy(endpoint="slowed"))
    launch = await ended(call, launch["id"])
    assert launch["state"] == "done", launch


async def test_a_folder_is_checked_uploaded_trained_on_and_deployed(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path, sagemaker: Any
) -> None:
    pictures(engine, jp_root_dir / "data" / "surfaces")
    (jp_root_dir / "data" / "surfaces" / "notes.txt").write_text("nothing")
    body = fine_tune(folder="data/surfaces", hyperparameters={"epochs": "5"})
    data = (await call("POST", "jumpstart/data/check", body)).json
    assert data["problems"] == [] and data["strays"] == ["notes.txt"] and data["outside"] == 1
    assert len(data["classes"]) > 1 and all(data["classes"].values())
    refused = await call("POST", "jumpstart/fine-tune", body)
    assert refused.status == 400 and "outside" in refused.json["title"], refused.json

    code = (await call("POST", "jumpstart/code", {"fine_tune": {**body, "leave_out": True}})).json
    assert all("notes.txt" in text and "data/surfaces" in text for text in code.values()), code

    launch = await begun(call, "fine-tune", {**body, "leave_out": True})
    launch = await ended(call, launch["id"])
    assert launch["state"] == "done", launch
    assert states(launch) == {"upload": "done", "create": "done", "train": "done"}
    assert "without 1 outside" in launch["steps"][0]["note"]
    job = sagemaker.describe_training_job(TrainingJobName="my-pictures")
    uploaded = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
    keys = engine.client("s3").list_objects_v2(
        Bucket=BUCKET, Prefix=uploaded.removeprefix(f"s3://{BUCKET}/")
    )["Contents"]
    assert len(keys) == sum(data["classes"].values())
    assert launch["made"] == ["training-job/my-pictures"]
    log = (await call("GET", f"jumpstart/launches/{launch['id']}/metrics")).json
    assert log["values"]

    tuned = deploy(endpoint="tuned", tuned="my-pictures")
    made = await ended(call, (await begun(call, "deploy", tuned))["id"])
    assert made["state"] == "done", made
    image = next((jp_root_dir / "data" / "surfaces").glob("*/*.png"))
    answer = engine.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="tuned",
        ContentType="application/x-image",
        Accept="application/json;verbose",
        Body=image.read_bytes(),
    )

    said = json.loads(answer["Body"].read())
    assert set(said["labels"]) == set(data["classes"])
    assert said["predicted_label"] == image.parent.name


def pictures(engine: RunningEngine, folder: Path) -> None:
    """The model's own dataset, as files of one's own."""
    s3 = engine.client("s3")
    bucket, prefix = f"jumpstart-cache-prod-{REGION}", "training-datasets/surfaces/"
    for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        file = folder / each["Key"].removeprefix(prefix)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())


async def test_data_of_another_layout_is_refused_before_it_is_paid_for(
    call: Call, local: tuple[str, str], jp_root_dir: Path, sagemaker: Any
) -> None:
    (jp_root_dir / "flat").mkdir()
    (jp_root_dir / "flat" / "a.png").write_bytes(b"x")
    (jp_root_dir / "secret").symlink_to("/etc")
    refused = await call("POST", "jumpstart/fine-tune", fine_tune(folder="flat", job="refused"))
    assert refused.status == 400 and "classes" in refused.json["title"], refused.json
    jobs = sagemaker.list_training_jobs(NameContains="refused")["TrainingJobSummaries"]
    assert jobs == []
    for path in ("none", "../", "/etc", ".hidden"):
        body = fine_tune(folder=path)
        answer = await call("POST", "jumpstart/data/check", body)
        assert answer.status == 404, (path, answer.json)
        assert (await call("POST", "jumpstart/code", {"fine_tune": body})).status == 404
    wrong = fine_tune(hyperparameters={"epochs": "many"})
    checked = (await call("POST", "jumpstart/fine-tune/check", wrong)).json
    assert "epochs" in checked["problems"][0]["title"]
    nothing = fine_tune(dataset=f"s3://{BUCKET}/nothing/here")
    checked = (await call("POST", "jumpstart/fine-tune/check", nothing)).json
    assert any("nothing below" in each["title"] for each in checked["problems"]), checked


async def test_data_in_s3_is_looked_at_where_it_may_be(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="flat/a.png", Body=b"x")
    flat = fine_tune(dataset=f"s3://{BUCKET}/flat", job="of-s3")
    checked = (await call("POST", "jumpstart/fine-tune/check", flat)).json
    assert checked["problems"] == [], checked
    refused = await call("POST", "jumpstart/fine-tune", flat)
    assert refused.status == 400 and "classes" in refused.json["title"], refused.json
    assert sagemaker.list_training_jobs(NameContains="of-s3")["TrainingJobSummaries"] == []

    # Whoever may not list it can have a role that may.
    engine.faults([{"kind": "denied", "operation": "ListObjectsV2"}])
    checked = (await call("POST", "jumpstart/fine-tune/check", flat)).json
    assert checked["problems"] == [] and checked["unknown"], checked
    assert (await call("POST", "jumpstart/data/check", flat)).status == 403
    launch = await begun(call, "fine-tune", flat)
    await call("POST", f"jumpstart/launches/{launch['id']}/cancel")
    await ended(call, launch["id"])


async def test_a_training_is_stopped(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    dataset = f"s3://jumpstart-cache-prod-{REGION}/training-datasets/surfaces/"
    body = fine_tune(job="stopped", dataset=dataset, hyperparameters={"epochs": "1000"})
    launch = await begun(call, "fine-tune", body)
    await until(call, launch["id"], lambda now: states(now)["train"] == "now")
    await call("POST", f"jumpstart/launches/{launch['id']}/cancel")
    launch = await ended(call, launch["id"])
    assert launch["state"] == "cancelled", launch
    found = sagemaker.describe_training_job(TrainingJobName="stopped")
    assert found["TrainingJobStatus"] in ("Stopped", "Stopping")


async def test_a_training_that_comes_to_be_while_it_is_given_up_is_stopped(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateTrainingJob", "seconds": 3, "times": 1}])
    dataset = f"s3://jumpstart-cache-prod-{REGION}/training-datasets/surfaces/"
    body = fine_tune(job="too-late", dataset=dataset, hyperparameters={"epochs": "1000"})
    id = (await begun(call, "fine-tune", body))["id"]
    await until(call, id, lambda now: states(now)["create"] == "now")
    await call("POST", f"jumpstart/launches/{id}/cancel")
    launch = await ended(call, id)
    assert launch["state"] == "cancelled", launch
    found = sagemaker.describe_training_job(TrainingJobName="too-late")
    assert found["TrainingJobStatus"] == "Stopped"


async def test_forms_are_saved_under_names(call: Call, local: tuple[str, str]) -> None:
    mine = {"name": "small", "deploy": deploy(accept_eula=True)}
    saved = (await call("PUT", "jumpstart/forms", mine)).json
    assert [each["name"] for each in saved] == ["small"]
    # A licence is accepted for each launch anew.
    assert saved[0]["deploy"]["accept_eula"] is False
    assert (await call("PUT", "jumpstart/forms", {**mine, "name": "last"})).status == 400
    assert (await call("PUT", "jumpstart/forms", {"name": "neither"})).status == 400
    assert (await call("DELETE", "jumpstart/forms", name="small")).json == []


def test_the_last_form_of_each_model_and_kind_is_remembered(tmp_path: Path) -> None:
    forms = SavedForms(tmp_path)
    deployed = msgspec.convert(deploy(accept_eula=True), DeployRequest)
    tuned = msgspec.convert(fine_tune(), FineTuneRequest)
    for request in (deployed, tuned, replace(deployed, model="other"), deployed):
        forms.remember(request)
    said = [form.deploy or form.fine_tune for form in forms.all()]
    unasked = replace(deployed, accept_eula=False)
    assert said == [unasked, replace(unasked, model="other"), tuned]
    for number in range(MOST_LAST):
        forms.remember(replace(tuned, model=f"model-{number}"))
    kept = forms.all()
    assert len(kept) == MOST_LAST and all(form.fine_tune for form in kept)


async def test_another_server_goes_on_with_a_launch(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, sagemaker: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 30}])
    id = (await begun(call, "deploy", deploy(endpoint="taken-up")))["id"]
    await until(call, id, lambda now: states(now)["config"] == "now")
    services = jp_serverapp.web_app.settings["smext"]
    journal = services.home / "jumpstart" / "launches" / f"{id}.json"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    await services.close()
    engine.faults([])
    told: list[dict[str, Any]] = []
    fresh = Services(lambda schema, data: told.append(data), services.home)
    jp_serverapp.web_app.settings["smext"] = fresh
    # As the server does at its start: nobody has to look.
    await fresh.resume_launches()
    launch = await ended(call, id)
    assert launch["state"] == "done", launch
    assert len(sagemaker.list_models(NameContains=id[-8:])["Models"]) == 1
    assert len(sagemaker.list_endpoint_configs(NameContains=id[-8:])["EndpointConfigs"]) == 1
    events = {(each["task"], each["id"]) for each in told if "task" in each}
    assert events == {("jumpstart", id)}


async def test_another_server_goes_on_with_the_deletion(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, sagemaker: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "DeleteEndpoint", "seconds": 30}])
    id = (await begun(call, "deploy", deploy(endpoint="given-up")))["id"]
    await until(call, id, lambda now: states(now)["endpoint"] == "now")
    await eventually(lambda: asyncio.to_thread(_is_there, sagemaker, "given-up"))
    await call("POST", f"jumpstart/launches/{id}/cancel")
    await until(call, id, lambda now: "back-delete" in states(now))
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    engine.faults([])
    jp_serverapp.web_app.settings["smext"] = Services(lambda schema, data: None, services.home)
    launch = await ended(call, id)
    assert launch["state"] == "cancelled" and launch["left"] == [], launch
    assert made_of(sagemaker, "given-up") == NONE


async def test_what_cannot_be_deleted_is_named(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    denied = ("CreateEndpoint", "DeleteModel")
    engine.faults([{"kind": "denied", "operation": each} for each in denied])
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="denied")))["id"])
    assert launch["state"] == "failed"
    assert launch["problem"]["permission"] == "sagemaker:CreateEndpoint"
    assert launch["left"] == [launch["made"][0]] and launch["left"][0].startswith("model/denied-")
    assert "could be deleted" in launch["problem"]["detail"]


async def test_a_quota_refused_leaves_nothing(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    wanted = {"noun": "Endpoint", "instance_type": "ml.m5.large"}
    engine.faults([{"kind": "quota", **wanted}])
    body = deploy(endpoint="too-many", instance_type="ml.m5.large")
    launch = await ended(call, (await begun(call, "deploy", body))["id"])
    assert launch["state"] == "failed" and launch["problem"]["cause"] == "limit", launch
    assert "ml.m5.large" in launch["problem"]["detail"] and launch["left"] == []
    assert made_of(sagemaker, "too-many") == NONE


async def test_a_read_only_connection_refuses(
    call: Call, local: tuple[str, str], jp_serverapp: Any, sagemaker: Any
) -> None:
    jp_serverapp.web_app.settings["smext"].read_only = ReadOnly(["local"])
    for what, body in (("deploy", deploy()), ("fine-tune", fine_tune())):
        answer = await call("POST", f"jumpstart/{what}", body)
        assert answer.status == 403, answer.json
        # To look is allowed.
        assert (await call("POST", f"jumpstart/{what}/check", body)).status == 200


async def test_serverless_and_scaled_endpoints(
    call: Call, local: tuple[str, str], engine: RunningEngine, sagemaker: Any
) -> None:
    less = deploy(endpoint="serverless", mode="serverless", memory_mb=2048, concurrency=2)
    launch = await ended(call, (await begun(call, "deploy", less))["id"])
    assert launch["state"] == "done", launch
    scaling = {"least": 1, "most": 2, "invocations": 100.0}
    more = deploy(endpoint="scaled", scaling=scaling)
    launch = await ended(call, (await begun(call, "deploy", more))["id"])
    assert launch["state"] == "done", launch
    targets = engine.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=["endpoint/scaled/variant/AllTraffic"]
    )["ScalableTargets"]
    assert [each["MaxCapacity"] for each in targets] == [2]


async def test_a_cancel_outlives_the_server_that_was_told(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, sagemaker: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 30}])
    id = (await begun(call, "deploy", deploy(endpoint="told")))["id"]
    await until(call, id, lambda now: states(now)["config"] == "now")
    assert (await call("POST", f"jumpstart/launches/{id}/cancel")).status == 200
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    engine.faults([])
    jp_serverapp.web_app.settings["smext"] = Services(lambda schema, data: None, services.home)
    launch = await ended(call, id)
    assert launch["state"] == "cancelled" and launch["left"] == [], launch
    assert made_of(sagemaker, "told") == NONE
