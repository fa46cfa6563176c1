"""Stacks that fail, are given up or outlive the engine: each ends in a true state, with no rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.runners.supervision import process_table
from tests.local.cloudformation.stack import TestedStack, make
from tests.local.cloudformation.test_stacks import CAPABLE, HOSTING, empty, refused
from tests.local.endpoint_models import IMAGE, archive, invoke, put, wait_for
from tests.local_engine import RunningEngine

MODEL = "{Type: 'AWS::SageMaker::Model', Properties: {PrimaryContainer: {Image: i}}}"
BAD = "{Type: 'AWS::SageMaker::Model', Properties: {Colour: red, PrimaryContainer: {Image: i}}}"

ENDPOINT = f"""
Parameters:
  Data: {{Type: String}}
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        Image: {IMAGE}
        ModelDataUrl: !Ref Data
        Environment:
          SAGEMAKER_PROGRAM: inference.py
          SAGEMAKER_SUBMIT_DIRECTORY: /opt/ml/model/code
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
    Properties: {{EndpointConfigName: !GetAtt Config.EndpointConfigName}}
Outputs:
  Endpoint: {{Value: !GetAtt Endpoint.EndpointName}}
"""

SCALING = ENDPOINT.replace(
    "Outputs:",
    """
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: sagemaker
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      ResourceId: !Sub endpoint/${Endpoint.EndpointName}/variant/all
      MinCapacity: '1'
      MaxCapacity: 2
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: calls
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        TargetValue: '100'
        PredefinedMetricSpecification:
          PredefinedMetricType: SageMakerVariantInvocationsPerInstance
Outputs:""",
)

ECHO = """
def model_fn(model_dir):
    return "echo"

def input_fn(body, content_type):
    return body if isinstance(body, str) else body.decode()

def predict_fn(data, model):
    return f"{model} {data}"

def output_fn(prediction, accept):
    return prediction, "text/plain"
"""


@pytest.fixture
def data(fresh_engine: RunningEngine) -> str:
    """The URI of a model that answers."""
    fresh_engine.client("s3").create_bucket(Bucket="models")
    uri = "s3://models/model.tar.gz"
    put(fresh_engine.engine, uri, "", archive({"code/inference.py": ECHO}), "application/x-tar")
    return uri


@pytest.fixture
def engine(engine: RunningEngine) -> Iterator[RunningEngine]:
    """The module's engine, in which each test leaves nothing."""
    yield engine
    assert empty(engine)


def test_a_type_that_is_not_run_fails_with_the_reason_and_is_rolled_back(
    engine: RunningEngine,
) -> None:
    template = f"""
Resources:
  Bucket: {{Type: "AWS::S3::Bucket"}}
  Model: {MODEL}
  Function: {{Type: "AWS::Lambda::Function", DependsOn: [Bucket, Model]}}
  After: {{Type: "AWS::S3::Bucket", DependsOn: Function}}
"""
    stack = make(engine, template)
    assert stack.settled() == "ROLLBACK_COMPLETE"
    assert "AWS::Lambda::Function needs AWS" in stack.reason("Function")
    told = [(name, status) for name, status, _ in stack.events()]
    assert ("After", "CREATE_IN_PROGRESS") not in told
    assert (
        "one",
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Function]. Rollback requested by user.",
    ) in stack.events()
    assert {("Bucket", "DELETE_COMPLETE"), ("Model", "DELETE_COMPLETE")} <= set(told)
    assert empty(engine)
    assert stack.wait() == "ROLLBACK_COMPLETE"  # which the waiter calls a failure
    code, words = refused(stack.client.update_stack, StackName="one", TemplateBody=template)
    assert words == f"Stack:{stack.id} is in ROLLBACK_COMPLETE state and can not be updated."
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (BAD, "#: extraneous key [Colour] is not permitted"),
        ("{Type: 'AWS::SageMaker::Model'}", "Either PrimaryContainer or Containers must be given"),
        (
            "{Type: 'AWS::SageMaker::Endpoint', Properties: {EndpointConfigName: none}}",
            "Could not find endpoint configuration",
        ),
        (
            "{Type: 'AWS::SageMaker::InferenceComponent', Properties: {EndpointName: e}}",
            "needs AWS",
        ),
        (
            "{Type: 'AWS::S3::Bucket', Properties: {VersioningConfiguration: {Status: Enabled}}}",
            "The property VersioningConfiguration needs AWS",
        ),
        ("{Type: 'AWS::S3::Bucket', Properties: {BucketName: A_B}}", "bucket is not valid"),
        ("{Type: 'AWS::S3::Bucket', Properties: {Tags: [x]}}", "each tag must have a Key"),
        (
            "{Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}",
            "TemplateURL must be a supported URL.",
        ),
        (
            "{Type: 'AWS::S3::Bucket', Properties: {BucketName: !ImportValue nothing}}",
            "No export named nothing found.",
        ),
    ],
)
def test_a_resource_that_is_refused_says_why(
    engine: RunningEngine, resource: str, words: str
) -> None:
    stack = make(engine, f"Resources: {{Model: {MODEL}, A: {resource}}}", "refused")
    assert stack.settled() == "ROLLBACK_COMPLETE"
    assert words in stack.reason("A")
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"),
        ({"DisableRollback": True}, "CREATE_FAILED"),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE"),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE"),
    ],
)
def test_what_becomes_of_a_failure_is_the_callers_choice(
    engine: RunningEngine, wanted: dict[str, Any], status: str
) -> None:
    stack = make(engine, f"Resources: {{M: {MODEL}, B: {BAD}}}", "choice", **wanted)
    assert stack.settled() == status
    assert empty(engine) == (status != "CREATE_FAILED")
    assert stack.delete() == "DELETE_COMPLETE"


def test_an_operation_that_is_denied_half_way_leaves_nothing(engine: RunningEngine) -> None:
    engine.faults([{"kind": "denied", "operation": "CreateEndpointConfig"}])
    stack = make(engine, HOSTING, "denied", **CAPABLE)
    assert stack.settled() == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform: sagemaker:CreateEndpointConfig" in stack.reason("Config")
    assert empty(engine)
    assert stack.delete() == "DELETE_COMPLETE"


def test_outputs_that_cannot_be_told_fail_the_stack(engine: RunningEngine) -> None:
    first = make(
        engine,
        f"Resources: {{M: {MODEL}}}\nOutputs: {{O: {{Value: x, Export: {{Name: one}}}}}}",
        "first",
    )
    assert first.wait() == "CREATE_COMPLETE"
    for outputs, words in (
        ("{O: {Value: !Select [3, [a]]}}", "cannot select nonexistent value at index 3"),
        ("{O: {Value: [a]}}", "The Value of the output O must be a string"),
        (
            "{O: {Value: x, Export: {Name: one}}}",
            "Export with name one is already exported by stack first",
        ),
    ):
        stack = make(engine, f"Resources: {{M: {MODEL}}}\nOutputs: {outputs}", "outputs")
        assert stack.settled() == "ROLLBACK_COMPLETE"
        assert words in stack.reason("outputs", "ROLLBACK_IN_PROGRESS")
        assert stack.delete() == "DELETE_COMPLETE"
    assert first.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    "anyway", [{"RetainResources": ["Full"]}, {"DeletionMode": "FORCE_DELETE_STACK"}]
)
def test_a_bucket_with_something_in_it_is_not_deleted(
    engine: RunningEngine, anyway: dict[str, Any]
) -> None:
    template = 'Resources: {Full: {Type: "AWS::S3::Bucket"}, Empty: {Type: "AWS::S3::Bucket"}}'
    s3 = engine.client("s3")
    stack = make(engine, template, "full")
    assert stack.wait() == "CREATE_COMPLETE"
    bucket = stack.resource("Full")["PhysicalResourceId"]
    s3.put_object(Bucket=bucket, Key="mine", Body=b"x")
    client = stack.client
    words = "only when the stack is in the DELETE_FAILED state"
    assert words in refused(client.delete_stack, StackName="full", RetainResources=["Full"])[1]
    assert stack.delete() == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in stack.reason("Full", "DELETE_FAILED")
    assert stack.detail["StackStatusReason"].startswith(
        "The following resource(s) failed to delete: [Full]."
    )
    assert stack.resource("Empty")["ResourceStatus"] == "DELETE_COMPLETE"
    assert stack.delete(**anyway) == "DELETE_COMPLETE"
    assert stack.resource("Full")["ResourceStatus"] == "DELETE_SKIPPED"
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [bucket]
    s3.delete_object(Bucket=bucket, Key="mine")
    s3.delete_bucket(Bucket=bucket)


def test_what_is_to_be_retained_stays(engine: RunningEngine) -> None:
    kept = 'Kept: {Type: "AWS::S3::Bucket", DeletionPolicy: Retain}'
    also = 'Also: {Type: "AWS::S3::Bucket", DeletionPolicy: RetainExceptOnCreate}'
    s3 = engine.client("s3")

    def left() -> int:
        names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
        for name in names:
            s3.delete_bucket(Bucket=name)
        return len(names)

    stack = make(engine, f"Resources: {{{kept}, {also}}}", "kept")
    assert stack.wait() == "CREATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE" and left() == 2
    failing = f"Resources: {{{kept}, {also}, X: {{Type: None, DependsOn: [Kept, Also]}}}}"
    stack = make(engine, failing, "kept")
    assert stack.settled() == "ROLLBACK_COMPLETE" and left() == 1
    assert stack.delete() == "DELETE_COMPLETE"


def test_the_failure_of_a_nested_stack_is_its_parents(engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="t", Body=f"Resources: {{M: {MODEL}, B: {BAD}}}".encode())
    url = f"{engine.url}/templates/t"
    outer = f"""
Resources:
  Child: {{Type: "AWS::CloudFormation::Stack", Properties: {{TemplateURL: "{url}"}}}}
"""
    stack = make(engine, outer, "outer")
    assert stack.settled() == "ROLLBACK_COMPLETE"
    words = "was not successfully created: The following resource(s) failed to create: [B]."
    assert words in stack.reason("Child")
    child = TestedStack(engine, stack.resource("Child")["PhysicalResourceId"])
    assert child.detail["StackStatus"] == "DELETE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    s3.delete_object(Bucket="templates", Key="t")
    s3.delete_bucket(Bucket="templates")


def test_what_was_deleted_by_others_is_no_hindrance(engine: RunningEngine) -> None:
    stack = make(engine, HOSTING, "gone", **CAPABLE)
    assert stack.wait() == "CREATE_COMPLETE"
    sagemaker = engine.client("sagemaker")
    (model,) = sagemaker.list_models()["Models"]
    sagemaker.delete_model(ModelName=model["ModelName"])
    engine.client("s3").delete_bucket(Bucket=stack.outputs["Bucket"])
    assert stack.delete() == "DELETE_COMPLETE"


def test_an_endpoint_of_a_stack_answers_and_ends_with_it(
    fresh_engine: RunningEngine, data: str
) -> None:
    stack = make(fresh_engine, SCALING, parameters={"Data": data})
    assert stack.wait() == "CREATE_COMPLETE"
    scaling = fresh_engine.client("application-autoscaling")
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 100.0
    assert invoke(fresh_engine, stack.outputs["Endpoint"], "hi")["Body"] == b"echo hi"
    arn = stack.resource("Endpoint")["PhysicalResourceId"]
    assert [one for one in process_table.trees(psutil.Process().pid) if one.resource == arn]
    assert stack.delete() == "DELETE_COMPLETE"
    assert not [one for one in process_table.trees(psutil.Process().pid) if one.resource == arn]
    assert fresh_engine.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []


def test_a_notebook_instance_of_a_stack_runs_and_ends_with_it(fresh_engine: RunningEngine) -> None:
    template = """
Resources:
  Start:
    Type: AWS::SageMaker::NotebookInstanceLifecycleConfig
    Properties:
      OnStart:
        - Content:
            Fn::Base64: !Sub |
              #!/bin/bash
              echo ${AWS::StackName} > "$HOME/SageMaker/stack"
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/service-role/SageMakerLocalExecutionRole
      LifecycleConfigName: !GetAtt Start.NotebookInstanceLifecycleConfigName
      VolumeSizeInGB: '5'
Outputs:
  Notebook: {Value: !GetAtt Notebook.NotebookInstanceName}
"""
    stack = make(fresh_engine, template, "solution")
    assert stack.wait() == "CREATE_COMPLETE"
    name, sagemaker = stack.outputs["Notebook"], fresh_engine.client("sagemaker")
    found = sagemaker.describe_notebook_instance(NotebookInstanceName=name)
    assert found["NotebookInstanceStatus"] == "InService" and found["VolumeSizeInGB"] == 5
    (written,) = fresh_engine.home.rglob("SageMaker/stack")
    assert written.read_text() == "solution\n"
    assert stack.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_notebook_instances()["NotebookInstances"] == []
    assert not list(process_table.trees(psutil.Process().pid))


def test_an_endpoint_that_fails_is_taken_away_again(fresh_engine: RunningEngine) -> None:
    stack = make(fresh_engine, ENDPOINT, parameters={"Data": "s3://models/no.tar.gz"})
    fresh_engine.client("s3").create_bucket(Bucket="models")
    assert stack.settled() == "ROLLBACK_COMPLETE"
    assert "no.tar.gz" in stack.reason("Endpoint")
    sagemaker = fresh_engine.client("sagemaker")
    assert not sagemaker.list_endpoints()["Endpoints"] and not sagemaker.list_models()["Models"]


def creating(engine: RunningEngine, data: str, **more: Any) -> TestedStack:
    """A stack whose endpoint is Creating for as long as a fault holds it."""
    engine.faults([{"kind": "hang", "noun": "Endpoint", "status": "Creating"}])
    stack = make(engine, ENDPOINT, parameters={"Data": data}, **more)

    def begun() -> bool:
        try:
            return bool(stack.resource("Endpoint").get("PhysicalResourceId"))
        except ClientError:
            return False

    wait_for(begun)
    return stack


def test_a_stack_is_deleted_while_it_is_being_made(fresh_engine: RunningEngine, data: str) -> None:
    stack = creating(fresh_engine, data)
    stack.client.delete_stack(StackName=stack.id)
    assert stack.detail["StackStatus"] == "DELETE_IN_PROGRESS"
    fresh_engine.faults([])
    assert stack.wait("stack_delete_complete") == "DELETE_COMPLETE"
    assert stack.reason("Endpoint") == "Resource creation cancelled"
    sagemaker = fresh_engine.client("sagemaker")
    assert not sagemaker.list_endpoints()["Endpoints"] and not sagemaker.list_models()["Models"]
    assert not sagemaker.list_endpoint_configs()["EndpointConfigs"]


def test_a_stack_goes_on_after_a_restart(fresh_engine: RunningEngine, data: str) -> None:
    stack = creating(fresh_engine, data)
    fresh_engine.restart()
    assert stack.wait() == "CREATE_COMPLETE"
    assert invoke(fresh_engine, stack.outputs["Endpoint"], "again")["Body"] == b"echo again"
    stack.client.delete_stack(StackName=stack.id)
    fresh_engine.restart()
    assert stack.wait("stack_delete_complete") == "DELETE_COMPLETE"
    assert not fresh_engine.client("sagemaker").list_endpoints()["Endpoints"]


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_what_an_engine_asked_for_as_it_died_is_found_again(
    fresh_engine: RunningEngine, status: str
) -> None:
    names = ("Bucket", "Role", "Model", "Config")
    stack = make(fresh_engine, HOSTING, **CAPABLE)
    assert stack.wait() == "CREATE_COMPLETE"
    fresh_engine.stop()
    store = fresh_engine.store.__class__(fresh_engine.home / "state.db")
    key = stack.id.rpartition("/")[2]
    store.update("us-east-1", "Stack", key, {"StackStatus": status, "Outputs": None})
    for name in names:
        lost = {"PhysicalResourceId": "", "_identity": {}, "_attributes": {}}
        more = {"ResourceStatus": "CREATE_IN_PROGRESS"}
        store.update("us-east-1", "StackResource", f"{key}/{name}", {**lost, **more})
    store.close()
    fresh_engine.start()
    if status == "CREATE_IN_PROGRESS":
        assert stack.wait() == "CREATE_COMPLETE"
        assert len(fresh_engine.client("sagemaker").list_models()["Models"]) == 1
        assert len(fresh_engine.client("s3").list_buckets()["Buckets"]) == 1
        assert stack.delete() == "DELETE_COMPLETE"
    else:
        assert stack.settled() == "ROLLBACK_COMPLETE"
    assert empty(fresh_engine)


def test_a_stack_may_take_only_so_long(fresh_engine: RunningEngine, data: str) -> None:
    stack = creating(fresh_engine, data, TimeoutInMinutes=1)
    key = stack.id.rpartition("/")[2]
    fresh_engine.stop()
    store = fresh_engine.store.__class__(fresh_engine.home / "state.db")
    store.update("us-east-1", "Stack", key, {"CreationTime": time.time() - 61})
    store.close()
    fresh_engine.start()
    assert stack.settled() == "ROLLBACK_COMPLETE"
    words = "Stack creation time exceeded the specified timeout. Rollback requested by user."
    assert stack.reason("one", "ROLLBACK_IN_PROGRESS") == words
    assert not fresh_engine.client("sagemaker").list_endpoints()["Endpoints"]


def test_what_was_deleted_long_ago_is_forgotten(fresh_engine: RunningEngine) -> None:
    stack = make(fresh_engine, f"Resources: {{M: {MODEL}}}")
    assert stack.wait() == "CREATE_COMPLETE" and stack.delete() == "DELETE_COMPLETE"
    key = stack.id.rpartition("/")[2]
    fresh_engine.restart()
    assert stack.detail["StackStatus"] == "DELETE_COMPLETE"
    long_ago = {"DeletionTime": time.time() - 91 * 86400}
    fresh_engine.store.update("us-east-1", "Stack", key, long_ago)
    fresh_engine.restart()
    assert "does not exist" in refused(stack.client.describe_stacks, StackName=stack.id)[1]
    assert fresh_engine.store.under("us-east-1", "StackEvent", key) == []
