"""The page of a model: its row, and what its document says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..protocol import ModelPage, Problem
from . import hubs
from .catalogue import Catalogue
from .document_store import Documents
from .facts import facts_of, with_facts
from .kept_files import load, save
from .page_of_document import page_of, page_of_row, row_of
from .public_objects import read_object
from .versions import Versions

if TYPE_CHECKING:
    from pathlib import Path

    from ..aws.sessions import Sessions

EULA_LIMIT = 512 * 1024
"""Bytes of a licence."""


class Pages:
    """Pages of models in any region."""

    def __init__(
        self, sessions: Sessions, catalogue: Catalogue, documents: Documents, home: Path
    ) -> None:
        self._sessions = sessions
        self._catalogue = catalogue
        self._documents = documents
        self._home = home

    async def get(
        self, connection: str, region: str, model: str, version: str, hub: str | None
    ) -> ModelPage:
        """Raises ProblemError where neither a row nor a document is there."""
        row, read = await asyncio.gather(
            self._catalogue.find(connection, region, model, version, hub),
            self._documents.get(connection, region, model, version, hub),
            return_exceptions=True,
        )
        if isinstance(row, BaseException):
            raise row
        if isinstance(read, ProblemError):
            if row is None:
                raise read
            return page_of_row(replace(row, version=version), read.problem)
        if isinstance(read, BaseException):
            raise read
        problems: list[Problem] = []
        if read.failure is not None:
            problems.append(problem("conflict", f"{model} cannot be used yet", read.failure))
        versions = await asyncio.to_thread(
            self._versions, connection, region, model, version, hub, problems
        )
        eula = await asyncio.to_thread(self._eula, connection, region, read.hosting.eula, problems)
        known = row if row is not None else row_of(read, connection)
        if known.version != version:
            # The row's are the newest version's.
            known = replace(known, version=version, deprecated=False)
        known = with_facts(known, facts_of(read))
        source = read.arn or self._documents.spec_uri(connection, region, model, version)
        return page_of(known, read, source, versions, eula, tuple(problems))

    def _versions(
        self,
        connection: str,
        region: str,
        model: str,
        version: str,
        hub: str | None,
        problems: list[Problem],
    ) -> Versions:
        if hub is None:
            return self._catalogue.versions(connection, region, model) or Versions((version,))
        try:
            return hubs.versions(self._sessions, connection, region, hub, model)
        except ProblemError as error:
            problems.append(error.problem)
            return Versions((version,))

    def _eula(
        self, connection: str, region: str, uri: str | None, problems: list[Problem]
    ) -> str | None:
        """The words of a licence; it must be read where it can be before it is accepted."""
        if uri is None:
            return None
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        names = (connection, uri)
        try:
            found = read_object(self._sessions, connection, region, bucket, key, EULA_LIMIT)
        except ProblemError as error:
            kept = load(self._home, "licence", str, *names)
            if kept is None:
                problems.append(error.problem)
            return kept
        assert found is not None
        words = found.body.decode("utf-8", "replace")
        save(self._home, "licence", words, *names)
        return words
