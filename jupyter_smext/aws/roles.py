"""Execution roles: whether SageMaker can take one, as far as IAM tells; and a new one."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from ..protocol import NewRole, Problem
from .calls import calling
from .errors import ProblemError, problem

SAGEMAKER = "sagemaker.amazonaws.com"


class Unknown(Exception):
    """It could not be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def role_trusts_sagemaker(iam: Any, connection: str, role: str) -> str:
    """What holds, in a sentence; `iam` is the connection's client. Blocking.

    Raises ProblemError: there is no such role, or it does not trust SageMaker; and Unknown. Whether
    the caller may pass it (iam:PassRole) is only told by AWS, when it is used.
    """
    name = role.rpartition("/")[2]
    try:
        with calling(connection, "GetRole", "iam"):
            answer: dict[str, Any] = iam.get_role(RoleName=name)
    except ProblemError as error:
        said = error.problem
        if said.cause == "not_found":
            raise ProblemError(_none(name, said)) from error
        raise Unknown(_unread(name, said)) from error
    if SAGEMAKER not in _trusted(answer["Role"].get("AssumeRolePolicyDocument")):
        raise ProblemError(
            problem(
                "invalid",
                f"The role {name} does not trust SageMaker",
                f"Its trust policy does not let {SAGEMAKER} assume it.",
                "Choose an execution role for SageMaker.",
            )
        )
    return f"SageMaker may assume the role {name}."


def new_execution_role(partition: str) -> NewRole:
    """What create_execution_role makes: a role as SageMaker's own console creates them.

    Its policy, AWS's AmazonSageMakerFullAccess, opens the buckets that have sagemaker in the name.
    """
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SAGEMAKER},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    return NewRole(
        name="AmazonSageMaker-ExecutionRole-",
        trust=json.dumps(trust, indent=2),
        policies=(f"arn:{partition}:iam::aws:policy/AmazonSageMakerFullAccess",),
    )


def create_execution_role(iam: Any, connection: str, partition: str) -> str:
    """The role's ARN. Blocking. Raises ProblemError."""
    made = new_execution_role(partition)
    at = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    name = f"{made.name}{at}-{secrets.token_hex(2)}"
    with calling(connection, "CreateRole", "iam"):
        role = iam.create_role(
            RoleName=name, Path="/service-role/", AssumeRolePolicyDocument=made.trust
        )
    try:
        for policy in made.policies:
            with calling(connection, "AttachRolePolicy", "iam"):
                iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    except ProblemError:
        # Without a policy it could do nothing.
        with calling(connection, "DeleteRole", "iam"):
            iam.delete_role(RoleName=name)
        raise
    return str(role["Role"]["Arn"])


def _trusted(document: Any) -> set[str]:
    """The services that a trust policy lets assume the role."""
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    services: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow":
            services.update([named] if isinstance(named, str) else named)
    return services


def _none(name: str, said: Problem) -> Problem:
    return problem(
        "not_found",
        f"There is no role {name}",
        said.detail,
        "Choose one of the roles of this account.",
        code=said.code,
        request_id=said.request_id,
    )


def _unread(name: str, said: Problem) -> Problem:
    return problem(
        said.cause,
        f"Whether SageMaker may assume the role {name} could not be read",
        f"{said.title}. {said.detail}".strip(),
        "AWS says so when the role is used.",
        code=said.code,
        request_id=said.request_id,
        permission=said.permission,
    )
