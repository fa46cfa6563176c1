"""Solutions on a real engine, through the routes: looked at, launched, followed, deleted."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_smext.aws.permissions import policy, solutions_policy
from jupyter_smext.jumpstart import solution_run
from jupyter_smext.jumpstart.solution_journal import Record, SolutionJournals
from jupyter_smext.jumpstart.solution_pages import SolutionPages, SolutionTemplate
from jupyter_smext.jumpstart.solution_table import shipped
from jupyter_smext.jumpstart.stack_template import parse
from jupyter_smext.protocol import SolutionLaunch
from jupyter_smext.routes.services import Services
from tests.local.notebooks.running import run
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .launching import eventually
from .test_permissions import PERMISSIONS as OTHERS

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PERMISSIONS = {
    **OTHERS,
    "DeleteObjects": "DeleteObjectVersion",
    "ListObjectVersions": "ListBucketVersions",
}
CHURN = "local-churn-prediction"
PLACE = {"connection": "local", "region": REGION}
DELETED = ("DELETE_COMPLETE", "DELETE_SKIPPED")


def request(stack: str, **more: Any) -> dict[str, Any]:
    """The body of a launch, without a notebook instance."""
    known = {"solution": CHURN, "stack": stack, "capabilities": ["CAPABILITY_IAM"]}
    return {**PLACE, **known, "parameters": {"WithNotebook": "no"}, **more}


async def begun(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    answer = await call("POST", "jumpstart/solution-launches", body)
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


async def until(call: Call, id: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The launch once it is as wanted."""
    seen: dict[str, Any] = {}

    async def wanted() -> Any:
        nonlocal seen
        seen = (await call("GET", f"jumpstart/solution-launches/{id}")).json
        return condition(seen)

    await eventually(wanted)
    return seen


async def settled(call: Call, id: str) -> dict[str, Any]:
    return await until(call, id, lambda launch: launch["state"] not in ("creating", "deleting"))


async def deleted(call: Call, id: str, **how: Any) -> dict[str, Any]:
    answer = await call("POST", f"jumpstart/solution-launches/{id}/delete", how)
    assert answer.status == 200, answer.json
    return await settled(call, id)


@pytest.fixture
def stacks(engine: RunningEngine) -> Any:
    return engine.client("cloudformation")


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])
    client = engine.client("cloudformation")
    for each in client.describe_stacks()["Stacks"]:
        for one in engine.client("s3").list_buckets()["Buckets"]:
            for item in engine.client("s3").list_objects_v2(Bucket=one["Name"]).get("Contents", ()):
                engine.client("s3").delete_object(Bucket=one["Name"], Key=item["Key"])
        client.delete_stack(StackName=each["StackId"])
        client.get_waiter("stack_delete_complete").wait(
            StackName=each["StackId"], WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
        )


def proven(launch: dict[str, Any]) -> bool:
    proof = launch["deletion"]
    assert {each["status"] for each in proof["resources"]} <= set(DELETED), proof
    return bool(proof["proven"]) and proof["status"] == "DELETE_COMPLETE"


async def test_they_are_listed_and_say_what_they_make(call: Call, local: tuple[str, str]) -> None:
    listed = (await call("GET", "jumpstart/solutions", **PLACE)).json
    assert listed["problems"] == []
    by_id = {each["id"]: each for each in listed["solutions"]}
    own = [each["id"] for each in listed["solutions"] if each["origin"] == "manifest"]
    assert len(own) == 3 and len(by_id) == 28
    shipped = [each for each in by_id.values() if each["origin"] == "shipped"]
    assert all(each["as_of"] for each in shipped)

    page = (await call("GET", f"jumpstart/solutions/{CHURN}", **PLACE)).json
    assert page["problems"] == [] and page["launchable"], page
    assert page["capabilities"] == ["CAPABILITY_IAM"] and "Role" in page["capabilities_reason"]
    types = {each["type"]: each for each in page["creates"]}
    assert {"AWS::IAM::Role", "AWS::S3::Bucket", "AWS::SageMaker::Endpoint"} <= types.keys()
    assert types["AWS::SageMaker::NotebookInstance"]["conditional"] == ["Notebook"]
    parameters = {each["name"]: each for each in page["parameters"]}
    assert parameters["WithNotebook"]["allowed"] == ["yes", "no"]
    assert parameters["EndpointInstanceCount"]["max_value"] == 4
    assert parameters["EndpointInstanceType"]["group"] == "The model"
    assert page["notebook"] in page["files"] and "customers.py" in page["files"]
    assert [each["key"] for each in page["outputs"]][:2] == ["EndpointName", "BucketName"]

    # Its template is nowhere in public: its repository is what there is.
    none = (await call("GET", "jumpstart/solutions/document-understanding", **PLACE)).json
    assert not none["launchable"] and none["creates"] == []
    assert none["problems"][0]["title"] == "This solution has no public template"
    assert none["solution"]["repository"] in none["problems"][0]["next"]
    aws = (await call("GET", "jumpstart/solutions/purchase-modeling", **PLACE)).json
    assert aws["solution"]["template"].startswith(f"s3://sagemaker-solutions-prod-{REGION}/")
    assert aws["problems"][0]["cause"] == "needs_aws" and not aws["launchable"]
    elsewhere = (await call("GET", "jumpstart/solutions/demand-forecasting", **PLACE)).json
    assert elsewhere["problems"][0]["cause"] == "needs_aws"
    assert (await call("GET", "jumpstart/solutions/none-such", **PLACE)).status == 404


async def test_it_is_launched_followed_and_deleted_with_proof(
    call: Call, local: tuple[str, str], engine: RunningEngine, stacks: Any, jp_serverapp: Any
) -> None:
    called: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        called.add(f"{service}:{PERMISSIONS.get(model.name, model.name)}")

    sessions = await jp_serverapp.web_app.settings["smext"].sessions()
    for service in ("s3", "cloudformation", "sagemaker"):
        sessions.client("local", REGION, service).meta.events.register("before-call", record)

    unacknowledged = await call(
        "POST", "jumpstart/solution-launches", request("churn", capabilities=[])
    )
    assert unacknowledged.status == 400 and "acknowledged" in unacknowledged.json["title"]
    assert stacks.describe_stacks()["Stacks"] == []

    body = request("churn", tags={"team": "care"}, key="once")
    launch = await begun(call, body)
    assert (await begun(call, body))["id"] == launch["id"]
    launch = await settled(call, launch["id"])
    assert launch["state"] == "created" and launch["problem"] is None, launch
    assert launch["status"] == "CREATE_COMPLETE" and launch["title"] == "Churn prediction"
    last = [(each["resource"], each["status"]) for each in launch["events"]]
    assert last[0] == ("churn", "CREATE_IN_PROGRESS")
    assert last[-1] == ("churn", "CREATE_COMPLETE")
    assert len({each["id"] for each in launch["events"]}) == len(launch["events"])
    outputs = {each["key"]: each["value"] for each in launch["outputs"]}
    endpoint = outputs["EndpointName"]
    rows = {each["name"]: each["row"] for each in launch["resources"]}
    assert rows["Endpoint"] == f"endpoint/{endpoint}" and rows["Bucket"] is None
    found = stacks.describe_stacks(StackName="churn")["Stacks"][0]
    assert {each["Key"]: each["Value"] for each in found["Tags"]} == {
        "team": "care",
        "smext:launch": launch["id"],
        "smext:solution": CHURN,
    }
    answer = engine.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Body="2,1,60,280,200,1,9,6"
    )
    assert len(json.loads(answer["Body"].read())["probabilities"][0]) == 2

    taken = await call("POST", "jumpstart/solution-launches", request("churn"))
    assert taken.status == 409 and "already" in taken.json["title"]
    listed = (await call("GET", "jumpstart/solution-launches")).json
    assert [each["id"] for each in listed] == [launch["id"]]

    # What somebody put into its bucket is not deleted unasked.
    s3 = engine.client("s3")
    s3.put_object(Bucket=outputs["BucketName"], Key="mine.csv", Body=b"1")
    kept = await deleted(call, launch["id"])
    assert kept["state"] == "not deleted" and not kept["deletion"]["proven"], kept
    assert "not empty" in kept["problem"]["detail"] and "emptied" in kept["problem"]["next"]
    states = {each["name"]: each["status"] for each in kept["resources"]}
    assert states["Bucket"] == "DELETE_FAILED" and states["Endpoint"] == "DELETE_COMPLETE"

    gone = await deleted(call, launch["id"], empty_buckets=True)
    assert gone["state"] == "deleted" and gone["problem"] is None and proven(gone), gone
    assert gone["deletion"]["emptied"] == [outputs["BucketName"]]
    assert gone["deletion"]["retained"] == [] and gone["outputs"] == []
    assert len(gone["deletion"]["resources"]) == 5
    found = stacks.describe_stacks(StackName=launch["stack_id"])["Stacks"][0]
    assert found["StackStatus"] == "DELETE_COMPLETE"
    assert s3.list_buckets()["Buckets"] == []
    again = await deleted(call, launch["id"])
    assert again["rev"] == gone["rev"]

    statements = [*policy()["Statement"], *solutions_policy()["Statement"]]
    allowed = {name for one in statements for name in one["Action"]}
    assert {name for name in called if not any(fnmatchcase(name, one) for one in allowed)} == set()
    assert {"cloudformation:GetTemplate", "s3:ListBucketVersions"} <= called


async def test_its_notebook_instance_is_in_the_panel(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    body = request("with-notebook", parameters={})
    launch = await settled(call, (await begun(call, body))["id"])
    assert launch["state"] == "created", launch
    name = {each["key"]: each["value"] for each in launch["outputs"]}["NotebookInstanceName"]
    rows = {each["name"]: each["row"] for each in launch["resources"]}
    assert rows["Notebook"] == f"notebook-instance/{name}"
    assert launch["notebook"] == "churn_prediction.ipynb"

    async def shown() -> bool:
        known = (await call("GET", "inventory", **PLACE)).json
        pages = [page for page in known["pages"] if page["kind"] == "notebook-instance"]
        return [(row["id"], row["status"]) for page in pages for row in page["rows"]] == [
            (name, "InService")
        ]

    await eventually(shown)
    launch = await deleted(call, launch["id"])
    assert launch["state"] == "deleted" and proven(launch), launch
    assert engine.client("sagemaker").list_notebook_instances()["NotebookInstances"] == []


@pytest.mark.parametrize("keep", [False, True], ids=["deleted", "kept"])
async def test_what_fails_half_way_says_what_aws_said(
    call: Call, local: tuple[str, str], engine: RunningEngine, stacks: Any, keep: bool
) -> None:
    engine.faults([{"kind": "denied", "operation": "CreateEndpointConfig"}])
    launch = await begun(call, request("failing", keep_failed=keep))
    launch = await settled(call, launch["id"])
    assert launch["state"] == "failed", launch
    assert launch["problem"]["title"].endswith("EndpointConfig failed")
    assert "AWS::SageMaker::EndpointConfig: " in launch["problem"]["detail"]
    assert "not authorized" in launch["problem"]["detail"], launch["problem"]
    models = engine.client("sagemaker").list_models()["Models"]
    if keep:
        assert launch["deletion"] is None and len(models) == 1
        states = {each["name"]: each["status"] for each in launch["resources"]}
        assert states["Model"] == "CREATE_COMPLETE"
        launch = await deleted(call, launch["id"])
        assert launch["state"] == "deleted" and proven(launch), launch
    else:
        assert proven(launch) and models == []
    assert stacks.describe_stacks()["Stacks"] == []
    assert engine.client("s3").list_buckets()["Buckets"] == []


async def test_it_is_deleted_while_it_is_being_made(
    call: Call, local: tuple[str, str], engine: RunningEngine, stacks: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 2}])
    launch = await begun(call, request("given-up"))
    await until(
        call,
        launch["id"],
        lambda now: any(each["resource"] == "Model" for each in now["events"]),
    )
    launch = await deleted(call, launch["id"])
    assert launch["state"] == "deleted" and launch["problem"] is None and proven(launch), launch
    assert stacks.describe_stacks()["Stacks"] == []
    assert engine.client("sagemaker").list_models()["Models"] == []


async def test_another_server_goes_on_with_it(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, stacks: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 3}])
    id = (await begun(call, request("taken-up")))["id"]
    await until(call, id, lambda now: now["stack_id"])
    services = jp_serverapp.web_app.settings["smext"]
    journal = services.home / "jumpstart" / "solutions" / f"{id}.json"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    await services.close()
    told: list[dict[str, Any]] = []
    fresh = Services(lambda schema, data: told.append(data), services.home)
    jp_serverapp.web_app.settings["smext"] = fresh
    # As the server does at its start: nobody has to look.
    await fresh.resume_launches()
    launch = await settled(call, id)
    assert launch["state"] == "created", launch
    assert {(each["task"], each["id"]) for each in told if "task" in each} == {("solution", id)}
    assert len(stacks.describe_stacks()["Stacks"]) == 1

    # And with its deletion, of which the server that asked for it saw nothing.
    engine.faults([{"kind": "latency", "operation": "DeleteEndpoint", "seconds": 3}])
    await call("POST", f"jumpstart/solution-launches/{id}/delete")
    await until(call, id, lambda now: now["status"] == "DELETE_IN_PROGRESS")
    await fresh.close()
    jp_serverapp.web_app.settings["smext"] = Services(lambda schema, data: None, services.home)
    launch = await settled(call, id)
    assert launch["state"] == "deleted" and proven(launch), launch


@pytest.mark.parametrize("asked", [False, True], ids=["not-asked", "asked"])
async def test_a_server_that_ended_before_it_knew_its_stack(
    call: Call, local: tuple[str, str], jp_serverapp: Any, stacks: Any, asked: bool
) -> None:
    """A hidden value is gone with it; a stack that is there by its tag is its own."""
    launch = await settled(call, (await begun(call, request("first")))["id"])
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    journals = SolutionJournals(services.home / "jumpstart" / "solutions")
    record = journals.read(launch["id"])
    if not asked:
        stacks.delete_stack(StackName="first")
        stacks.get_waiter("stack_delete_complete").wait(
            StackName=launch["stack_id"], WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
        )
    before = msgspec.structs.replace(
        record.launch, state="creating", stack_id=None, events=(), outputs=(), resources=()
    )
    journals.write(Record(before, (1 << 22, 0.0), record.template, ("Password",)))
    jp_serverapp.web_app.settings["smext"] = Services(lambda schema, data: None, services.home)
    found = await settled(call, launch["id"])
    if asked:
        assert found["state"] == "created" and found["stack_id"] == launch["stack_id"], found
        return
    assert found["state"] == "failed" and "Password" in found["problem"]["detail"], found
    assert stacks.describe_stacks()["Stacks"] == []


async def test_what_somebody_else_deleted_is_found_gone(
    call: Call, local: tuple[str, str], stacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solution_run, "CHECKED_FOR", 0.0)
    launch = await settled(call, (await begun(call, request("elsewhere")))["id"])
    assert launch["state"] == "created", launch
    stacks.delete_stack(StackName="elsewhere")
    launch = await until(call, launch["id"], lambda now: now["state"] == "deleted")
    assert proven(launch) and launch["problem"] is None and launch["outputs"] == [], launch


async def test_what_passes_is_waited_out(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    engine.faults([{"kind": "expired", "operation": "DescribeStackEvents", "times": 2}])
    id = (await begun(call, request("slowed")))["id"]
    await until(call, id, lambda now: "it is tried again" in now["note"])
    launch = await settled(call, id)
    assert launch["state"] == "created" and launch["problem"] is None, launch


async def test_who_may_not_look_is_told_that_the_stack_goes_on(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    engine.faults([{"kind": "denied", "operation": "DescribeStackEvents"}])
    launch = await settled(call, (await begun(call, request("unseen")))["id"])
    assert launch["state"] == "failed" and launch["stack_id"], launch
    assert launch["problem"]["permission"] == "cloudformation:DescribeStackEvents"
    assert "not followed any more" in launch["problem"]["detail"]
    engine.faults([])
    launch = await deleted(call, launch["id"])
    assert launch["state"] == "deleted" and proven(launch), launch


async def test_what_is_refused_makes_nothing(
    call: Call, local: tuple[str, str], stacks: Any, jp_serverapp: Any
) -> None:
    wrong = [
        request("no_name"),
        request("ok", parameters={"WithNotebook": "perhaps"}),
        request("ok", parameters={"Nothing": "1"}),
        request("ok", role="arn:aws:iam::1:role/x"),
        request("ok", solution="document-understanding"),
        request("ok", solution="purchase-modeling"),
        request("ok", solution="none-such"),
        {**request("ok"), "region": "../etc"},
    ]
    for body in wrong:
        refused = await call("POST", "jumpstart/solution-launches", body)
        assert 400 <= refused.status < 502 and refused.json["title"], (body, refused.json)
        assert refused.status != 500
    assert (await call("GET", "jumpstart/solution-launches")).json == []
    for id in ("solution-0123456789abcdef", "..%2f..%2fetc"):
        assert (await call("GET", f"jumpstart/solution-launches/{id}")).status == 404
        assert (await call("POST", f"jumpstart/solution-launches/{id}/delete")).status == 404
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    only = Services(lambda schema, data: None, services.home, read_only=["local"])
    jp_serverapp.web_app.settings["smext"] = only
    refused = await call("POST", "jumpstart/solution-launches", request("read-only"))
    assert refused.status == 403, refused.json
    assert stacks.describe_stacks()["Stacks"] == []


async def test_its_files_are_copied_and_never_over_others(
    call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    body = {**PLACE, "solution": CHURN, "folder": "churn"}
    copied = (await call("POST", "jumpstart/solution-files", body)).json
    assert copied["notebook"] == "churn/churn_prediction.ipynb" and copied["kept"] == []
    assert {each.name for each in (jp_root_dir / "churn").iterdir()} == {
        Path(each).name for each in copied["files"]
    }
    document = json.loads((jp_root_dir / copied["notebook"]).read_text())
    assert document["cells"][0]["cell_type"] == "markdown"
    (jp_root_dir / "churn" / "customers.py").write_text("mine")
    (jp_root_dir / "churn" / "ranking.py").unlink()
    again = (await call("POST", "jumpstart/solution-files", body)).json
    assert again["files"] == ["churn/ranking.py"] and len(again["kept"]) == 3
    assert (jp_root_dir / "churn" / "customers.py").read_text() == "mine"
    for folder in ("", "..", "../out", "a/b", ".hidden", "churn/../../out", "a\x00b"):
        refused = await call("POST", "jumpstart/solution-files", {**body, "folder": folder})
        assert refused.status == 404, (folder, refused.json)
    none = {**body, "solution": "document-understanding"}
    assert (await call("POST", "jumpstart/solution-files", none)).status == 404


async def test_its_notebook_works_from_here_with_what_a_stack_made(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    launch = await settled(call, (await begun(call, request("from-here")))["id"])
    body = {**PLACE, "solution": CHURN, "folder": "here", "launch": launch["id"]}
    other = {**body, "solution": "local-fraud-detection"}
    assert (await call("POST", "jumpstart/solution-files", other)).status == 409
    assert not (jp_root_dir / "here").exists()
    copied = (await call("POST", "jumpstart/solution-files", body)).json
    outputs = {each["key"]: each["value"] for each in launch["outputs"]}
    folder = jp_root_dir / "here"
    told = json.loads((folder / "stack.json").read_text())
    assert told == {**outputs, "StackName": "from-here", "Region": REGION}
    content = (jp_root_dir / copied["notebook"]).read_bytes()
    printed = await asyncio.to_thread(run, content, folder, engine.environment())
    assert f"s3://{outputs['BucketName']}/whom-to-call.csv" in printed
    gone = await deleted(call, launch["id"], empty_buckets=True)
    assert gone["state"] == "deleted" and proven(gone), gone
    refused = await call("POST", "jumpstart/solution-files", {**body, "folder": "later"})
    assert refused.status == 409, refused.json


async def test_each_state_is_told(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any
) -> None:
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 2}])
    services = jp_serverapp.web_app.settings["smext"]
    told: list[SolutionLaunch] = []
    launches = services.solution_launches()
    tell = launches._tell
    launches._tell = lambda launch: (told.append(launch), tell(launch))[1]
    id = (await begun(call, request("told")))["id"]
    await settled(call, id)
    revs = [each.rev for each in told]
    assert revs == sorted(set(revs)) and told[-1].state == "created"
    # Its events are told while it is being made.
    assert any(each.events and each.state == "creating" and each.note for each in told)


SECRETIVE = """
Parameters:
  Password: {Type: String, NoEcho: true, MinLength: 4}
  Owner: {Type: String, Default: me}
Resources:
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
  Emptied:
    Type: AWS::S3::Bucket
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties:
      ModelPackageGroupName: secretive
      ModelPackageGroupDescription: !Ref Password
Outputs:
  Kept: {Value: !Ref Kept}
  Emptied: {Value: !Ref Emptied}
"""


async def test_hidden_values_are_not_kept_and_retained_buckets_not_emptied(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solution = shipped(REGION)[0]
    monkeypatch.setattr(
        SolutionPages,
        "template",
        lambda self, *of: SolutionTemplate(solution, None, parse(SECRETIVE), None),
    )
    role = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
    given = {"Password": "hunter2", "Owner": "you"}
    body = request("secretive", parameters=given, role=role)
    launch = await settled(call, (await begun(call, body))["id"])
    assert launch["state"] == "created", launch
    assert launch["request"]["parameters"] == {"Owner": "you"}
    home = jp_serverapp.web_app.settings["smext"].home
    journal = (home / "jumpstart" / "solutions" / f"{launch['id']}.json").read_text()
    assert "hunter2" not in journal and "hunter2" not in json.dumps(launch)
    sagemaker = engine.client("sagemaker")
    group = sagemaker.describe_model_package_group(ModelPackageGroupName="secretive")
    assert group["ModelPackageGroupDescription"] == "hunter2"

    found = engine.client("cloudformation").describe_stacks(StackName="secretive")["Stacks"][0]
    assert found["RoleARN"] == role

    outputs = {each["key"]: each["value"] for each in launch["outputs"]}
    s3 = engine.client("s3")
    for bucket in outputs.values():
        for number in range(3):
            s3.put_object(Bucket=bucket, Key=f"{number}", Body=b"x")
    gone = await deleted(call, launch["id"], empty_buckets=True)
    assert gone["state"] == "deleted" and proven(gone), gone
    assert gone["deletion"]["emptied"] == [outputs["Emptied"]]
    assert gone["deletion"]["retained"] == [f"Kept ({outputs['Kept']})"]
    assert s3.list_objects_v2(Bucket=outputs["Kept"])["KeyCount"] == 3
    for number in range(3):
        s3.delete_object(Bucket=outputs["Kept"], Key=f"{number}")
    s3.delete_bucket(Bucket=outputs["Kept"])


async def test_without_a_journal_nothing_is_begun(
    call: Call, local: tuple[str, str], jp_serverapp: Any, stacks: Any
) -> None:
    home = jp_serverapp.web_app.settings["smext"].home
    (home / "jumpstart").mkdir(parents=True, exist_ok=True)
    (home / "jumpstart" / "solutions").write_text("in its place")
    refused = await call("POST", "jumpstart/solution-launches", request("unkept"))
    assert refused.status == 502 and "could not be read or written" in refused.json["title"]
    assert stacks.describe_stacks()["Stacks"] == []
    assert (await call("GET", "jumpstart/solution-launches")).json == []
