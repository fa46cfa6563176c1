"""The catalogue of models, each from the best source that has it: at once, from what is known."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..aws import profiles
from ..protocol import JumpStartCatalogue, JumpStartModel, ModelName, Problem
from . import listing
from .document_store import Documents, fact_key
from .facts import with_facts
from .kept_files import load, save
from .listing import Listing, told_once
from .model_table import AS_OF, shipped
from .versions import Versions

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

FRESH = 600.0
"""Seconds for which a listing is good."""

TRY_AGAIN = 60.0
"""Seconds after which sources that could not be read are tried again."""

DESCRIBED = 50
"""Models of hubs, at most, whose documents are read so that their rows say all: those of the
account's own hubs and of the local engine. AWS's public hub has a thousand."""


class _Kept(msgspec.Struct, frozen=True):
    at: float
    listing: Listing


@dataclass
class _Place:
    """A connection's region. `listing` None: nothing was ever read of it."""

    listing: Listing | None = None
    at: float | None = None
    next: float = 0.0
    recalled: bool = False
    task: asyncio.Task[None] | None = None
    learning: asyncio.Task[None] | None = None
    unread: tuple[Problem, ...] = ()


class Catalogue:
    """Belongs to the server's loop thread; what blocks runs in others."""

    def __init__(self, sessions: Sessions, documents: Documents, home: Path) -> None:
        self._sessions = sessions
        self._documents = documents
        self._home = home
        self._places: dict[tuple[str, str], _Place] = {}
        self._closed = False
        self._stop = threading.Event()

    async def get(self, connection: str, region: str) -> JumpStartCatalogue:
        """What is known now; what is old is read again in the background. Does not wait for AWS."""
        place = self._place(connection, region)
        if not place.recalled:
            kept = await asyncio.to_thread(load, self._home, "listing", _Kept, connection, region)
            if not place.recalled and kept is not None:
                place.listing, place.at = kept.listing, kept.at
                self._documents.know_keys(connection, region, kept.listing.spec_keys)
                place.next = kept.at + FRESH
            place.recalled = True
        if place.task is None and time.time() >= place.next and not self._closed:
            place.task = asyncio.create_task(self._read(connection, region, place))
        return await asyncio.to_thread(self._answer, connection, region, place)

    def retry(self, connection: str, region: str) -> None:
        """Read again at the next question."""
        self._place(connection, region).next = 0.0

    def learn(self, connection: str, region: str, models: Sequence[ModelName]) -> None:
        """Read the documents of these models in the background, after those that are being read."""
        place = self._place(connection, region)
        before = place.learning

        async def read() -> None:
            if before is not None:
                await asyncio.wait([before])
            else:
                place.unread = ()
            found = await asyncio.to_thread(
                self._documents.learn, connection, region, models, self._stop
            )
            place.unread = told_once((*place.unread, *found))

        def done(task: asyncio.Task[None]) -> None:
            if place.learning is task:
                place.learning = None

        if not self._closed:
            place.learning = asyncio.create_task(read())
            place.learning.add_done_callback(done)

    async def find(
        self, connection: str, region: str, model: str, version: str, hub: str | None
    ) -> JumpStartModel | None:
        """The row of a model, whatever its newest version is; None: nothing has it."""
        rows = (await self.get(connection, region)).models
        return next((each for each in rows if each.id == model and each.hub == hub), None)

    def versions(self, connection: str, region: str, model: str) -> Versions | None:
        """The versions that the manifest has; None where it does not have it, or was not read."""
        known = self._place(connection, region).listing
        return known.versions.get(model) if known is not None else None

    async def close(self) -> None:
        """Read no more."""
        self._closed = True
        self._stop.set()
        tasks = [
            task
            for place in self._places.values()
            for task in (place.task, place.learning)
            if task is not None
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _place(self, connection: str, region: str) -> _Place:
        return self._places.setdefault((connection, region), _Place())

    async def _read(self, connection: str, region: str, place: _Place) -> None:
        place.next = time.time() + TRY_AGAIN
        try:
            found = await asyncio.to_thread(
                listing.read, self._sessions, connection, region, self._home
            )
            before = place.listing
            if not found.models and before is not None and before.models:
                # The last good rows stay, with why there are no newer ones.
                place.listing = msgspec.structs.replace(before, problems=found.problems)
                return
            place.listing, place.at = found, time.time()
            self._documents.know_keys(connection, region, found.spec_keys)
            if found.models:
                await asyncio.to_thread(
                    save, self._home, "listing", _Kept(place.at, found), connection, region
                )
            if not found.problems:
                place.next = place.at + FRESH
            await asyncio.to_thread(self._describe, connection, region, found)
        finally:
            place.task = None

    def _describe(self, connection: str, region: str, found: Listing) -> None:
        """Read the documents of hubs that are small, so that their rows say all."""
        wanted = [
            ModelName(each.hub, each.id, each.version)
            for each in found.models
            if each.runs_here or each.origin == "private hub"
        ]
        # The engine's are another version's when it is; what cannot be read, its page says.
        again = connection == profiles.LOCAL
        self._documents.learn(connection, region, wanted[:DESCRIBED], self._stop, again)

    def _answer(self, connection: str, region: str, place: _Place) -> JumpStartCatalogue:
        known = place.listing or Listing((), False, ())
        facts = self._documents.facts(connection, region)
        models = list(known.models)
        public = {each.id for each in models if each.origin != "private hub"}
        if not known.whole:
            models += [each for id, each in shipped().items() if id not in public]
        rows = [
            with_facts(each, facts[key])
            if (key := fact_key(each.hub, each.id, each.version)) in facts
            else each
            for each in models
        ]
        rows.sort(key=lambda each: (each.id, each.hub or ""))
        return JumpStartCatalogue(
            connection=connection,
            region=region,
            models=tuple(rows),
            as_of=None if known.whole else AS_OF,
            read_at=place.at,
            reading=place.task is not None or place.learning is not None,
            problems=told_once((*known.problems, *place.unread)),
        )
