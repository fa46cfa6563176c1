"""The stacks among what JumpStart or this extension made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError
from ..lifecycle.candidates import each
from ..protocol import LaunchedAsset, Problem
from ..tones import tone
from . import asset_tags
from .adopted_solution import launch_of
from .asset_journals import Journals
from .calls import LAUNCH_TAG, SOLUTION_TAG
from .solution_journal import UNDER_WAY
from .stacks import Stacks, tags

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

STACK = "stack"
"""Stands for a kind in the wire; the panel has none."""

_GONE = "DELETE_COMPLETE"


async def stacks_there(
    sessions: Sessions, connection: str, region: str, tagged: Iterable[str], journals: Journals
) -> tuple[dict[str, LaunchedAsset], list[Problem]]:
    """Those of the ARNs `tagged` and of the journals, by their launch, and what was not read."""
    ids = [arn for arn in tagged if arn.split(":")[2] == "cloudformation"]
    stacks = Stacks(sessions, connection, region)
    problems: list[Problem] = []

    async def look(id: str) -> dict[str, Any] | None:
        try:
            return await asyncio.to_thread(stacks.look, id)
        except ProblemError as error:
            problems.append(error.problem)
            return None

    found: dict[str, LaunchedAsset] = {}
    for stack in await each(list(dict.fromkeys((*ids, *journals.stacks))), look):
        # A stack inside another one goes with that.
        if stack is not None and stack["StackStatus"] != _GONE and "ParentId" not in stack:
            asset = _asset(stack, journals)
            found[tags(stack).get(LAUNCH_TAG, asset.id)] = asset
    return found, problems


def _asset(stack: Mapping[str, Any], journals: Journals) -> LaunchedAsset:
    status = str(stack["StackStatus"])
    launch = journals.solutions.get(tags(stack).get(LAUNCH_TAG, ""))
    model, version, hub = asset_tags.model_of(tags(stack))
    return LaunchedAsset(
        kind=STACK,
        id=str(stack["StackId"]),
        name=str(stack["StackName"]),
        status=status,
        tone="ok" if status == "CREATE_COMPLETE" else tone(status),
        running=False,
        created=stack["CreationTime"].timestamp(),
        model=model,
        version=version,
        hub=hub,
        solution=launch.request.solution if launch else _solution(stack),
        launch=launch.id if launch else None,
        under_way=launch is not None and launch.state in UNDER_WAY,
        notebook=launch.notebook if launch else None,
    )


def _solution(stack: Mapping[str, Any]) -> str | None:
    """That of a stack that another server launched."""
    return tags(stack).get(SOLUTION_TAG) if launch_of(stack) is not None else None
