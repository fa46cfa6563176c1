"""moto's CloudFormation, written by others, is asked the same; AWS's words decide differences.

The table names what of AWS's documentation the engine follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from moto import mock_aws

from tests.local import beside_moto
from tests.local.beside_moto import Outcome
from tests.local.cloudformation.stack import QUICK
from tests.local_engine import RunningEngine

Steps = Iterator[tuple[str, Outcome]]

ACCOUNT, MOTOS = "000000000000", "123456789012"
#: moto runs in this process, and so do its failures.
CRASHES = (AttributeError, IndexError, KeyError, NotImplementedError, TypeError, ValueError)

#: One output for each function; the bucket and the role have names, so that nothing differs.
FUNCTIONS = """
Parameters:
  Stage: {Type: String, Default: prod}
  Names: {Type: CommaDelimitedList, Default: 'a,b,c'}
  Count: {Type: Number, Default: 3}
Mappings:
  Sizes: {prod: {Type: ml.m5.large}, dev: {Type: ml.t3.medium}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Three: !Equals [!Ref Count, '3']
  Both: !And [!Condition Prod, !Condition Three]
  Neither: !Not [!Or [!Condition Prod, !Condition Three]]
Resources:
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'functions-${Stage}'}}
  Left: {Type: 'AWS::S3::Bucket', Condition: Neither}
  Role:
    Type: AWS::IAM::Role
    DependsOn: Bucket
    Properties:
      RoleName: functions
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: {Effect: Allow, Action: x}}
Outputs:
  Ref: {Value: !Ref Bucket, Description: The bucket}
  GetAtt: {Value: !GetAtt Bucket.Arn}
  Role: {Value: !GetAtt Role.Arn}
  Domain: {Value: !GetAtt Bucket.DomainName}
  Sub: {Value: !Sub 'arn:${AWS::Partition}:x:${AWS::Region}:${AWS::AccountId}:${Bucket}/${!Y}'}
  SubOwn: {Value: !Sub ['${A}-${Stage}', {A: !Ref Count}]}
  SubArn: {Value: !Sub '${Bucket.Arn}/*'}
  Join: {Value: !Join ['+', [x, !Ref Stage, !Select [1, !Ref Names]]]}
  Split: {Value: !Join ['/', !Split ['-', a-b-c]]}
  Map: {Value: !FindInMap [Sizes, !Ref Stage, Type]}
  If: {Value: !If [Both, both, other]}
  IfNot: {Value: !If [Neither, neither, some]}
  Base64: {Value: {'Fn::Base64': !Sub 'hi ${Stage}'}}
  Number: {Value: !Ref Count}
  Out: {Value: x, Export: {Name: !Sub '${AWS::StackName}-x'}}
  Never: {Value: y, Condition: Neither}
"""
IMPORTS = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub ['i-${X}', {X: !ImportValue functions-x}]}
Outputs:
  Name: {Value: !Ref Bucket}
"""
SMALL = "Resources: {B: {Type: 'AWS::S3::Bucket', Properties: {BucketName: small-one}}}"
NAMED = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}

#: What moto does otherwise, and what of AWS's documentation says the engine's way.
WHY = {
    "list imports": "ListImports, which moto does not have",
    "no update": "UpdateStack: 'No updates are to be performed' is a ValidationError",
    "output If": "Parameters: the value of a Number is a text, as Fn::Equals compares it",
    "output IfNot": "Parameters: the value of a Number is a text, as Fn::Equals compares it",
    "output Join": "Fn::Select: a CommaDelimitedList is a list to select from",
    "outputs": "Outputs: one whose condition is false is not there",
    "resources": "Conditions: a resource whose condition is false is not made",
    "template": "GetTemplate: StagesAvailable",
    "unknown parameter": "Parameters: those that are not in the template are an error",
    "validate nothing": "Resources: the section is required, and has at least one member",
}
DIFFERENT = {("stacks", step): why for step, why in WHY.items()}


def ask(client: Any, operation: str, **parameters: Any) -> Outcome:
    """What came back: ("ok", answer), or ("error", code, status)."""
    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return ("error", error.response["Error"]["Code"], status)
    except CRASHES as crash:
        return ("crash", type(crash).__name__)
    return ("ok", plain(answer))


def plain(value: Any) -> Any:
    """An answer without what differs by nature: times, ids and accounts."""
    if isinstance(value, dict):
        shown = {
            name: plain(one)
            for name, one in value.items()
            if name not in ("ResponseMetadata", "CreationTime", "Timestamp", "DeletionTime")
        }
        return {name: one for name, one in shown.items() if one not in (None, "", [], {}, False)}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", value.replace(MOTOS, ACCOUNT))


def made(client: Any, name: str, template: str, **more: Any) -> Outcome:
    """What a stack is when it is made: its status and outputs by key."""
    outcome = ask(client, "create_stack", StackName=name, TemplateBody=template, **more)
    if outcome[0] != "ok":
        return outcome
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=QUICK)
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    outputs = {one["OutputKey"]: plain(one) for one in stack.get("Outputs", ())}
    return ("ok", stack["StackStatus"], outputs)


def stacks(client: Any) -> Steps:
    status, *rest = made(client, "functions", FUNCTIONS, **NAMED)
    yield "functions", (status, rest[0])
    outputs = rest[1]
    yield "outputs", tuple(outputs)
    for key in sorted(outputs.keys() - {"Never"}):
        yield f"output {key}", outputs[key]
    yield "imports", made(client, "imports", IMPORTS)
    yield "exports", ask(client, "list_exports")
    yield "list imports", ask(client, "list_imports", ExportName="functions-x")
    yield "taken", ask(client, "create_stack", StackName="functions", TemplateBody=SMALL)
    wrong = [{"ParameterKey": "No", "ParameterValue": "x"}]
    yield (
        "unknown parameter",
        ask(client, "create_stack", StackName="x", TemplateBody=SMALL, Parameters=wrong),
    )
    yield "no stack", ask(client, "describe_stacks", StackName="none")
    yield "no stack's events", ask(client, "describe_stack_events", StackName="none")
    yield "no stack's template", ask(client, "get_template", StackName="none")
    yield "delete no stack", ask(client, "delete_stack", StackName="none")
    yield "template", ask(client, "get_template", StackName="imports")
    found = client.describe_stack_resources(StackName="functions")["StackResources"]
    yield (
        "resources",
        {
            (one["LogicalResourceId"], one["PhysicalResourceId"], one["ResourceStatus"])
            for one in found
        },
    )
    yield "validate", ask(client, "validate_template", TemplateBody=SMALL)
    yield "validate nothing", ask(client, "validate_template", TemplateBody="Resources: {}")
    yield "validate no YAML", ask(client, "validate_template", TemplateBody="A: [")
    yield "no update", ask(client, "update_stack", StackName="imports", TemplateBody=IMPORTS)
    for name in ("imports", "functions"):
        yield f"delete {name}", ask(client, "delete_stack", StackName=name)
        client.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=QUICK)
    yield "no exports", ask(client, "list_exports")


def outcomes(client: Any) -> dict[tuple[str, str], Outcome]:
    return {("stacks", step): outcome for step, outcome in stacks(client)}


def test_moto_agrees_where_aws_does(fresh_engine: RunningEngine) -> None:
    with mock_aws():
        of_moto = outcomes(beside_moto.client("cloudformation"))
    of_engine = outcomes(fresh_engine.client("cloudformation"))
    beside_moto.compare(of_moto, of_engine, DIFFERENT, alike=20)
