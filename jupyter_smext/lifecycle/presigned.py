"""Presigned URLs: made for one redirect, and kept nowhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError, problem_of
from ..kinds import Kind, parameters_of, service_model
from ..protocol import Problem

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


async def presigned_url(
    sessions: Sessions,
    connection: str,
    region: str,
    kind: Kind,
    id: str,
    session_seconds: int | None = None,
) -> str:
    """The URL that signs in to the resource; raises ProblemError, BadId.

    `session_seconds` is how long the sign-in lasts; None leaves it to AWS.
    """
    parameters = parameters_of(kind, id)
    operation = kind.open_operation
    if operation is None:
        raise ProblemError(
            Problem(
                status=405,
                cause="invalid",
                title=f"A {kind.label} has no page of its own to open",
                next="Its facts are in the resource's tab.",
            )
        )
    return await asyncio.to_thread(
        _call, sessions, connection, region, operation, parameters, session_seconds
    )


def _call(
    sessions: Sessions,
    connection: str,
    region: str,
    operation: str,
    parameters: dict[str, str],
    session_seconds: int | None,
) -> str:
    from botocore import xform_name

    client = sessions.client(connection, region)
    model = service_model().operation_model(operation)
    taken: dict[str, Any] = {k: v for k, v in parameters.items() if k in model.input_shape.members}
    if session_seconds is not None:
        taken["SessionExpirationDurationInSeconds"] = session_seconds
    try:
        if "SpaceName" in taken:
            taken |= _into_space(client, parameters)
        answer = getattr(client, xform_name(operation))(**taken)
    except ProblemError:
        raise
    except Exception as error:
        raise ProblemError(problem_of(error, connection=connection, operation=operation)) from error
    url = next((answer[m] for m in model.output_shape.members if m.endswith("Url")), None)
    if not url or not url.startswith(("https://", "http://")):
        raise ProblemError(
            Problem(
                status=502,
                cause="broken",
                title="AWS answered without an address to open",
                next="Try again.",
            )
        )
    return str(url)


#: Apps that a presigned URL of a domain can lead to.
_LANDINGS = ("JupyterLab", "CodeEditor")


def _into_space(client: Any, parameters: dict[str, str]) -> dict[str, str]:
    """As whom a space is opened, and at which app. Raises ProblemError for a shared one."""
    names = {name: parameters[name] for name in ("DomainId", "SpaceName")}
    space = client.describe_space(**names)
    owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    if space.get("SpaceSharingSettings", {}).get("SharingType") != "Private" or not owner:
        raise ProblemError(
            Problem(
                status=409,
                cause="conflict",
                title="A shared space is opened as one of its users",
                detail=f"{names['SpaceName']} is nobody's own, so AWS has to be told who opens it.",
                next="Open your user profile in the same domain, and the space from there.",
            )
        )
    app = parameters.get("AppType") or space.get("SpaceSettings", {}).get("AppType")
    landing = {"LandingUri": f"app:{app}:"} if app in _LANDINGS else {}
    return {"UserProfileName": str(owner), **landing}
