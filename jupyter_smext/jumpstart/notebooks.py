"""All notebooks of JumpStart that are known of, and their copies on this machine."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError, problem
from ..protocol import (
    JumpStartModel,
    JumpStartNotebook,
    JumpStartNotebooks,
    NotebookCopyRequest,
    Problem,
)
from . import hub_notebooks, hubs
from .catalogue import Catalogue
from .copied_files import SIZE_LIMIT, Copied, copy
from .document_json import hostile
from .document_notebooks import key_of
from .document_store import Documents, fact_key
from .listing import told_once
from .public_objects import read_object
from .s3_places import is_cache_bucket

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

FRESH = 10.0
"""Seconds for which the hubs are not asked again: who follows the catalogue asks often."""

#: No folder, nothing hidden: it becomes a name of a file on this machine.
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,92}\.ipynb")

#: Major versions of nbformat; of older ones JupyterLab opens none.
_FORMATS = (3, 4)

Found = tuple[list[JumpStartNotebook], list[Problem]]


class Notebooks:
    """Belongs to the server's loop thread; what blocks runs in others."""

    def __init__(self, sessions: Sessions, catalogue: Catalogue, documents: Documents) -> None:
        self._sessions = sessions
        self._catalogue = catalogue
        self._documents = documents
        self._of_hubs: dict[tuple[str, str], tuple[float, Found]] = {}

    async def list(self, connection: str, region: str) -> JumpStartNotebooks:
        """Those of hubs, then those of the models whose documents were read until now.

        Raises nothing: what could not be read is in `problems`.
        """
        of_hubs, problems = await self._hubs(connection, region)
        catalogue = await self._catalogue.get(connection, region)
        facts = await asyncio.to_thread(self._documents.facts, connection, region)
        known = [
            (model, facts[key].notebooks)
            for model in catalogue.models
            if (key := fact_key(model.hub, model.id, model.version)) in facts
        ]
        of_models = [
            _of_model(model, each.title, each.location) for model, own in known for each in own
        ]
        return JumpStartNotebooks(
            connection=connection,
            region=region,
            notebooks=(*of_hubs, *of_models),
            known=len(known),
            models=len(catalogue.models),
            reading=catalogue.reading,
            problems=told_once((*problems, *catalogue.problems)),
        )

    async def _hubs(self, connection: str, region: str) -> Found:
        at, found = self._of_hubs.get((connection, region), (0.0, ([], [])))
        if time.monotonic() >= at + FRESH or found[1]:
            found = await asyncio.to_thread(self._read, connection, region)
            self._of_hubs[connection, region] = (time.monotonic(), found)
        return found

    def _read(self, connection: str, region: str) -> Found:
        rows: list[JumpStartNotebook] = []
        problems: list[Problem] = []
        names = [hubs.PUBLIC]
        try:
            names += hubs.private_hubs(self._sessions, connection, region)
        except ProblemError as error:
            problems.append(error.problem)
        for hub in names:
            try:
                rows += hub_notebooks.notebooks(self._sessions, connection, region, hub)
            except ProblemError as error:
                problems.append(error.problem)
        return rows, problems

    async def copy(
        self, request: NotebookCopyRequest, folder: Path
    ) -> tuple[Copied, tuple[str, ...]]:
        """Put a notebook into a folder, and the S3 URIs of what it wants beside it.

        Raises ProblemError: there is none of that name, it cannot be read, it is no notebook, or it
        cannot be written. Nothing is written then.
        """
        place = request.connection, request.region
        location = request.location
        needs: tuple[str, ...] = ()
        if location is None:
            if request.hub is None:
                raise _none(request)
            of = await asyncio.to_thread(
                hub_notebooks.describe,
                self._sessions,
                *place,
                request.hub,
                request.id,
                request.version,
            )
            location, needs = of.notebook_location, of.needs
        else:
            model = await self._documents.get(*place, request.id, request.version, request.hub)
            if location not in [each.location for each in model.notebooks]:
                raise _none(request)
        copied = await asyncio.to_thread(self._copy, *place, location, request.id, folder)
        return copied, needs

    def _copy(self, connection: str, region: str, location: str, id: str, folder: Path) -> Copied:
        bucket, key = location.removeprefix("s3://").partition("/")[0], key_of(location)
        found = read_object(
            self._sessions,
            connection,
            region,
            bucket,
            key,
            SIZE_LIMIT,
            # The account's own hubs name its own buckets.
            signed=not is_cache_bucket(bucket),
        )
        assert found is not None
        check(found.body, key)
        name = key.rpartition("/")[2]
        return copy({name if _FILE.fullmatch(name) else f"{id[:80]}.ipynb": found.body}, folder)


def check(content: bytes, name: str) -> None:
    """Raises ProblemError for what is no notebook as nbformat has them."""
    # Who opens no notebook needs none of it.
    from nbformat.validator import iter_validate

    try:
        document = json.loads(content)
        version = document["nbformat"]
        if version not in _FORMATS:  # nbformat imports a module of that name
            raise ValueError(f"nbformat {version!r} is none of {_FORMATS}")
        # Notebooks without the ids of 4.5 are common, and open all the same.
        minor = 4 if version == 4 else None
        errors = iter_validate(  # type: ignore[no-untyped-call]
            document, None, version, minor, relax_add_props=True
        )
        wrong = next(errors, None)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise hostile("This is no notebook", f"{name}: {error!r:.300}") from error
    if wrong is not None:
        raise hostile("This is no notebook", f"{name}: {wrong.message[:300]}")


def _of_model(model: JumpStartModel, title: str, location: str) -> JumpStartNotebook:
    return JumpStartNotebook(
        hub=model.hub,
        id=model.id,
        version=model.version,
        location=location,
        title=title,
        description="",
        task=model.task,
        model=model.name,
        origin=model.origin,
        runs_here=model.runs_here,
    )


def _none(request: NotebookCopyRequest) -> ProblemError:
    where = f"{request.location[:200]!r} of " if request.location is not None else ""
    return ProblemError(
        problem(
            "not_found",
            "There is no such notebook",
            f"{where}{request.id[:80]!r}, version {request.version[:32]!r}",
            "Read the list again.",
        )
    )
