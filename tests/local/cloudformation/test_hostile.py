"""Templates that were right and are spoiled at random places: each is refused, fails or is made.

Whatever becomes of one, the engine has no failure of its own, and nothing is left when it is gone.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.services.cloudformation.template_text import read
from tests.local.cloudformation.stack import TestedStack
from tests.local.cloudformation.test_moto_stacks import FUNCTIONS
from tests.local.cloudformation.test_stacks import HOSTING, empty
from tests.local_engine import RunningEngine

#: One of each type that the others have not.
TYPES = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /a/
      AssumeRolePolicyDocument: {Statement: {Effect: Allow}}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSageMakerFullAccess]
      Policies: [{PolicyName: p, PolicyDocument: {Statement: {Effect: Allow}}}]
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: {Effect: Allow}}, Roles: [!Ref Role]}
  Inline:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: b, PolicyDocument: {Statement: {Effect: Allow}}, Roles: [!Ref Role]}
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {Tags: [{Key: a, Value: b}]}}
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {Statement: {Effect: Allow, Principal: '*'}}
  Group: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: 7}}
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      DomainName: d
      AuthMode: IAM
      DefaultUserSettings: {ExecutionRole: !GetAtt Role.Arn}
      SubnetIds: [subnet-1]
      VpcId: vpc-1
  User:
    Type: AWS::SageMaker::UserProfile
    Properties: {DomainId: !Ref Domain, UserProfileName: u}
  Pipeline:
    Type: AWS::SageMaker::Pipeline
    Properties:
      PipelineName: p
      RoleArn: !GetAtt Role.Arn
      PipelineDefinition: {PipelineDefinitionBody: '{}'}
  Image:
    Type: AWS::SageMaker::Image
    Properties: {ImageName: i, ImageRoleArn: !GetAtt Role.Arn}
  Config:
    Type: AWS::SageMaker::NotebookInstanceLifecycleConfig
    Properties: {OnStart: [{Content: !Base64 hi}]}
  Group2: {Type: 'AWS::SageMaker::ModelPackageGroup', Properties: {ModelPackageGroupName: g}}
"""
VALUES: list[Any] = [
    *("", 0, -1, 1.5, True, [], {}, ["a"], {"a": 1}, "x" * 300, "\u00e9", 10**30, "-"),
    *({"Ref": "Bucket"}, {"Ref": "AWS::NoValue"}, {"Ref": "AWS::StackName"}, {"Ref": ""}),
    *({"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::GetAtt": "A."}, {"Fn::If": ["Large", 1, 2]}),
    *({"Fn::Join": ["", []]}, {"Fn::Sub": "${"}, {"Fn::Sub": "${}"}),
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    within = range(len(value)) if isinstance(value, list) else value
    for key in within if isinstance(value, dict | list) else ():
        yield from paths(value[key], (*path, key))


def spoiled(template: Any, rng: random.Random) -> str:
    changed = copy.deepcopy(template)
    for _ in range(rng.choice((1, 1, 2))):
        *way, last = rng.choice([*paths(changed)] or [("Resources",)])
        holder = changed
        for key in way:
            holder = holder[key]
        if isinstance(holder, dict) and rng.random() < 0.25:
            del holder[last]
        elif isinstance(holder, dict) and rng.random() < 0.15:
            holder["Extra"] = rng.choice(VALUES)
        else:
            holder[last] = copy.deepcopy(rng.choice(VALUES))
    return json.dumps(changed)


@pytest.mark.parametrize("seed", range(3))
def test_a_spoiled_template_spoils_nothing(engine: RunningEngine, seed: int) -> None:
    rng = random.Random(seed)
    client = engine.client("cloudformation")
    templates = [read(text) for text in (HOSTING, FUNCTIONS, TYPES)]
    ends: set[str] = set()
    for _ in range(40):
        body = spoiled(rng.choice(templates), rng)
        try:
            made = client.create_stack(
                StackName="spoiled", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
            )
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("ValidationError", "UnsupportedOperation")
            ends.add("refused")
            continue
        stack = TestedStack(engine, made["StackId"])
        ends.add(stack.settled())
        assert stack.delete() == "DELETE_COMPLETE", body
        reasons = [why for _, _, why in stack.events() if "InternalFailure" in why]
        assert not reasons, (reasons, body)
    assert ends == {"refused", "CREATE_COMPLETE", "ROLLBACK_COMPLETE"}
    assert empty(engine)
    sagemaker = engine.client("sagemaker")
    assert not sagemaker.list_domains()["Domains"] and not sagemaker.list_images()["Images"]
    assert not engine.client("logs").describe_log_groups()["logGroups"]
