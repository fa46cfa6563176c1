"""Solutions' stacks in trouble: stacks inside, quotas, throttles, what is not deleted at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from jupyter_smext.jumpstart import solution_run, stack_deletion, stack_follower
from jupyter_smext.jumpstart.solution_pages import SolutionPages, SolutionTemplate
from jupyter_smext.jumpstart.solution_table import shipped
from jupyter_smext.jumpstart.stack_template import parse
from jupyter_smext.jumpstart.stacks import Stacks
from jupyter_smext.lifecycle.task_journals import TaskJournals
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .killing import once_each
from .test_solutions import (
    begun,
    deleted,
    nothing_is_left,
    proven,
    request,
    settled,
    until,
)

pytest_plugins = ("tests.local_engine", "tests.smext_server")

__all__ = ["nothing_is_left"]

INSIDE = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Kept: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}
"""
GROUP = """
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties: {ModelPackageGroupName: !Ref AWS::StackName}
"""
ENDPOINT = """
  Model:
    Type: AWS::SageMaker::Model
    Properties: {PrimaryContainer: {Image: i}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - VariantName: all
          InitialInstanceCount: 1
          InitialVariantWeight: 1
          InstanceType: ml.m5.large
          ModelName: !GetAtt Model.ModelName
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties: {EndpointConfigName: !GetAtt Config.EndpointConfigName}
"""
CALLS = """
  CreateStack DescribeStacks DescribeStackEvents ListStackResources GetTemplate DeleteStack
  ListObjectVersions DeleteObjects
""".split()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (solution_run, stack_deletion, stack_follower):
        monkeypatch.setattr(module, "FIRST_LOOK", 0.02)
    once_each(monkeypatch)


@pytest.fixture
def launched(
    call: Call, local: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Begin a stack of a template of one's own; the launch."""

    async def launch(name: str, template: str, **more: Any) -> dict[str, Any]:
        own = SolutionTemplate(shipped(REGION)[0], None, parse(template), None)
        monkeypatch.setattr(SolutionPages, "template", lambda self, *of: own)
        may = ["CAPABILITY_NAMED_IAM"]
        return await begun(call, request(name, parameters={}, capabilities=may, **more))

    return launch


@pytest.fixture
def nested(engine: RunningEngine) -> Iterator[Callable[[str], str]]:
    """A stack whose stack inside is of that template."""
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="templates")

    def of(inside: str) -> str:
        s3.put_object(Bucket="templates", Key="inside.yaml", Body=inside.encode())
        return f"""
Resources:
  Inside:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: "{engine.url}/templates/inside.yaml"}}
"""

    yield of
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
            s3.delete_object(Bucket=bucket["Name"], Key=each["Key"])
        s3.delete_bucket(Bucket=bucket["Name"])


def by_name(resources: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in resources}


async def test_what_is_in_a_stack_inside_is_emptied_deleted_and_proved(
    call: Call, engine: RunningEngine, launched: Any, nested: Any
) -> None:
    launch = await settled(call, (await launched("outer", nested(INSIDE)))["id"])
    assert launch["state"] == "created", launch
    made = by_name(launch["resources"])
    assert list(made) == ["Inside", "Inside/Bucket", "Inside/Kept"]
    bucket, kept = made["Inside/Bucket"]["physical"], made["Inside/Kept"]["physical"]
    s3 = engine.client("s3")
    for one in (bucket, kept):
        s3.put_object(Bucket=one, Key="mine", Body=b"1")

    # Of what stays AWS's own reason is told, and the way on.
    stays = await deleted(call, launch["id"])
    assert stays["state"] == "not deleted" and not stays["deletion"]["proven"], stays
    assert stays["problem"]["detail"].startswith("Inside/Bucket: "), stays["problem"]
    assert "not empty" in stays["problem"]["detail"] and "emptied" in stays["problem"]["next"]

    gone = await deleted(call, launch["id"], empty_buckets=True)
    assert gone["state"] == "deleted" and proven(gone), gone
    assert gone["deletion"]["emptied"] == [bucket]
    assert gone["deletion"]["retained"] == [f"Inside/Kept ({kept})"]
    states = {name: each["status"] for name, each in by_name(gone["resources"]).items()}
    assert states == {
        "Inside": "DELETE_COMPLETE",
        "Inside/Bucket": "DELETE_COMPLETE",
        "Inside/Kept": "DELETE_SKIPPED",
    }
    assert s3.list_objects_v2(Bucket=kept)["KeyCount"] == 1


@pytest.mark.parametrize("keep", [False, True], ids=["deleted", "kept"])
async def test_why_a_stack_inside_failed(
    call: Call, engine: RunningEngine, launched: Any, nested: Any, keep: bool
) -> None:
    engine.faults([{"kind": "denied", "operation": "CreateModelPackageGroup"}])
    # What is inside needs the bucket first: it fails half-way.
    inside = nested(
        f"{INSIDE.replace(', DeletionPolicy: Retain', '')}{GROUP}    DependsOn: Bucket\n"
    )
    launch = await settled(call, (await launched("outer", inside, keep_failed=keep))["id"])
    assert launch["state"] == "failed", launch
    said = launch["problem"]
    assert said["title"] == "The stack outer could not be made: Group failed"
    assert "AWS::SageMaker::ModelPackageGroup: " in said["detail"]
    assert "not authorized" in said["detail"], said
    if keep:
        assert launch["deletion"] is None
        assert by_name(launch["resources"])["Inside"]["status"] == "CREATE_FAILED"
        engine.faults([])
        launch = await deleted(call, launch["id"])
    assert proven(launch), launch
    assert [each["Name"] for each in engine.client("s3").list_buckets()["Buckets"]] == ["templates"]


async def test_a_quota_refused_is_said_and_nothing_is_left(
    call: Call, engine: RunningEngine, launched: Any
) -> None:
    engine.faults([{"kind": "quota", "noun": "Endpoint", "instance_type": "ml.m5.large"}])
    launch = await settled(call, (await launched("too-many", f"Resources:{ENDPOINT}"))["id"])
    assert launch["state"] == "failed" and proven(launch), launch
    assert launch["problem"]["title"].endswith("Endpoint failed")
    assert "ml.m5.large" in launch["problem"]["detail"], launch["problem"]
    sagemaker = engine.client("sagemaker")
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []


@pytest.mark.parametrize("kind", ["throttle", "error500", "truncated"])
async def test_each_call_may_be_refused_for_a_while(
    call: Call, engine: RunningEngine, launched: Any, kind: str
) -> None:
    template = f"Resources:\n  Bucket: {{Type: AWS::S3::Bucket}}{GROUP}"
    launch = await launched(f"slowed-{kind}", template)
    engine.faults([{"kind": kind, "operation": each, "times": 2} for each in CALLS])
    launch = await settled(call, launch["id"])
    assert launch["state"] == "created" and launch["problem"] is None, launch
    stacks = engine.client("cloudformation")
    engine.faults([])
    assert len(stacks.describe_stacks()["Stacks"]) == 1
    bucket = by_name(launch["resources"])["Bucket"]["physical"]
    engine.client("s3").put_object(Bucket=bucket, Key="mine", Body=b"1")
    engine.faults([{"kind": kind, "operation": each, "times": 2} for each in CALLS])
    launch = await deleted(call, launch["id"], empty_buckets=True)
    assert launch["state"] == "deleted" and proven(launch), launch
    engine.faults([])
    assert stacks.describe_stacks()["Stacks"] == [] == engine.client("s3").list_buckets()["Buckets"]


async def test_what_aws_refuses_to_delete_is_named_and_deleted_once_it_does_not(
    call: Call, engine: RunningEngine, launched: Any
) -> None:
    launch = await settled(call, (await launched("stays", f"Resources:{GROUP}"))["id"])
    engine.faults([{"kind": "denied", "operation": "DeleteModelPackageGroup"}])
    stays = await deleted(call, launch["id"])
    assert stays["state"] == "not deleted" and stays["status"] == "DELETE_FAILED", stays
    assert stays["problem"]["detail"].startswith("Group: ") and not stays["deletion"]["proven"]
    again = await deleted(call, launch["id"])
    assert again["state"] == "not deleted" and again["rev"] > stays["rev"], again
    engine.faults([])
    gone = await deleted(call, launch["id"])
    assert gone["state"] == "deleted" and gone["problem"] is None and proven(gone), gone


async def test_a_deletion_asked_for_as_it_fails_is_not_lost(
    call: Call, engine: RunningEngine, launched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end as failed is being written when somebody has it deleted."""
    engine.faults([{"kind": "denied", "operation": "DescribeStackEvents"}])
    asks: list[asyncio.Future[Any]] = []
    loop = asyncio.get_running_loop()
    write = TaskJournals.write

    def slow(self: Any, record: Any) -> None:
        if record.launch.state == "failed" and not asks:
            path = f"jumpstart/solution-launches/{record.id}/delete"
            engine.faults([])
            asks.append(asyncio.run_coroutine_threadsafe(call("POST", path), loop))
            # The deletion waits for this write, or has written before it.
        write(self, record)

    monkeypatch.setattr(TaskJournals, "write", slow)
    launch = await launched("raced", f"Resources:{GROUP}")
    launch = await until(call, launch["id"], lambda now: now["state"] == "deleted")
    assert proven(launch) and engine.client("cloudformation").describe_stacks()["Stacks"] == []


@mock_aws
def test_all_versions_of_a_bucket_are_deleted() -> None:
    """Beside moto: the local engine keeps no versions."""

    class Sessions:
        def client(self, connection: str, region: str, service: str) -> Any:
            return boto3.client(service, region, aws_access_key_id="a", aws_secret_access_key="b")

    s3 = Sessions().client("me", REGION, "s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        for key in ("a", "b/../c", "d\nﬀ"):
            s3.put_object(Bucket="versioned", Key=key, Body=str(number).encode())
    s3.delete_object(Bucket="versioned", Key="a")
    found = Stacks(Sessions(), "me", REGION)  # type: ignore[arg-type]
    assert found.empty("versioned") == 10
    s3.delete_bucket(Bucket="versioned")
    assert found.empty("versioned") == 0
