"""STS says whose key it is; IAM keeps roles and judges nothing."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def test_the_caller_is_the_local_user(engine: RunningEngine) -> None:
    for region in ("us-east-1", "eu-west-3"):
        answer = engine.client("sts", region).get_caller_identity()
        assert answer["Account"] == "000000000000"
        assert answer["Arn"] == "arn:aws:iam::000000000000:user/local"
        assert answer["UserId"] == engine.keys.access_key
        assert answer["ResponseMetadata"]["RequestId"]


def test_the_rest_of_sts_needs_aws(engine: RunningEngine) -> None:
    with pytest.raises(ClientError) as error:
        engine.client("sts").get_session_token()
    assert error.value.response["Error"]["Code"] == "InvalidAction"
    assert "needs AWS" in str(error.value)


def test_one_role_is_ready_for_sagemaker(fresh_engine: RunningEngine) -> None:
    iam = fresh_engine.client("iam")
    (role,) = iam.list_roles(PathPrefix="/service-role/")["Roles"]
    assert role["Arn"] == (
        "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
    )
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert iam.get_role(RoleName=role["RoleName"])["Role"] == role
    fresh_engine.restart()
    assert fresh_engine.client("iam").list_roles()["Roles"] == [role]


def test_roles_come_and_go(engine: RunningEngine) -> None:
    iam = engine.client("iam")
    made = iam.create_role(
        RoleName="mine",
        AssumeRolePolicyDocument=TRUST,
        Description="a & <b>",
        Tags=[{"Key": "k", "Value": "v"}],
    )["Role"]
    found = iam.get_role(RoleName="mine")["Role"]
    assert found["Arn"] == made["Arn"] == "arn:aws:iam::000000000000:role/mine"
    assert found["Description"] == "a & <b>"
    assert found["Tags"] == [{"Key": "k", "Value": "v"}]
    assert found["AssumeRolePolicyDocument"] == json.loads(TRUST)
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="mine", AssumeRolePolicyDocument=TRUST)
    names = [
        role["RoleName"]
        for page in iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1})
        for role in page["Roles"]
    ]
    assert names == ["SageMakerLocalExecutionRole", "mine"]
    iam.delete_role(RoleName="mine")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="mine")
    with pytest.raises(ClientError) as error:
        iam.create_role(RoleName="bad", AssumeRolePolicyDocument="{")
    assert error.value.response["Error"]["Code"] == "MalformedPolicyDocument"


def test_iam_checks_its_forms(engine: RunningEngine) -> None:
    iam = engine.client("iam", parameter_validation=False)
    with pytest.raises(ClientError) as error:
        iam.create_role(RoleName="x" * 65, AssumeRolePolicyDocument=TRUST)
    assert error.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError) as error:
        iam.list_roles(MaxItems="many")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_permissions_are_not_judged(engine: RunningEngine) -> None:
    with pytest.raises(ClientError) as error:
        engine.client("iam").simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::000000000000:user/local",
            ActionNames=["sagemaker:ListModels"],
        )
    assert "not evaluated by the local engine" in str(error.value)
