"""IAM keeps roles and policies, and judges nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

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


POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)
ACCOUNT = "arn:aws:iam::000000000000"
FULL = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"


@pytest.fixture
def iam(fresh_engine: RunningEngine) -> Any:
    return fresh_engine.client("iam")


def refusal(function: Any, **parameters: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


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
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    assert "Not evaluated locally" in str(error.value)
    with pytest.raises(ClientError) as error:
        engine.client("iam").simulate_custom_policy(
            PolicyInputList=[POLICY], ActionNames=["sagemaker:ListModels"]
        )
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    assert "Not evaluated locally" in str(error.value)


def test_a_role_changes(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Path="/team/")
    iam.update_role(RoleName="r", Description="new", MaxSessionDuration=7200)
    trust = TRUST.replace("sagemaker.", "ec2.")
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust)
    iam.tag_role(RoleName="r", Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}])
    iam.untag_role(RoleName="r", TagKeys=["b", "none"])
    role = iam.get_role(RoleName="r")["Role"]
    assert role["Arn"] == f"{ACCOUNT}:role/team/r"
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 7200)
    assert role["AssumeRolePolicyDocument"] == json.loads(trust)
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "a", "Value": "2"}]
    (listed,) = iam.list_roles(PathPrefix="/team/")["Roles"]
    assert "Tags" not in listed
    assert iam.list_instance_profiles_for_role(RoleName="r")["InstanceProfiles"] == []
    assert refusal(iam.update_role, RoleName="none") == ("NoSuchEntity", 404)
    found = refusal(iam.create_role, RoleName="R", AssumeRolePolicyDocument=TRUST)
    assert found == ("EntityAlreadyExists", 409)
    many = [{"Key": str(i), "Value": ""} for i in range(50)]
    assert refusal(iam.tag_role, RoleName="r", Tags=many) == ("LimitExceeded", 409)


def test_policies_are_written_into_a_role(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    for name in ("b", "a"):
        iam.put_role_policy(RoleName="r", PolicyName=name, PolicyDocument=POLICY)
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["a", "b"]
    found = iam.get_role_policy(RoleName="r", PolicyName="a")
    assert found["PolicyDocument"] == json.loads(POLICY)
    assert refusal(iam.delete_role, RoleName="r") == ("DeleteConflict", 409)
    for name in ("a", "b"):
        iam.delete_role_policy(RoleName="r", PolicyName=name)
    for function in (iam.get_role_policy, iam.delete_role_policy):
        assert refusal(function, RoleName="r", PolicyName="a") == ("NoSuchEntity", 404)
    iam.delete_role(RoleName="r")


@pytest.mark.parametrize(
    "document", ["{", "[]", "{}", '{"Statement": []}', '{"Statement": {"Effect": "Maybe"}}', "1"]
)
def test_what_is_no_policy_is_refused(engine: RunningEngine, document: str) -> None:
    iam = engine.client("iam")
    malformed = ("MalformedPolicyDocument", 400)
    role = {"RoleName": "bad", "AssumeRolePolicyDocument": document}
    assert refusal(iam.create_role, **role) == malformed
    policy = {"PolicyName": "bad", "PolicyDocument": document}
    assert refusal(iam.create_policy, **policy) == malformed
    first = {"RoleName": "SageMakerLocalExecutionRole"}
    assert refusal(iam.put_role_policy, **first, **policy) == malformed
    assert iam.list_role_policies(**first)["PolicyNames"] == []
    assert iam.list_policies()["Policies"] == []


def test_policies_are_attached_to_a_role(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    own = iam.create_policy(PolicyName="own", PolicyDocument=POLICY, Path="/team/")["Policy"]["Arn"]
    assert own == f"{ACCOUNT}:policy/team/own"
    for arn in (own, FULL, own):
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    assert iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"] == [
        {"PolicyName": "AmazonSageMakerFullAccess", "PolicyArn": FULL},
        {"PolicyName": "own", "PolicyArn": own},
    ]
    listed = iam.list_attached_role_policies(RoleName="r", PathPrefix="/team/")["AttachedPolicies"]
    assert [one["PolicyName"] for one in listed] == ["own"]
    assert iam.get_policy(PolicyArn=own)["Policy"]["AttachmentCount"] == 1
    (entity,) = iam.list_entities_for_policy(PolicyArn=FULL)["PolicyRoles"]
    assert entity["RoleName"] == "r"
    assert refusal(iam.delete_policy, PolicyArn=own) == ("DeleteConflict", 409)
    assert refusal(iam.delete_role, RoleName="r") == ("DeleteConflict", 409)
    for arn in (own, FULL):
        iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    assert refusal(iam.detach_role_policy, RoleName="r", PolicyArn=own) == ("NoSuchEntity", 404)
    nowhere = f"{ACCOUNT}:policy/none"
    assert refusal(iam.attach_role_policy, RoleName="r", PolicyArn=nowhere) == ("NoSuchEntity", 404)
    for number in range(10):
        iam.attach_role_policy(RoleName="r", PolicyArn=f"{FULL}{number}")
    assert refusal(iam.attach_role_policy, RoleName="r", PolicyArn=own) == ("LimitExceeded", 409)
    with pytest.raises(ClientError, match="not its text"):
        iam.get_policy(PolicyArn=FULL)
    with pytest.raises(ClientError, match="needs AWS"):
        iam.list_policies(Scope="AWS")


def test_a_policy_has_versions(fresh_engine: RunningEngine) -> None:
    iam = fresh_engine.client("iam")
    tags = [{"Key": "k", "Value": "v"}]
    made = iam.create_policy(PolicyName="p", PolicyDocument=POLICY, Description="why", Tags=tags)[
        "Policy"
    ]
    assert (made["DefaultVersionId"], made["AttachmentCount"]) == ("v1", 0)
    arn = made["Arn"]
    denying = POLICY.replace("Allow", "Deny")
    for number in range(2, 6):
        version = iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=denying, SetAsDefault=number == 3
        )["PolicyVersion"]
        assert version["VersionId"] == f"v{number}"
    over = refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=POLICY)
    assert over == ("LimitExceeded", 409)
    fresh_engine.restart()
    iam = fresh_engine.client("iam")
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (found["DefaultVersionId"], found["Description"], found["Tags"]) == ("v3", "why", tags)
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v3")["PolicyVersion"]
    assert (version["Document"], version["IsDefaultVersion"]) == (json.loads(denying), True)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    conflict = ("DeleteConflict", 409)
    assert refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v1") == conflict
    assert refusal(iam.delete_policy, PolicyArn=arn) == conflict
    for number in (5, 2, 3, 4):
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
    version = iam.create_policy_version(PolicyArn=arn, PolicyDocument=POLICY)["PolicyVersion"]
    assert version["VersionId"] == "v6"
    listed = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(v["VersionId"], v["IsDefaultVersion"]) for v in listed] == [
        ("v1", True),
        ("v6", False),
    ]
    missing = refusal(iam.get_policy_version, PolicyArn=arn, VersionId="v9")
    assert missing == ("NoSuchEntity", 404)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v6")
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["k"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    iam.delete_policy(PolicyArn=arn)
    assert refusal(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", 404)


def test_policies_are_listed_by_page_and_use(iam: Any) -> None:
    for name in ("c", "a", "b"):
        iam.create_policy(PolicyName=name, PolicyDocument=POLICY)
    assert refusal(iam.create_policy, PolicyName="A", PolicyDocument=POLICY) == (
        "EntityAlreadyExists",
        409,
    )
    iam.create_role(
        RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=f"{ACCOUNT}:policy/c"
    )
    iam.attach_role_policy(RoleName="r", PolicyArn=f"{ACCOUNT}:policy/a")

    def listed(**wanted: Any) -> list[str]:
        pages = iam.get_paginator("list_policies").paginate(
            PaginationConfig={"PageSize": 2}, **wanted
        )
        return [policy["PolicyName"] for page in pages for policy in page["Policies"]]

    assert listed() == listed(Scope="Local") == ["a", "b", "c"]
    assert listed(OnlyAttached=True) == ["a"]
    bounds = {"OnlyAttached": True, "PolicyUsageFilter": "PermissionsBoundary"}
    assert listed(**bounds) == ["c"]
    boundary = iam.get_role(RoleName="r")["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == f"{ACCOUNT}:policy/c"


def test_the_rest_of_iam_needs_aws(engine: RunningEngine) -> None:
    iam = engine.client("iam")
    assert iam.list_account_aliases()["AccountAliases"] == []
    code, _ = refusal(iam.create_user, UserName="u")
    assert code == "InvalidAction"


def test_the_cli_creates_a_role(fresh_engine: RunningEngine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "iam", "create-role", "--output", "json"]
        + ["--role-name", "cli", "--assume-role-policy-document", TRUST],
        env={**os.environ, **fresh_engine.environment(), "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    role = json.loads(done.stdout)["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert fresh_engine.client("iam").get_role(RoleName="cli")["Role"]["Arn"] == role["Arn"]
