"""Whether a role can be what a new instance runs as, as far as IAM tells."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ...aws.calls import calling
from ...aws.errors import ProblemError, problem
from ...protocol import Problem, SwitchRequest

if TYPE_CHECKING:
    from .preflight import Preflight
    from .world import World

SAGEMAKER = "sagemaker.amazonaws.com"


async def check_role(request: SwitchRequest, role: str, world: World, found: Preflight) -> None:
    """A role that is not there, or that SageMaker may not take, forbids; unreadable is unknown.

    Whether the caller may pass it (iam:PassRole) is only told by AWS, when the instance is created.
    """
    client = await world.client(request.to, "iam")
    name = role.rpartition("/")[2]
    try:
        with calling(request.to.connection, "GetRole", "iam"):
            answer: dict[str, Any] = await asyncio.to_thread(client.get_role, RoleName=name)
    except ProblemError as error:
        said = error.problem
        if said.cause == "not_found":
            found.problems.append(_none(name, said))
        else:
            found.unknown.append(_unread(name, said))
        return
    if SAGEMAKER not in _trusted(answer["Role"].get("AssumeRolePolicyDocument")):
        found.problems.append(
            problem(
                "invalid",
                f"The role {name} does not trust SageMaker",
                f"Its trust policy does not let {SAGEMAKER} assume it.",
                "Choose an execution role for SageMaker.",
            )
        )
        return
    found.checked.append(f"SageMaker may assume the role {name}.")


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
        "AWS says so when the instance is created.",
        code=said.code,
        request_id=said.request_id,
        permission=said.permission,
    )
