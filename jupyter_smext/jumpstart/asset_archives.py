"""The archives in S3 that launches put a model and its script into: they outlive the model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..aws.bucket import split
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..lifecycle.candidates import each
from ..protocol import LaunchedAsset, Problem
from .asset_journals import Journals
from .launch_journal import Record
from .packing import delete_packed
from .resources import Aws, Resource

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

ARCHIVE = "archive"
"""Stands for a kind in the wire; the panel has none."""


async def archives_there(
    sessions: Sessions, connection: str, region: str, journals: Journals
) -> tuple[list[LaunchedAsset], list[Problem]]:
    """Those that the journals name and that are still in S3, and what was not read."""
    problems: list[Problem] = []

    def look(uri: str) -> dict[str, Any] | None:
        bucket, key = split(uri)
        try:
            with calling(connection, "GetObject", "s3"):
                client = sessions.client(connection, region, "s3")
                found: dict[str, Any] = client.head_object(Bucket=bucket, Key=key)
        except ProblemError as error:
            if error.problem.cause != "not_found":
                problems.append(error.problem)
            return None
        return found

    found = []
    packed = list(journals.packed.items())
    heads = await each([uri for _, uri in packed], lambda uri: asyncio.to_thread(look, uri))
    for (id, uri), head in zip(packed, heads, strict=True):
        launch = journals.launches[id]
        if head is not None and launch.deploy is not None:
            model = next((name for name in launch.made if name.startswith("model/")), None)
            found.append(
                LaunchedAsset(
                    kind=ARCHIVE,
                    id=uri,
                    name=uri,
                    status="",
                    tone="idle",
                    running=False,
                    created=head["LastModified"].timestamp(),
                    part_of=model,
                    model=launch.deploy.model,
                    version=launch.deploy.version,
                    hub=launch.deploy.hub,
                    launch=id,
                    under_way=launch.state == "running",
                )
            )
    return found, problems


def delete_archive(sessions: Sessions, record: Record) -> None:
    """Delete what a launch packed. Blocking.

    Raises ProblemError: 404, it packed nothing; 409, its model, which needs it, is still there.
    """
    launch, deployment = record.launch, record.deployment
    if deployment is None or deployment.packing is None or launch.deploy is None:
        raise ProblemError(problem("not_found", "This launch has put no archive into S3"))
    place = launch.deploy.connection, launch.deploy.region
    model = Resource("model", str(deployment.model.parameters["ModelName"]))
    aws = Aws(sessions, *place, launch.id)
    there = aws.describe(model)
    if launch.state == "running" or (there is not None and aws.is_ours(model, there)):
        raise ProblemError(
            problem(
                "conflict",
                "The archive is still needed",
                f"The {model.label} starts its containers from it.",
                "Delete the model first.",
            )
        )
    delete_packed(sessions, *place, deployment.packing)
