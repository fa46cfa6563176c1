"""The IAM policy that the extension needs, derived from the kind table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from ..kinds import kinds
from ..kinds.model import operation_names, words
from ..protocol import Policy, PolicyName

SELF = ("sts:GetCallerIdentity", "iam:ListAccountAliases")
"""Who we are; without the second the account has no name, only its number."""

ROLES = ("iam:ListRoles", "iam:GetRole", "iam:CreateRole", "iam:AttachRolePolicy", "iam:DeleteRole")
"""The roles that a form offers, whom they trust, and a new one: typed without the first two."""

_BUCKET = (
    "s3:AbortMultipartUpload",
    "s3:CreateBucket",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:PutObject",
)
"""What a bucket takes; parts of an upload that may not be found or aborted stay, and are billed."""

NOTEBOOK_JOBS = _BUCKET
"""What running a notebook as a job needs besides `Create` and `Act`: its folder and results."""

LARGE_FOLDERS = ("s3:DeleteObject",)
"""What a switch needs besides `NotebookJobs` to take along a folder over `switch_folder_bytes`."""

JUMPSTART = (
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:RegisterScalableTarget",
    "cloudformation:DescribeStacks",
    "tag:GetResources",
)
"""What launching a model needs besides `Create`, `Act`, `NotebookJobs` and `LargeFolders`; the last
two find all that was launched."""

SOLUTIONS = (
    "cloudformation:CreateStack",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
    "cloudformation:ListStackResources",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ListBucketVersions",
)
"""What launching a solution needs besides `Read`; of S3 what empties the buckets of a stack."""

TEST_BENCH = (
    "cloudwatch:GetMetricData",
    "logs:FilterLogEvents",
    "sagemaker:InvokeEndpoint",
    "sagemaker:InvokeEndpointAsync",
    "sagemaker:InvokeEndpointWithResponseStream",
)
"""What trying an endpoint needs: the call, how much of its time the model took, and what its
containers logged about one that failed; an asynchronous one takes a bucket as well."""

OBSERVE = (
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "s3:GetObject",
    "s3:ListAllMyBuckets",
    "s3:ListBucket",
)
"""What looking at a resource needs besides `Read`: its metrics, its logs, for how long these are
kept, and its data in S3; what a key of KMS encrypts takes `kms:Decrypt` as well."""

EDIT = (
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:RegisterScalableTarget",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
    "sagemaker:AddTags",
    "sagemaker:DeleteTags",
)
"""What changing tags takes, and how an endpoint scales: its alarms are made in our name."""

CHOOSE = (
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "kms:ListAliases",
)
"""What the lists need that a form's subnets, security groups and keys of KMS are chosen from;
without them, ids are typed. VPCs are read for their names alone."""

COST = (
    "pricing:GetProducts",
    "servicequotas:ListAWSDefaultServiceQuotas",
    "servicequotas:ListServiceQuotas",
)
"""Prices and quotas; without them there is no price and no quota to be seen."""


def _sagemaker(operations: Iterable[str | None]) -> list[str]:
    return sorted({f"sagemaker:{name}" for name in operations if name})


def policy() -> dict[str, Any]:
    """An IAM policy document: all but `Read` can be left out.

    `NotebookJobs` needs `Create` and `Act` as well, `JumpStart` all of these. `PassRole` belongs to
    `Create`, and holds for roles handed to SageMaker alone. Reading is allowed by `List*` and
    `Describe*`, as in AWS's own read-only policy: name by name it would not fit the 6,144
    characters of a managed policy.
    """
    table = kinds().values()
    read = [name for kind in table for name in (kind.list_operation, kind.describe_operation)]
    families = sorted({f"sagemaker:{words(name)[0]}*" for name in read if name})
    act = [verb.operation for kind in table for verb in kind.verbs]
    opened = [kind.open_operation for kind in table]
    create = [kind.create_operation for kind in table]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _statement("Read", [*families, "sagemaker:Search", *SELF]),
            _statement("Cost", list(COST)),
            _statement("Act", _sagemaker([*act, *opened])),
            _statement("NotebookJobs", list(NOTEBOOK_JOBS)),
            _statement("LargeFolders", list(LARGE_FOLDERS)),
            _statement("JumpStart", list(JUMPSTART)),
            _statement("Create", [*_sagemaker([*create, "AddTags"]), *ROLES]),
            _pass_role("sagemaker"),
        ],
    }


def resource_policy() -> dict[str, Any]:
    """The IAM policy document of what a resource's tab does besides: one policy would not fit all.

    Changing a resource needs `Edit` besides `Act`. `CreateMore` is what AWS creates and the panel
    does not list; it needs `Create` as well.
    """
    listed = {kind.create_operation for kind in kinds().values()}
    creates = {name for name in operation_names() if name.startswith("Create")}
    more = (name for name in creates - listed if "Presigned" not in name)
    statements = [
        _statement("Observe", list(OBSERVE)),
        _statement("TestBench", list(TEST_BENCH)),
        _statement("Edit", list(EDIT)),
        _statement("Choose", list(CHOOSE)),
        _statement("CreateMore", _sagemaker(more)),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def solutions_policy() -> dict[str, Any]:
    """The IAM policy document for solutions, by itself as well.

    What a template makes needs permissions of its own, or a role for CloudFormation that has them;
    `PassRole` is for handing it such a role.
    """
    statements = [_statement("Solutions", list(SOLUTIONS)), _pass_role("cloudformation")]
    return {"Version": "2012-10-17", "Statement": statements}


POLICIES: dict[PolicyName, Callable[[], dict[str, Any]]] = {
    "panel": policy,
    "resources": resource_policy,
    "solutions": solutions_policy,
}


def policies(permission: str | None = None) -> tuple[Policy, ...]:
    """The policies that hold a permission (an IAM action), as IAM compares; all of them by default.

    None of them holds what the extension never asks for by itself, as a key of KMS.
    """
    found = []
    for name, made in POLICIES.items():
        document = made()
        held = tuple(
            each["Sid"]
            for each in document["Statement"]
            if permission is None or _allows(each["Action"], permission)
        )
        if held:
            found.append(Policy(name, document, held))
    return tuple(found)


def _allows(actions: Iterable[str], permission: str) -> bool:
    asked = permission.lower()
    return any(fnmatchcase(asked, action.lower()) for action in actions)


def _statement(name: str, actions: list[str]) -> dict[str, Any]:
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": "*"}


def _pass_role(service: str) -> dict[str, Any]:
    return {
        **_statement("PassRole", ["iam:PassRole"]),
        "Condition": {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}},
    }


if __name__ == "__main__":
    import json

    print(*(json.dumps(each.document, indent=2) for each in policies()), sep="\n\n")
