"""Stacks made through boto3: resources by the engine's own operations, events, outputs, no rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.cloudformation.stack import TestedStack, make
from tests.local_engine import RunningEngine

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}

HOSTING = """
AWSTemplateFormatVersion: 2010-09-09
Description: A model and how it is to be hosted
Parameters:
  Instances: {Type: Number, Default: 1, MinValue: 1, Description: How many}
  Size: {Type: String, Default: small, AllowedValues: [small, large]}
  Token: {Type: String, NoEcho: true, Default: s3cret}
Mappings:
  Sizes:
    small: {Type: ml.m5.large}
    large: {Type: ml.m5.xlarge}
Conditions:
  Large: !Equals [!Ref Size, large]
Resources:
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - VariantName: all
          InitialInstanceCount: !Ref Instances
          InitialVariantWeight: '0.5'
          InstanceType: !FindInMap [Sizes, !Ref Size, Type]
          ModelName: !GetAtt Model.ModelName
      DataCaptureConfig: !If
        - Large
        - CaptureOptions: [{CaptureMode: Input}]
          DestinationS3Uri: !Sub s3://${Bucket}/capture
          InitialSamplingPercentage: '100'
          EnableCapture: 'true'
        - !Ref AWS::NoValue
      Tags: [{Key: token, Value: !Ref Token}]
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      PrimaryContainer:
        Image: !Sub 683313688378.dkr.ecr.${AWS::Region}.amazonaws.com/sagemaker-scikit-learn:1.2-1
        ModelDataUrl: !Join ['', ['s3://', !Ref Bucket, /model.tar.gz]]
        Environment: {WORKERS: 2, TOKEN: !Ref Token}
  Bucket:
    Type: AWS::S3::Bucket
    Metadata: {Purpose: artifacts}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: sagemaker.amazonaws.com}
            Action: sts:AssumeRole
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSageMakerFullAccess]
      Policies:
        - PolicyName: bucket
          PolicyDocument:
            Version: 2012-10-17
            Statement: {Effect: Allow, Action: 's3:*', Resource: !Sub '${Bucket.Arn}/*'}
  Extra:
    Type: AWS::S3::Bucket
    Condition: Large
Outputs:
  Config: {Value: !GetAtt Config.EndpointConfigName, Description: To deploy}
  Extra: {Condition: Large, Value: !Ref Extra}
  Bucket:
    Value: !Ref Bucket
    Export: {Name: !Sub '${AWS::StackName}-bucket'}
"""
CAPABLE: dict[str, Any] = {"Capabilities": ["CAPABILITY_IAM"]}
MODEL = "{Type: 'AWS::SageMaker::Model', Properties: {PrimaryContainer: {Image: i}}}"


def empty(engine: RunningEngine, region: str = "us-east-1") -> bool:
    """Whether nothing is left that any stack of these tests made."""
    sagemaker = engine.client("sagemaker", region)
    roles = [one["RoleName"] for one in engine.client("iam").list_roles()["Roles"]]
    return not (
        sagemaker.list_models()["Models"]
        or sagemaker.list_endpoint_configs()["EndpointConfigs"]
        or engine.client("s3", region).list_buckets()["Buckets"]
        or roles != ["SageMakerLocalExecutionRole"]
        or engine.client("iam").list_policies(Scope="Local")["Policies"]
    )


def refused(function: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_stack_is_made_told_and_taken_away(engine: RunningEngine) -> None:
    stack = make(engine, HOSTING, **CAPABLE, Tags=[{"Key": "team", "Value": "one"}])
    assert stack.wait() == "CREATE_COMPLETE"
    sagemaker = engine.client("sagemaker")

    config = sagemaker.describe_endpoint_config(EndpointConfigName=stack.outputs["Config"])
    (variant,) = config["ProductionVariants"]
    assert variant["InitialInstanceCount"] == 1 and variant["InitialVariantWeight"] == 0.5
    assert variant["InstanceType"] == "ml.m5.large" and "DataCaptureConfig" not in config
    model = sagemaker.describe_model(ModelName=variant["ModelName"])
    bucket = stack.outputs["Bucket"]
    assert model["PrimaryContainer"]["ModelDataUrl"] == f"s3://{bucket}/model.tar.gz"
    assert model["PrimaryContainer"]["Environment"] == {"WORKERS": "2", "TOKEN": "s3cret"}
    role = model["ExecutionRoleArn"].rpartition("/")[2]
    iam = engine.client("iam")
    (attached,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert attached["PolicyName"] == "AmazonSageMakerFullAccess"
    inline = iam.get_role_policy(RoleName=role, PolicyName="bucket")["PolicyDocument"]
    assert inline["Statement"]["Resource"] == f"arn:aws:s3:::{bucket}/*"
    tags = sagemaker.list_tags(ResourceArn=config["EndpointConfigArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "aws:cloudformation:logical-id": "Config",
        "aws:cloudformation:stack-id": stack.id,
        "aws:cloudformation:stack-name": "one",
        "team": "one",
        "token": "s3cret",
    }

    shown = stack.detail
    assert shown["Description"] == "A model and how it is to be hosted"
    hidden = {one["ParameterKey"]: one["ParameterValue"] for one in shown["Parameters"]}
    assert hidden == {"Instances": "1", "Size": "small", "Token": "****"}
    assert shown["Tags"] == [{"Key": "team", "Value": "one"}]
    assert {one["OutputKey"] for one in shown["Outputs"]} == {"Config", "Bucket"}
    assert json.loads(stack.resource("Bucket")["Metadata"]) == {"Purpose": "artifacts"}
    assert stack.resource("Config")["PhysicalResourceId"] == config["EndpointConfigArn"]

    pages = stack.client.describe_stack_events(StackName=stack.id)["StackEvents"]
    told = [one for one in pages if one["LogicalResourceId"] == "Config"]
    assert "s3cret" not in json.dumps(pages, default=str)
    assert [one["ResourceStatus"] for one in told] == [
        "CREATE_COMPLETE",
        "CREATE_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
    ]
    order = [name for name, status, _ in stack.events() if status == "CREATE_COMPLETE"]
    assert order == ["Bucket", "Role", "Model", "Config", "one"]

    assert stack.delete() == "DELETE_COMPLETE"
    gone = [name for name, status, _ in stack.events() if status == "DELETE_COMPLETE"]
    assert gone == ["Config", "Model", "Role", "Bucket", "one"]
    assert empty(engine)
    # By its name it is not there any more; by its id it is told for 90 days.
    code, words = refused(stack.client.describe_stacks, StackName="one")
    assert (code, words) == ("ValidationError", "Stack with id one does not exist")
    assert stack.detail["DeletionTime"]
    listed = stack.client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert stack.id in {one["StackId"] for one in listed}


def test_a_condition_decides_what_is_made(engine: RunningEngine) -> None:
    region = "eu-west-1"
    large = {"Size": "large", "Instances": "2"}
    stack = make(engine, HOSTING, "big", region=region, parameters=large, **CAPABLE)
    assert stack.wait() == "CREATE_COMPLETE"
    config = engine.client("sagemaker", region).describe_endpoint_config(
        EndpointConfigName=stack.outputs["Config"]
    )
    assert config["DataCaptureConfig"]["EnableCapture"] is True
    assert config["ProductionVariants"][0]["InitialInstanceCount"] == 2
    bucket = engine.client("s3", region).head_bucket(Bucket=stack.outputs["Extra"])
    assert bucket["BucketRegion"] == region
    # Names and exports are of a region.
    assert engine.client("cloudformation").describe_stacks()["Stacks"] == []
    assert stack.delete() == "DELETE_COMPLETE"
    assert empty(engine, region)


def test_a_stack_of_stacks(engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="solution/hosting.yaml", Body=HOSTING.encode())
    outer = """
Resources:
  Hosting:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub https://templates.s3.${AWS::Region}.${AWS::URLSuffix}/solution/hosting.yaml
      Parameters: {Instances: 3}
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ModelName: !Sub copy-of-${Hosting.Outputs.Config}
      PrimaryContainer: {Image: i}
Outputs:
  Bucket: {Value: !GetAtt Hosting.Outputs.Bucket}
"""
    stack = make(engine, outer, "outer", **CAPABLE)
    assert stack.wait() == "CREATE_COMPLETE"
    child = TestedStack(engine, stack.resource("Hosting")["PhysicalResourceId"])
    assert child.detail["ParentId"] == child.detail["RootId"] == stack.id
    assert child.outputs["Bucket"] == stack.outputs["Bucket"]
    assert child.detail["StackName"].startswith("outer-Hosting-")
    assert stack.delete() == "DELETE_COMPLETE"
    assert child.detail["StackStatus"] == "DELETE_COMPLETE"
    s3.delete_object(Bucket="templates", Key="solution/hosting.yaml")
    s3.delete_bucket(Bucket="templates")
    assert empty(engine)


def test_a_template_in_s3_is_found_by_every_form_of_its_address(engine: RunningEngine) -> None:
    s3, client = engine.client("s3"), engine.client("cloudformation")
    s3.create_bucket(Bucket="made")
    s3.put_object(Bucket="made", Key="a b.yaml", Body=f"Resources: {{M: {MODEL}}}".encode())
    for url in (
        "https://made.s3.amazonaws.com/a%20b.yaml",
        "https://made.s3.us-east-1.amazonaws.com/a%20b.yaml",
        "https://s3.us-east-1.amazonaws.com/made/a%20b.yaml",
        "https://s3-us-east-1.amazonaws.com/made/a%20b.yaml",
        f"{engine.url}/made/a%20b.yaml",
        s3.generate_presigned_url("get_object", Params={"Bucket": "made", "Key": "a b.yaml"}),
    ):
        assert client.get_template_summary(TemplateURL=url)["ResourceTypes"] == [
            "AWS::SageMaker::Model"
        ]
    for url, words in (
        ("https://example.com/made/a.yaml", "TemplateURL must be a supported URL."),
        ("file:///etc/passwd", "TemplateURL must be a supported URL."),
        ("https://made.s3.amazonaws.com/no", "S3 error: The specified key does not exist."),
        ("https://nowhere.s3.amazonaws.com/no", "S3 error: The specified bucket does not exist"),
    ):
        assert refused(client.validate_template, TemplateURL=url) == ("ValidationError", words)
    s3.delete_object(Bucket="made", Key="a b.yaml")
    s3.delete_bucket(Bucket="made")


def test_one_stack_imports_what_another_exports(engine: RunningEngine) -> None:
    first = make(engine, HOSTING, "first", **CAPABLE)
    assert first.wait() == "CREATE_COMPLETE"
    second = make(
        engine,
        """
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        Image: i
        ModelDataUrl: !Sub ['s3://${B}/m.tar.gz', {B: !ImportValue first-bucket}]
""",
        "second",
    )
    assert second.wait() == "CREATE_COMPLETE"
    client = first.client
    exported = [(one["Name"], one["Value"]) for one in client.list_exports()["Exports"]]
    assert exported == [("first-bucket", first.outputs["Bucket"])]
    assert client.list_imports(ExportName="first-bucket")["Imports"] == ["second"]
    assert refused(client.delete_stack, StackName="first") == (
        "ValidationError",
        "Export first-bucket cannot be deleted as it is in use by second",
    )
    assert first.detail["StackStatus"] == "CREATE_COMPLETE"
    assert second.delete() == first.delete() == "DELETE_COMPLETE"
    assert client.list_exports()["Exports"] == []
    assert empty(engine)


def test_policies_are_put_into_roles_and_leave_with_the_stack(engine: RunningEngine) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
    role = {"AssumeRolePolicyDocument": TRUST, "RoleName": "by-name", "MaxSessionDuration": "7200"}
    roles = [{"Ref": "Role"}]
    document = {"PolicyDocument": policy, "Roles": roles}
    one = {"PolicyName": "c", "RoleName": {"Ref": "Role"}, "PolicyDocument": policy}
    template = json.dumps(
        {
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Properties": role},
                "A": {"Type": "AWS::IAM::ManagedPolicy", "Properties": document},
                "B": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "b", **document}},
                "C": {"Type": "AWS::IAM::RolePolicy", "Properties": one},
            },
            "Outputs": {"A": {"Value": {"Ref": "A"}}},
        }
    )
    client = engine.client("cloudformation")
    assert client.validate_template(TemplateBody=template)["Capabilities"] == [
        "CAPABILITY_NAMED_IAM"
    ]
    code, words = refused(client.create_stack, StackName="p", TemplateBody=template, **CAPABLE)
    assert code == "InsufficientCapabilitiesException"
    assert words == "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    stack = make(engine, template, "p", Capabilities=["CAPABILITY_NAMED_IAM"])
    assert stack.wait() == "CREATE_COMPLETE"
    iam = engine.client("iam")
    assert iam.get_role(RoleName="by-name")["Role"]["MaxSessionDuration"] == 7200
    assert iam.list_role_policies(RoleName="by-name")["PolicyNames"] == ["b", "c"]
    (attached,) = iam.list_attached_role_policies(RoleName="by-name")["AttachedPolicies"]
    assert attached["PolicyArn"] == stack.outputs["A"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert empty(engine)


def test_a_bucket_has_its_policy_and_a_log_group_its_days(engine: RunningEngine) -> None:
    template = """
Resources:
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Statement:
          {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !GetAtt Bucket.Arn}
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {Tags: [{Key: team, Value: 7}]}}
  Group: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: '7'}}
Outputs:
  Group: {Value: !Ref Group}
  Arn: {Value: !GetAtt Group.Arn}
"""
    stack = make(engine, template, "small")
    assert stack.wait() == "CREATE_COMPLETE"
    s3, logs = engine.client("s3"), engine.client("logs")
    bucket = stack.resource("Bucket")["PhysicalResourceId"]
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert policy["Statement"]["Resource"] == f"arn:aws:s3:::{bucket}"
    tags = {one["Key"]: one["Value"] for one in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags["team"] == "7" and tags["aws:cloudformation:stack-name"] == "small"
    (group,) = logs.describe_log_groups(logGroupNamePrefix=stack.outputs["Group"])["logGroups"]
    assert group["retentionInDays"] == 7 and group["arn"] == stack.outputs["Arn"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert not logs.describe_log_groups(logGroupNamePrefix="small")["logGroups"]
    assert empty(engine)


def test_what_a_template_asks_for_is_told_before_it_is_made(engine: RunningEngine) -> None:
    client = engine.client("cloudformation")
    summary = client.get_template_summary(TemplateBody=HOSTING)
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]
    assert "AWS::IAM::Role" in summary["CapabilitiesReason"]
    shown = {one["ParameterKey"]: one for one in summary["Parameters"]}
    assert shown["Size"]["ParameterConstraints"] == {"AllowedValues": ["small", "large"]}
    assert shown["Token"]["NoEcho"] is True and shown["Instances"]["ParameterType"] == "Number"
    assert set(summary["ResourceTypes"]) == {
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
        "AWS::S3::Bucket",
        "AWS::IAM::Role",
    }
    code, words = refused(client.create_stack, StackName="x", TemplateBody=HOSTING)
    assert code == "InsufficientCapabilitiesException"
    for parameters, words in (
        ({"Instances": "0"}, "Parameter 'Instances' must be a number not less than 1"),
        ({"Size": "huge"}, "Parameter 'Size' must be one of AllowedValues"),
        ({"No": "x"}, "Parameters: [No] do not exist in the template"),
    ):
        given = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        assert refused(
            client.create_stack,
            StackName="x",
            TemplateBody=HOSTING,
            Parameters=given,
            **CAPABLE,
        ) == ("ValidationError", words)
    assert client.describe_stacks()["Stacks"] == [] and empty(engine)


def test_a_name_is_taken_while_its_stack_is_there(engine: RunningEngine) -> None:
    template = f"Resources: {{M: {MODEL}}}"
    client = engine.client("cloudformation")
    token = {"ClientRequestToken": "once"}
    stack = make(engine, template, "taken", **token)
    # A retry of the same request is no second stack.
    assert make(engine, template, "taken", **token).id == stack.id
    assert stack.wait() == "CREATE_COMPLETE"
    assert refused(client.create_stack, StackName="taken", TemplateBody=template) == (
        "AlreadyExistsException",
        "Stack [taken] already exists",
    )
    assert refused(client.create_stack, StackName="1x", TemplateBody=template)[0] == (
        "ValidationError"
    )
    assert client.get_template(StackName="taken")["TemplateBody"] == template
    client.update_termination_protection(StackName="taken", EnableTerminationProtection=True)
    assert "TerminationProtection is enabled" in refused(client.delete_stack, StackName="taken")[1]
    client.update_termination_protection(StackName="taken", EnableTerminationProtection=False)
    same = refused(client.update_stack, StackName="taken", TemplateBody=template)
    assert same == ("ValidationError", "No updates are to be performed.")
    other = refused(client.update_stack, StackName="taken", TemplateBody=HOSTING)
    assert other[0] == "UnsupportedOperation" and "needs AWS" in other[1]
    assert stack.delete() == "DELETE_COMPLETE"
    again = make(engine, template, "taken", **token)
    assert again.wait() == "CREATE_COMPLETE" and again.id != stack.id
    assert again.delete() == "DELETE_COMPLETE"
    client.delete_stack(StackName="never-was")
    found = client.describe_stack_resources(StackName=again.id)["StackResources"]
    assert [one["ResourceStatus"] for one in found] == ["DELETE_COMPLETE"]
