"""What there is of models in a region: the hubs, else the manifests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ..aws import profiles
from ..aws.errors import ProblemError, problem
from ..protocol import JumpStartModel, Problem
from . import hubs, manifests
from .versions import Versions

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class Listing(msgspec.Struct, frozen=True):
    """Models of the live sources, and why others could not be read.

    `whole`: the public models are all here, so that what the shipped table has more is gone.
    `spec_keys` are the manifest's, by `model version`; `versions` its versions by model.
    """

    models: tuple[JumpStartModel, ...]
    whole: bool
    problems: tuple[Problem, ...]
    spec_keys: dict[str, str] = {}
    versions: dict[str, Versions] = {}


def read(sessions: Sessions, connection: str, region: str, home: Path) -> Listing:
    """The public hub and the account's own; the manifests where the public hub cannot be read.

    Blocking. Does not raise: what could not be read is in `problems`, and without any live source
    there are no models.
    """
    problems: list[Problem] = []
    models: list[JumpStartModel] = []
    names: list[str] = []
    try:
        names = hubs.private_hubs(sessions, connection, region)
    except ProblemError as error:
        problems.append(error.problem)
    for name in names:
        try:
            models += hubs.models(sessions, connection, region, name)
        except ProblemError as error:
            problems.append(error.problem)
    try:
        models += hubs.models(sessions, connection, region, hubs.PUBLIC)
        # The engine's hub has what the engine can run, and AWS's all that there is.
        return Listing(tuple(models), connection != profiles.LOCAL, told_once(problems))
    except ProblemError as error:
        problems.append(error.problem)
    try:
        found = manifests.read(sessions, connection, region, home)
    except ProblemError as error:
        problems.append(error.problem)
        return Listing(tuple(models), False, told_once(problems))
    if found.left_out:
        problems.append(
            problem(
                "broken",
                f"{found.left_out} lines of JumpStart's manifests were left out",
                "They name no model, no version or no key as JumpStart has them.",
            )
        )
    # As the engine's hub, its manifest has what it can run.
    here = connection == profiles.LOCAL
    entries = [
        entry
        for of in (found.open, found.proprietary)
        for versions in of.values()
        for entry in versions.values()
    ]
    return Listing(
        models=(*models, *(replace(each, runs_here=here) for each in found.models())),
        whole=not here,
        problems=told_once(problems),
        spec_keys={f"{each.model_id} {each.version}": each.spec_key for each in entries},
        versions=found.versions(),
    )


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One of a kind: without a sign-in, each source says so."""
    return tuple({(each.cause, each.title, each.permission): each for each in problems}.values())
