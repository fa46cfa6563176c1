"""Documents of models: from a hub or the S3 layout, kept in memory and on disk."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..aws import profiles
from ..aws.errors import ProblemError, problem
from ..protocol import ModelName, Problem
from . import hubs
from .document_json import SIZE_LIMIT
from .documents import MODEL_ID, VERSION, ModelDocument, parse_spec
from .facts import Facts, facts_of
from .hubs import HubContent
from .kept_files import load, save
from .public_objects import read_object
from .s3_places import cache_bucket

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

FRESH = 600.0
"""Seconds for which a document is not asked for again: versions hardly ever change."""

IN_MEMORY = 16
"""Documents; one takes some 100 KB."""

AT_ONCE = 4
"""Documents that are read at the same time."""

KEPT_EVERY = 50
"""Documents after which what is known of them is put on disk."""


class _Spec(msgspec.Struct, frozen=True):
    etag: str
    document: str


class Documents:
    """Thread-safe."""

    def __init__(self, sessions: Sessions, home: Path) -> None:
        self._sessions = sessions
        self._home = home
        self._lock = threading.Lock()
        self._parsed: OrderedDict[tuple[str, ...], tuple[float, ModelDocument]] = OrderedDict()
        self._facts: dict[tuple[str, str], dict[str, Facts]] = {}
        self._keys: dict[tuple[str, str], dict[str, str]] = {}

    async def get(
        self, connection: str, region: str, model: str, version: str, hub: str | None
    ) -> ModelDocument:
        """The document of a version, from its hub, or from the S3 layout without one.

        Raises ProblemError.
        """
        return await asyncio.to_thread(self.read, connection, region, model, version, hub)

    def read(
        self, connection: str, region: str, model: str, version: str, hub: str | None
    ) -> ModelDocument:
        """As get. Blocking."""
        place = (connection, region, hub or "", model, version)
        with self._lock:
            at, known = self._parsed.get(place, (0.0, None))
        if known is not None and time.time() < at + FRESH:
            return known
        document = self._fetch(connection, region, model, version, hub)
        with self._lock:
            self._parsed[place] = (time.time(), document)
            self._parsed.move_to_end(place)
            while len(self._parsed) > IN_MEMORY:
                self._parsed.popitem(last=False)
        self._learn(connection, region, hub, document)
        return document

    def learn(
        self,
        connection: str,
        region: str,
        models: Iterable[ModelName],
        stop: threading.Event,
        again: bool = False,
    ) -> list[Problem]:
        """Read documents for their facts alone, several at a time, until `stop` is set. Blocking.

        Those that are known are read `again` when asked. Why some could not be read.
        """
        known = self.facts(connection, region)
        problems: list[Problem] = []

        def read(model: ModelName) -> Facts | None:
            if stop.is_set():
                return None
            try:
                return facts_of(self._fetch(connection, region, model.id, model.version, model.hub))
            except ProblemError as error:
                problems.append(error.problem)
                return None

        wanted = [
            each
            for each in models
            if again or fact_key(each.hub, each.id, each.version) not in known
        ]
        with ThreadPoolExecutor(AT_ONCE, "smext-jumpstart") as pool:
            for number, (model, facts) in enumerate(
                zip(wanted, pool.map(read, wanted), strict=True), 1
            ):
                if facts is not None:
                    with self._lock:
                        known[fact_key(model.hub, model.id, model.version)] = facts
                if number % KEPT_EVERY == 0:
                    self._keep_facts(connection, region)
        self._keep_facts(connection, region)
        return _grouped(problems)

    def _keep_facts(self, connection: str, region: str) -> None:
        known = self.facts(connection, region)
        with self._lock:
            now = dict(known)
        save(self._home, "facts", now, connection, region)

    def facts(self, connection: str, region: str) -> dict[str, Facts]:
        """What is known of documents read until now, by `fact_key`. Blocking."""
        with self._lock:
            known = self._facts.get((connection, region))
        if known is None:
            known = load(self._home, "facts", dict[str, Facts], connection, region) or {}
            with self._lock:
                known = self._facts.setdefault((connection, region), known)
        return known

    def _learn(
        self, connection: str, region: str, hub: str | None, document: ModelDocument
    ) -> None:
        known = self.facts(connection, region)
        key, facts = fact_key(hub, document.id, document.version), facts_of(document)
        with self._lock:
            if known.get(key) == facts:
                return
            known[key] = facts
        self._keep_facts(connection, region)

    def _fetch(
        self, connection: str, region: str, model: str, version: str, hub: str | None
    ) -> ModelDocument:
        if not MODEL_ID.fullmatch(model) or not VERSION.fullmatch(version):
            raise ProblemError(
                problem("invalid", "This names no model", f"{model[:80]!r}, {version[:80]!r}")
            )
        if hub is not None:
            return self._hub_content(connection, region, model, version, hub)
        return self._spec(connection, region, model, version)

    def spec_uri(self, connection: str, region: str, model: str, version: str) -> str:
        """Where the spec of a version is."""
        return f"s3://{cache_bucket(region)}/{self._spec_key(connection, region, model, version)}"

    def _spec_key(self, connection: str, region: str, model: str, version: str) -> str:
        """The manifest's, else as those of all open models are."""
        known = self._keys.get((connection, region), {}).get(f"{model} {version}")
        return known or f"community_models/{model}/specs_v{version}.json"

    def _hub_content(
        self, connection: str, region: str, model: str, version: str, hub: str
    ) -> ModelDocument:
        names = ("hub", connection, region, hub, model, version)
        try:
            content = hubs.describe(self._sessions, connection, region, hub, model, version)
        except ProblemError as error:
            kept = load(self._home, "document", HubContent, *names)
            if kept is None or error.problem.cause in ("not_found", "denied"):
                raise
            return kept.parse(region)
        document = content.parse(region)
        save(self._home, "document", content, *names)
        return document

    def _spec(self, connection: str, region: str, model: str, version: str) -> ModelDocument:
        names = ("spec", connection, region, model, version)
        kept = load(self._home, "document", _Spec, *names)
        key = self._spec_key(connection, region, model, version)
        try:
            found = read_object(
                self._sessions,
                connection,
                region,
                cache_bucket(region),
                key,
                SIZE_LIMIT,
                kept.etag if kept is not None else None,
            )
        except ProblemError as error:
            if kept is not None and error.problem.cause not in ("not_found", "denied"):
                return parse_spec(kept.document.encode(), region)
            if connection == profiles.LOCAL and error.problem.cause == "not_found":
                raise _only_at_aws(model) from error
            raise
        if found is None:
            assert kept is not None
            return parse_spec(kept.document.encode(), region)
        document = parse_spec(found.body, region)
        save(self._home, "document", _Spec(found.etag, found.body.decode()), *names)
        return document

    def know_keys(self, connection: str, region: str, keys: dict[str, str]) -> None:
        """Where the manifest has specs, by `model version`."""
        self._keys[connection, region] = keys


def fact_key(hub: str | None, model: str, version: str) -> str:
    return f"{hub or ''} {model} {version}"


def _grouped(problems: Iterable[Problem]) -> list[Problem]:
    """One for each cause: a hundred models may be unreadable for the same reason."""
    by_cause: dict[str, list[Problem]] = {}
    for each in problems:
        by_cause.setdefault(each.cause, []).append(each)
    return [
        first
        if not more
        else msgspec.structs.replace(
            first,
            title=f"{len(more) + 1} documents of models could not be read",
            detail=f"{first.title}. {first.detail}".strip(),
        )
        for first, *more in by_cause.values()
    ]


def _only_at_aws(model: str) -> ProblemError:
    return ProblemError(
        problem(
            "needs_aws",
            f"{model} is at AWS only",
            "The local engine has the models that it can run; of this one there is a line in the "
            "table that comes with the extension, and no document.",
            "Choose a connection to AWS to see and to deploy it.",
        )
    )
