"""One connection and region: watched while someone looks, described and changed on request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote

from ..kinds import Kind
from ..protocol import (
    CodeSample,
    Created,
    CreateParameters,
    Inventory,
    Page,
    Resource,
    Row,
    TagChanges,
    Tags,
)
from . import clone, code_samples, resources, tags
from .client import Client
from .history import Seen
from .pace import Pace
from .refresher import Refresher
from .shelf import Shelf
from .snapshot import Snapshot
from .used_by import References
from .workers import Workers

_log = logging.getLogger(__name__)

LATELY = 2.0
"""Seconds for which a describe answer is good for another view of the same page."""

DESCRIBED = 32

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Watched:
    """All that is known of one connection and region. Belongs to the server's loop thread.

    What reads or changes raises ProblemError only.
    """

    def __init__(
        self,
        connection: str,
        region: str,
        client: Client,
        workers: Workers,
        refresher: Refresher,
        shelf: Shelf,
        pace: Pace,
    ) -> None:
        self.connection = connection
        self.region = region
        self._client = client
        self._workers = workers
        self._refresher = refresher
        self._pages = refresher.pages
        self._shelf = shelf
        self._pace = pace
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._next: asyncio.Task[None] | None = None
        self._next_full = False
        self._watcher: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._described: dict[tuple[str, str], tuple[float, Resource]] = {}
        self.references = References()
        self._closed = False

    def inventory(self, since: int = 0) -> Inventory:
        """What is known, at once. Someone looks, so it is kept up to date for a while."""
        self._look()
        refresher, now = self._refresher, time.monotonic()
        return Inventory(
            connection=self.connection,
            region=self.region,
            rev=self._pages.rev,
            reading=refresher.sweeping,
            kinds=len(refresher.listed),
            kinds_read=sum((kind.id, None) in refresher.answered for kind in refresher.listed),
            read_at=refresher.read_at,
            next_read_at=time.time() + self._pace.due(now, busy=refresher.busy()) - now,
            problem=refresher.problem,
            pages=self._pages.since(since),
        )

    def names(self, kind: Kind) -> list[str]:
        """What the resources of a kind are called by AWS, as far as they are known; asks nobody."""
        rows = self._pages.get((kind.id, None)).rows
        return list(dict.fromkeys(unquote(row.id.rsplit(",", 1)[-1]) for row in rows))

    def page(self, kind: Kind) -> Page:
        """What is known of a kind; asks nobody."""
        return self._pages.get((kind.id, None))

    def states(self, kind: Kind, row: Row) -> tuple[Seen, ...]:
        """The states that a resource was seen in, oldest first, with that of now."""
        return self._refresher.history.of(kind.id, row)

    def lengths(self, kind: Kind, status: str, instance: str | None) -> list[float]:
        """How many seconds others of a kind, on such instances, were seen in a state."""
        return self._refresher.history.lengths(kind.id, status, instance)

    def running(self) -> list[tuple[Kind, Row]]:
        """Everything known to be billed now."""
        # A resource may stand in its kind's page and in its parent's.
        found = {
            (key[0], row.id): row
            for key in self._pages.keys()
            for row in self._pages.get(key).rows
            if row.running
        }
        return [(self._refresher.kinds[kind], row) for (kind, _), row in found.items()]

    async def refresh(self, full: bool = True) -> None:
        """Read every kind now; returns when all have answered, hanging ones excepted."""
        self._next_full |= full
        if self._next is None:
            # Whoever asks while a sweep runs gets the one after it, and shares it.
            self._next = self._spawn(self._sweep())
        await asyncio.shield(self._next)

    async def read_kind(self, kind: Kind, parent_id: str | None = None) -> Page:
        """Read one kind now, of one parent if given; what went wrong is the page's problem."""
        read = self._refresher.plan(kind, parent_id)
        if parent_id is not None:
            self._refresher.look_into(read.key)
        await self._refresher.read([read])
        self._spawn(self._refresher.fill_in())
        return self._pages.get(read.key)

    async def describe(self, kind: Kind, id: str) -> Resource:
        """One resource, whole, read now."""
        row = self._refresher.row(kind, id)
        resource = await self._call(
            f"describe-{kind.id}", resources.described, kind, id, self._client, row
        )
        self._described[kind.id, id] = (time.monotonic(), resource)
        self._refresher.described(kind, row, resource.row)
        while len(self._described) > DESCRIBED:
            del self._described[next(iter(self._described))]
        return resource

    async def lately(self, kind: Kind, id: str) -> Resource:
        """As `describe`, or what that answered a moment ago: a page's views ask one by one."""
        at, resource = self._described.get((kind.id, id), (-LATELY, None))
        if resource is not None and time.monotonic() - at < LATELY:
            return resource
        return await self.describe(kind, id)

    async def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One call of SageMaker that reads."""
        return await self._call(operation, self._client.call, operation, parameters)

    async def act(self, kind: Kind, id: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Do what a verb says; a 409 ProblemError in a state that forbids it."""
        row = self._refresher.row(kind, id)
        await self._call(
            operation, resources.act, kind, id, operation, parameters, self._client, row
        )
        self._described.pop((kind.id, id), None)
        self._changed(kind, row)
        for verb in kind.verbs:
            if verb.operation == operation and verb.on is not None:
                self._changed(self._refresher.kinds[verb.on], None)

    async def create(self, kind: Kind, parameters: Mapping[str, Any]) -> Created:
        """Create one by the parameters of its Create operation."""
        created = await self._call(
            f"create-{kind.id}", resources.create, kind, parameters, self._client
        )
        self._changed(kind, None)
        return created

    async def parameters_to_create(self, kind: Kind, id: str) -> CreateParameters:
        """What would create the same resource again, under another name."""
        return await self._call(
            f"describe-{kind.id}",
            clone.parameters_to_create,
            kind,
            id,
            self._client,
            self.names(kind),
        )

    async def code(self, kind: Kind, id: str) -> tuple[CodeSample, ...]:
        """What can be done with the resource, as code."""
        return await self._call(
            f"describe-{kind.id}", code_samples.code_of, kind, id, self._client, self.region
        )

    async def tags(self, kind: Kind, id: str) -> Tags:
        """The tags of one resource, read now."""
        row = self._refresher.row(kind, id)
        return await self._call(f"tags-{kind.id}", tags.read_tags, kind, id, self._client, row)

    async def change_tags(self, kind: Kind, id: str, changes: TagChanges) -> Tags:
        """Set and take away tags; the answer is what there is then."""
        row = self._refresher.row(kind, id)
        return await self._call(
            f"change-tags-{kind.id}", tags.change_tags, kind, id, changes, self._client, row
        )

    def look_at(self, kind: Kind, id: str) -> None:
        """Somebody saw that a resource is another now: read what there is of it, behind this."""
        if not self._closed:
            self._changed(kind, self._refresher.row(kind, id))

    async def settled(self) -> None:
        """Wait until all that was begun is done; hanging calls excepted."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop reading; what is known goes to disk."""
        self._closed = True
        tasks = {task for task in (*self._tasks, self._watcher) if task is not None}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._workers.close()
        self._shelf.save(self._pages.whole())
        history = self._refresher.history
        if (states := history.packed()) is not None:
            history.save(self._shelf.states, states)

    def _look(self) -> None:
        if self._closed:
            return
        self._pace.look(time.monotonic())
        if self._watcher is None or self._watcher.done():
            if not self._pages.keys():
                self._recall()
            self._watcher = asyncio.get_running_loop().create_task(
                self._watch(), name=f"smext-watch-{self.connection}-{self.region}"
            )

    def _recall(self) -> None:
        """Show what an earlier server knew, until it is read again."""
        known, sure = self._shelf.load()
        if known is not None and sure:
            self._refresher.paint(known)
        elif known is not None:
            self._spawn(self._recall_if_mine(known))

    async def _recall_if_mine(self, known: Snapshot) -> None:
        if await self._call("whose", self._shelf.is_mine, known):
            self._refresher.paint(known)

    async def _watch(self) -> None:
        """Sweep after sweep while anyone looks."""
        while self._pace.watched(now := time.monotonic()):
            busy = self._refresher.busy()
            due = self._pace.due(now, busy=busy)
            if now < due:
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), due - now)
                except asyncio.TimeoutError:
                    pass
                continue
            try:
                await self.refresh(full=self._pace.full_due(now, busy=busy))
            except Exception:
                # A defect of ours: the pages keep their age, and the next turn may do better.
                _log.exception("The inventory of %s could not be refreshed", self.connection)
                self._pace.swept(time.monotonic(), full=True, throttled=True)

    async def _sweep(self) -> None:
        async with self._turn:
            full, self._next, self._next_full = self._next_full, None, False
            started = time.time()
            throttled = await self._refresher.sweep(full)
            self._pace.swept(time.monotonic(), full=full, throttled=throttled)
        self._spawn(self._after(started))

    async def _after(self, started: float) -> None:
        """What can wait until the lists are shown."""
        if self._refresher.problem is None:
            if await self._call("whose", self._shelf.is_another_account):
                self._refresher.forget_before(started)
            await self._refresher.fill_in()
        if self._shelf.due():
            await self._call("snapshot", self._shelf.save, self._pages.whole())
            history = self._refresher.history
            if (states := history.packed()) is not None:
                await self._call("states", history.save, self._shelf.states, states)

    def _changed(self, kind: Kind, row: Row | None) -> None:
        """A change was made from here: show what comes of it soon."""
        self._pace.hurry(time.monotonic())
        self._wake.set()
        if kind.listed_by == "inventory":
            self._spawn(self._refresher.read([self._refresher.plan(kind, None)]))
        elif row is not None and row.parent is not None:
            self._spawn(self._refresher.read([self._refresher.plan(kind, row.parent)]))

    async def _call(
        self, name: str, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        return await asyncio.wrap_future(self._workers.submit(name, function, *args, **kwargs))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("Background work of the inventory failed", exc_info=task.exception())
