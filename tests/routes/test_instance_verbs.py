"""Notebook instances and spaces through the routes: created, retyped, started, stopped, deleted."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jupyter_smext import protocol
from tests.local_engine import RunningEngine
from tests.routes.test_notebook import until
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
IMAGE = "arn:aws:sagemaker:us-east-1:000000000000:image/sagemaker-distribution-cpu"


def idle(**settings: Any) -> dict[str, Any]:
    return {"JupyterLabAppSettings": {"AppLifecycleManagement": {"IdleSettings": settings}}}


@pytest.fixture(scope="module")
def domain(running_engine: RunningEngine) -> str:
    client = running_engine.client("sagemaker")
    allowed = {"MinIdleTimeoutInMinutes": 90, "MaxIdleTimeoutInMinutes": 600}
    id: str = client.create_domain(
        DomainName="studio",
        AuthMode="IAM",
        DefaultUserSettings={
            "ExecutionRole": ROLE,
            **idle(LifecycleManagement="ENABLED", IdleTimeoutInMinutes=120, **allowed),
        },
    )["DomainId"]
    client.create_user_profile(DomainId=id, UserProfileName="ann")
    return id


@pytest.fixture
def space(running_engine: RunningEngine, domain: str, request: Any) -> str:
    """The row id of a private space with an image of its own."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:60].strip("-")
    running_engine.client("sagemaker").create_space(
        DomainId=domain,
        SpaceName=name,
        OwnershipSettings={"OwnerUserProfileName": "ann"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={
            "AppType": "JupyterLab",
            "JupyterLabAppSettings": {
                "DefaultResourceSpec": {
                    "InstanceType": "ml.t3.medium",
                    "SageMakerImageArn": IMAGE,
                }
            },
        },
    )
    return f"{domain},{name}"


async def test_the_form_asks_for_type_and_minutes_and_for_nothing_that_aws_refuses(
    call: Call, local: Any, space: str
) -> None:
    form = (await call("GET", "forms/UpdateSpace", **PLACE, kind="space", id=space)).json
    assert form["first"] == [
        "InstanceType",
        "IdleTimeoutInMinutes",
        "EbsVolumeSizeInGb",
        "SpaceDisplayName",
    ]
    fields = form["schema"]["properties"]
    assert fields["InstanceType"]["x-smext-use"] == "studio"
    minutes = fields["IdleTimeoutInMinutes"]
    assert (minutes["minimum"], minutes["maximum"]) == (90, 600)
    assert "90 to 600 are allowed here" in minutes["description"]
    assert "once the space is started again" in minutes["description"]
    assert form["defaults"]["InstanceType"] == "ml.t3.medium"
    inside = fields["SpaceSettings"]["properties"]
    assert "AppType" not in inside
    assert "InstanceType" not in inside["JupyterLabAppSettings"]["properties"].get(
        "DefaultResourceSpec", {}
    ).get("properties", {})
    assert "AppType" not in form["defaults"]["SpaceSettings"]


async def test_a_space_is_created_as_studio_makes_them(
    call: Call, local: Any, domain: str, space: str
) -> None:
    # What is listed can be chosen; nothing is listed for the form.
    for kind in ("domain", "user-profile", "space"):
        await call("GET", f"resources/{kind}", **PLACE)
    form = (await call("GET", "forms/CreateSpace", **PLACE)).json
    fields = form["schema"]["properties"]
    assert fields["DomainId"]["examples"] == [domain]
    assert fields["OwnerUserProfileName"]["examples"] == ["ann"]
    assert "examples" not in fields["SpaceName"]
    assert form["schema"]["required"] == ["DomainId", "SpaceName", "OwnerUserProfileName"]
    assert form["first"][:6] == [
        *form["schema"]["required"],
        "SharingType",
        "AppType",
        "InstanceType",
    ]
    parameters = {
        **form["defaults"],
        "DomainId": domain,
        "SpaceName": "from-the-form",
        "OwnerUserProfileName": "ann",
        "EbsVolumeSizeInGb": 6,
    }
    made = await call("POST", "resources/space", parameters, **PLACE)
    assert (made.status, made.json["id"]) == (201, f"{domain},from-the-form"), made.body
    path = f"resources/space/{domain},from-the-form"
    told = (await call("GET", path, **PLACE)).json["definition"]
    assert told["OwnershipSettings"] == {"OwnerUserProfileName": "ann"}
    assert told["SpaceSharingSettings"] == {"SharingType": "Private"}
    assert told["SpaceSettings"] == {
        "AppType": "JupyterLab",
        "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 6}},
    }


async def test_the_form_says_when_idle_shutdown_is_off_or_cannot_be_read(
    call: Call, local: Any, engine: RunningEngine, space: str
) -> None:
    client = engine.client("sagemaker")
    user = {"DomainId": space.split(",")[0], "UserProfileName": "ann"}
    path = {"kind": "space", "id": space, **PLACE}

    async def said() -> str:
        form = (await call("GET", "forms/UpdateSpace", **path)).json
        words: str = form["schema"]["properties"]["IdleTimeoutInMinutes"]["description"]
        return words

    client.update_user_profile(**user, UserSettings=idle(LifecycleManagement="DISABLED"))
    assert "Idle shutdown is off" in await said()
    client.update_user_profile(**user, UserSettings=idle(LifecycleManagement="ENABLED"))
    assert "Idle shutdown is off" not in await said()
    engine.faults([{"kind": "denied", "operation": "DescribeDomain"}])
    assert "What the domain allows could not be read" in await said()


async def test_a_changed_type_keeps_image_and_minutes(
    call: Call, local: Any, engine: RunningEngine, space: str
) -> None:
    update = f"resources/space/{space}/UpdateSpace"
    for parameters in ({"IdleTimeoutInMinutes": 100}, {"InstanceType": "ml.m5.large"}):
        changed = await call("POST", update, parameters, **PLACE)
        assert changed.status == 204, changed.body
    settings = (await call("GET", f"resources/space/{space}", **PLACE)).json["definition"][
        "SpaceSettings"
    ]
    assert settings["AppType"] == "JupyterLab"
    assert settings["JupyterLabAppSettings"] == {
        "DefaultResourceSpec": {"InstanceType": "ml.m5.large", "SageMakerImageArn": IMAGE},
        "AppLifecycleManagement": {"IdleSettings": {"IdleTimeoutInMinutes": 100}},
    }


async def test_start_stop_and_stop_before_a_delete(
    call: Call, local: Any, engine: RunningEngine, space: str
) -> None:
    domain, name = space.split(",")
    app = {"DomainId": domain, "SpaceName": name, "AppType": "JupyterLab", "AppName": "default"}
    client = engine.client("sagemaker")

    async def run(parameters: dict[str, Any]) -> protocol.Plan:
        plan = (await call("POST", "plans", {**PLACE, **parameters})).json
        await call("POST", f"plans/{plan['id']}/run")

        async def ended() -> protocol.Plan | None:
            now = msgspec.convert((await call("GET", f"plans/{plan['id']}")).json, protocol.Plan)
            return None if now.state == "running" else now

        done: protocol.Plan = await until(ended)
        return done

    stop = {"targets": [{"kind": "space", "id": space}], "operation": "DeleteApp"}
    nothing = (await call("POST", "plans", {**PLACE, **stop})).json
    assert nothing["steps"] == []
    assert [(left["name"], left["why"]) for left in nothing["left"]] == [
        (name, "It has no app that runs")
    ]

    await call(
        "POST", f"resources/space/{space}/UpdateSpace", {"IdleTimeoutInMinutes": 90}, **PLACE
    )
    started = await call("POST", f"resources/space/{space}/CreateApp", **PLACE)
    assert started.status == 204, started.body
    assert client.describe_app(**app)["ResourceSpec"]["SageMakerImageArn"] == IMAGE

    async def up() -> Any:
        return client.describe_app(**app)["Status"] == "InService" or None

    await until(up)
    (config,) = (engine.home / "studio-spaces").rglob("jupyter_server_config.py")
    assert f"shutdown_no_activity_timeout = {90 * 60}" in config.read_text()
    again = await call("POST", f"resources/space/{space}/CreateApp", **PLACE)
    assert again.status in (400, 409)

    done = await run(stop)
    assert (done.state, done.left_over) == ("done", ())
    assert [(step.kind, step.operation) for step in done.steps] == [("app", "DeleteApp")]
    assert client.describe_app(**app)["Status"] == "Deleted"


async def test_a_notebook_instance_is_retyped_and_started_where_its_state_allows(
    call: Call, local: Any, engine: RunningEngine
) -> None:
    client = engine.client("sagemaker")
    client.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="setup")
    await call("GET", "resources/notebook-instance-lifecycle-config", **PLACE)
    client.create_notebook_instance(
        NotebookInstanceName="typed", InstanceType="ml.t3.medium", RoleArn=ROLE
    )
    path = "resources/notebook-instance/typed"

    async def came_to(status: str) -> Any:
        async def look() -> Any:
            row = (await call("GET", path, **PLACE)).json["row"]
            return row if row["status"] == status else None

        return await until(look)

    await came_to("InService")
    early = await call("POST", f"{path}/UpdateNotebookInstance", {}, **PLACE)
    assert early.status == 409
    assert "only when Stopped or Failed; it is InService now" in early.json["detail"]
    assert (await call("POST", f"{path}/StopNotebookInstance", **PLACE)).status == 204
    await came_to("Stopped")
    form = (
        await call(
            "GET", "forms/UpdateNotebookInstance", **PLACE, kind="notebook-instance", id="typed"
        )
    ).json
    assert form["title"] == "Change instance type of notebook instance"
    assert form["first"] == ["InstanceType", "VolumeSizeInGB", "LifecycleConfigName"]
    fields = form["schema"]["properties"]
    assert fields["InstanceType"]["x-smext-use"] == "notebook"
    assert fields["LifecycleConfigName"]["examples"] == ["setup"]
    changed = await call(
        "POST", f"{path}/UpdateNotebookInstance", {"InstanceType": "ml.m5.xlarge"}, **PLACE
    )
    assert changed.status == 204, changed.body
    assert (await came_to("Stopped"))["instance"] == "ml.m5.xlarge"
    assert (await call("POST", f"{path}/StartNotebookInstance", **PLACE)).status == 204
    assert (await came_to("InService"))["instance"] == "ml.m5.xlarge"


async def test_a_running_notebook_instance_is_stopped_then_deleted(
    call: Call, local: Any, engine: RunningEngine
) -> None:
    engine.client("sagemaker").create_notebook_instance(
        NotebookInstanceName="short", InstanceType="ml.t3.medium", RoleArn=ROLE
    )
    path = "resources/notebook-instance/short"

    async def look() -> Any:
        row = (await call("GET", path, **PLACE)).json["row"]
        return row if row["status"] == "InService" else None

    await until(look)
    asked = {
        **PLACE,
        "targets": [{"kind": "notebook-instance", "id": "short"}],
        "operation": "DeleteNotebookInstance",
    }
    plan = (await call("POST", "plans", asked)).json
    assert [step["operation"] for step in plan["steps"]] == [
        "StopNotebookInstance",
        "DeleteNotebookInstance",
    ]
    await call("POST", f"plans/{plan['id']}/run")

    async def ended() -> Any:
        now = (await call("GET", f"plans/{plan['id']}")).json
        return None if now["state"] == "running" else now

    done = await until(ended)
    assert (done["state"], done["left_over"]) == ("done", []), done
    assert (await call("GET", path, **PLACE)).status == 404
