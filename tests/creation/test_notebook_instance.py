"""The layouts of notebook instances and Studio spaces, at the local engine."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .creating import REGION, ROLE, by_layout, created, ended, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

PLACE = {"connection": "local", "region": REGION}
HOSTILE = "<img src=x onerror=alert(1)>"
SCRIPT = "#!/bin/bash\r\necho started > /home/ec2-user/SageMaker/started\r\n"


async def checked(call: Call, layout: str, values: dict[str, Any]) -> Any:
    answer = await call("POST", "creations/check", by_layout(layout, values))
    assert answer.status == 200, answer.body
    return answer.json


def parameters(check: Any, operation: str) -> dict[str, Any]:
    assert not check["errors"] and not check["problems"], check
    [found] = [one["parameters"] for one in check["calls"] if one["operation"] == operation]
    return dict(found)


async def test_an_instance_with_scripts_is_made_and_taken_back(
    call: Call, engine: RunningEngine
) -> None:
    form = (await call("POST", "layouts/notebook-instance/form", {}, **PLACE)).json
    fields = form["schema"]["properties"]
    assert "ml.t3.medium" in fields["instance_type"]["enum"]
    assert "notebook-al2023-v1" in fields["platform"]["enum"]
    values = {
        "name": "scripted",
        "role": ROLE,
        "startup": "new",
        "on_start": SCRIPT,
        "tags": {"team": "vision"},
    }
    check = await checked(call, "notebook-instance", values)
    made = parameters(check, "CreateNotebookInstanceLifecycleConfig")
    content = base64.b64decode(made["OnStart"][0]["Content"]).decode()
    assert content == SCRIPT.replace("\r\n", "\n")
    engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    begun = await created(call, by_layout("notebook-instance", values))
    client = engine.client("sagemaker")
    await call("POST", f"creations/{begun['id']}/cancel")
    engine.faults([])
    creation = await ended(call, begun["id"])
    assert (creation["state"], creation["left"]) == ("cancelled", []), creation["problem"]
    assert client.list_notebook_instances()["NotebookInstances"] == []
    configs = client.list_notebook_instance_lifecycle_configs()
    assert configs["NotebookInstanceLifecycleConfigs"] == []


async def test_an_instance_is_as_aws_takes_it_and_back(call: Call) -> None:
    values = {
        "name": "nb",
        "instance_type": "ml.m5.xlarge",
        "volume": 20,
        "role": ROLE,
        "startup": "existing",
        "lifecycle_config": "mine",
        "repository": "https://github.com/jupyterlab/jupyterlab",
        "platform": "notebook-al2023-v1",
        "root_access": False,
        "internet": False,
        "subnet": "subnet-1",
        "security_groups": ["sg-1"],
        "tags": {"team": "vision"},
    }
    made = parameters(await checked(call, "notebook-instance", values), "CreateNotebookInstance")
    assert made == {
        "NotebookInstanceName": "nb",
        "InstanceType": "ml.m5.xlarge",
        "VolumeSizeInGB": 20,
        "RoleArn": ROLE,
        "DefaultCodeRepository": "https://github.com/jupyterlab/jupyterlab",
        "PlatformIdentifier": "notebook-al2023-v1",
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1"],
        "RootAccess": "Disabled",
        "DirectInternetAccess": "Disabled",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
        "LifecycleConfigName": "mine",
        "IpAddressType": "ipv4",
        "Tags": [{"Key": "team", "Value": "vision"}],
    }
    back = (await call("POST", "layouts/notebook-instance/values", made)).json
    assert back["lost"] == []
    again = await checked(call, "notebook-instance", back["values"])
    assert parameters(again, "CreateNotebookInstance") == made
    lost = (
        await call(
            "POST",
            "layouts/notebook-instance/values",
            {**made, "AcceleratorTypes": ["ml.eia1.medium"]},
        )
    ).json
    assert lost == {"values": None, "lost": ["AcceleratorTypes"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "-x"}, "name"),
        ({"name": HOSTILE}, "name"),
        ({"volume": 4}, "volume"),
        ({"role": None}, "role"),
        ({"startup": "existing"}, "lifecycle_config"),
        ({"startup": "new"}, "on_start"),
        ({"startup": "new", "on_create": "x" * 13_000}, "on_create"),
        ({"internet": False}, "subnet"),
        ({"security_groups": ["sg-1"]}, "subnet"),
        ({"more_repositories": ["a", "b", "c", "d"]}, "more_repositories"),
    ],
)
async def test_what_contradicts_itself_is_said_at_its_field(
    call: Call, values: dict[str, Any], field: str
) -> None:
    whole = {"name": "nb", "role": ROLE, **values}
    given = {name: value for name, value in whole.items() if value is not None}
    check = await checked(call, "notebook-instance", given)
    [error] = check["errors"]
    assert error["path"][:1] == [field], error


@pytest.fixture
def domain(engine: RunningEngine) -> str:
    client = engine.client("sagemaker")
    known = client.list_domains()["Domains"]
    if known:
        return str(known[0]["DomainId"])
    id: str = client.create_domain(
        DomainName="studio", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}
    )["DomainId"]
    client.create_user_profile(DomainId=id, UserProfileName="ann")
    return id


async def test_a_space_is_made_as_studio_makes_it(
    call: Call, engine: RunningEngine, domain: str
) -> None:
    for kind in ("domain", "user-profile"):
        await call("GET", f"resources/{kind}", **PLACE)
    form = (await call("POST", "layouts/space/form", {}, **PLACE)).json
    assert (form["defaults"]["domain"], form["defaults"]["owner"]) == (domain, "ann")
    client = engine.client("sagemaker")
    script = client.create_studio_lifecycle_config(
        StudioLifecycleConfigName="extensions",
        StudioLifecycleConfigContent=base64.b64encode(b"true").decode(),
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    values = {
        "name": "mine",
        "domain": domain,
        "owner": "ann",
        "volume": 8,
        "idle_minutes": 90,
        "lifecycle_config": "extensions",
        "start": False,
        "display_name": HOSTILE,
    }
    creation = await ended(call, (await created(call, by_layout("space", values)))["id"])
    assert creation["state"] == "done", creation
    assert states(creation) == {"space": "done", "space-ready": "done"}
    told = client.describe_space(DomainId=domain, SpaceName="mine")
    assert told["SpaceDisplayName"] == HOSTILE
    assert told["SpaceSettings"]["JupyterLabAppSettings"] == {
        "DefaultResourceSpec": {"InstanceType": "ml.t3.medium", "LifecycleConfigArn": script},
        "AppLifecycleManagement": {"IdleSettings": {"IdleTimeoutInMinutes": 90}},
    }
    storage = told["SpaceSettings"]["SpaceStorageSettings"]["EbsStorageSettings"]
    assert storage["EbsVolumeSizeInGb"] == 8
    # Cloned, the form has all of it.
    path = f"resources/space/{domain},mine/parameters"
    again = (await call("GET", path, **PLACE)).json["parameters"]
    back = (await call("POST", "layouts/space/values", again)).json
    assert back["lost"] == []
    assert back["values"] == {
        **values,
        "name": again["SpaceName"],
        "app": "JupyterLab",
        "instance_type": "ml.t3.medium",
        "lifecycle_config": script,
        "sharing": "Private",
        "tags": {},
    }
    again["SpaceSettings"]["RemoteAccess"] = "ENABLED"
    lost = (await call("POST", "layouts/space/values", again)).json
    assert lost == {"values": None, "lost": ["SpaceSettings.RemoteAccess"]}


async def test_a_space_starts_its_app_where_that_is_wanted(call: Call, domain: str) -> None:
    values = {"name": "other", "domain": domain, "owner": "ann", "app": "CodeEditor"}
    check = await checked(call, "space", values)
    app = parameters(check, "CreateApp")
    assert app == {
        "DomainId": domain,
        "SpaceName": "other",
        "AppType": "CodeEditor",
        "AppName": "default",
        "ResourceSpec": {"InstanceType": "ml.t3.medium"},
    }
    assert len(check["steps"]) == 4
    missing = await checked(call, "space", {**values, "lifecycle_config": "nowhere"})
    assert missing["problems"][0]["cause"] == "not_found", missing
