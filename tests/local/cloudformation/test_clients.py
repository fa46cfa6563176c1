"""The AWS CLI makes, waits for and deletes stacks as on AWS; its `deploy` by change sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.cloudformation.stack import QUICK, TestedStack
from tests.local.cloudformation.test_stacks import CAPABLE, HOSTING, empty, refused
from tests.local.test_clients import answer, aws
from tests.local_engine import RunningEngine


@pytest.fixture
def template(tmp_path: Path) -> str:
    """The path of a template."""
    path = tmp_path / "hosting.yaml"
    path.write_text(HOSTING)
    return str(path)


#: Made before the CLI looks first: after that it looks every 30 seconds.
SMALL = """
Parameters: {Workers: {Type: Number}}
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties: {PrimaryContainer: {Image: i, Environment: {WORKERS: !Ref Workers}}}
"""


def test_the_cli_deploys_and_deletes(engine: RunningEngine, template: str, tmp_path: Path) -> None:
    deploy = ("cloudformation", "deploy", "--stack-name", "cli", "--template-file")
    refusal = aws(engine, *deploy, template)
    assert refusal.returncode != 0 and "CAPABILITY_IAM" in refusal.stderr
    small = tmp_path / "small.yaml"
    small.write_text(SMALL)
    with_workers = (*deploy, str(small), "--parameter-overrides")
    done = aws(engine, *with_workers, "Workers=2")
    assert done.returncode == 0, done.stderr
    assert "Successfully created/updated stack - cli" in done.stdout
    (stack,) = answer(engine, "cloudformation", "describe-stacks", "--stack-name", "cli")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Parameters"] == [{"ParameterKey": "Workers", "ParameterValue": "2"}]
    # Deployed again as it is, nothing is to change; another value needs AWS.
    again = aws(engine, *with_workers, "Workers=2")
    assert "No changes to deploy" in again.stdout + again.stderr
    other = aws(engine, *with_workers, "Workers=3")
    assert other.returncode != 0 and "A change of a stack needs AWS" in other.stderr
    answer(engine, "cloudformation", "delete-stack", "--stack-name", "cli")
    waited = aws(engine, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "cli")
    assert waited.returncode == 0, waited.stderr
    assert empty(engine)


def test_the_cli_validates_a_template(engine: RunningEngine, template: str, tmp_path: Path) -> None:
    found = answer(
        engine, "cloudformation", "validate-template", "--template-body", f"file://{template}"
    )
    assert {one["ParameterKey"] for one in found["Parameters"]} == {"Instances", "Size", "Token"}
    broken = tmp_path / "broken.yaml"
    broken.write_text("Resources: {A: {Type: [}}")
    refusal = aws(
        engine, "cloudformation", "validate-template", "--template-body", f"file://{broken}"
    )
    assert "(ValidationError)" in refusal.stderr and "YAML not well-formed" in refusal.stderr


def change_set(engine: RunningEngine, name: str = "first", **more: Any) -> dict[str, Any]:
    given = {"TemplateBody": HOSTING, "ChangeSetType": "CREATE", **CAPABLE, **more}
    client = engine.client("cloudformation")
    made: dict[str, Any] = client.create_change_set(
        StackName="reviewed", ChangeSetName=name, **given
    )
    return made


def test_a_change_set_makes_what_it_shows(engine: RunningEngine) -> None:
    client = engine.client("cloudformation")
    made = change_set(engine)
    stack = TestedStack(engine, made["StackId"])
    assert stack.detail["StackStatus"] == "REVIEW_IN_PROGRESS" and empty(engine)
    shown = client.describe_change_set(ChangeSetName=made["Id"])
    assert shown["Status"] == "CREATE_COMPLETE" and shown["ExecutionStatus"] == "AVAILABLE"
    changes = [one["ResourceChange"] for one in shown["Changes"]]
    assert [(one["Action"], one["LogicalResourceId"]) for one in changes] == [
        ("Add", name) for name in ("Bucket", "Role", "Model", "Config")
    ]
    assert {"ParameterKey": "Token", "ParameterValue": "****"} in shown["Parameters"]
    with pytest.raises(ClientError, match="already exists"):
        change_set(engine)
    second = change_set(engine, "second")
    assert second["StackId"] == stack.id
    client.delete_change_set(ChangeSetName=second["Id"])
    listed = client.list_change_sets(StackName="reviewed")["Summaries"]
    assert [one["ChangeSetName"] for one in listed] == ["first"]
    client.execute_change_set(ChangeSetName="first", StackName="reviewed")
    client.get_waiter("stack_create_complete").wait(StackName=stack.id, WaiterConfig=QUICK)
    code, _ = refused(client.execute_change_set, ChangeSetName=made["Id"])
    assert code == "InvalidChangeSetStatus"
    assert stack.delete() == "DELETE_COMPLETE"
    assert empty(engine)


def test_a_stack_in_review_is_deleted_with_its_change_sets(engine: RunningEngine) -> None:
    client = engine.client("cloudformation")
    stack = TestedStack(engine, change_set(engine)["StackId"])
    assert stack.delete() == "DELETE_COMPLETE"
    words = refused(client.describe_change_set, ChangeSetName="no", StackName=stack.id)
    assert words == ("ChangeSetNotFound", "ChangeSet [no] does not exist")
    update = {"ChangeSetType": "UPDATE"}
    with pytest.raises(ClientError, match=r"Stack \[reviewed\] does not exist"):
        change_set(engine, **update)


def test_events_are_paged(engine: RunningEngine) -> None:
    buckets = {f"B{n}": {"Type": "AWS::S3::Bucket"} for n in range(40)}
    client = engine.client("cloudformation")
    body = json.dumps({"Resources": buckets})
    stack = TestedStack(engine, client.create_stack(StackName="many", TemplateBody=body)["StackId"])
    assert stack.wait() == "CREATE_COMPLETE"
    assert len(stack.events()) == 40 * 3 + 2
    with pytest.raises(ClientError, match="NextToken"):
        client.describe_stack_events(StackName="many", NextToken="x")
    summaries = client.get_paginator("list_stack_resources").paginate(StackName="many")
    names = [
        one["LogicalResourceId"] for page in summaries for one in page["StackResourceSummaries"]
    ]
    assert names == list(buckets)
    assert stack.delete() == "DELETE_COMPLETE"
    assert empty(engine)
