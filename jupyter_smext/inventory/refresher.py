"""Reads what is due, publishes what changed, and says what could not be read."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from ..aws.errors import ProblemError
from ..kinds import BadId, Kind
from ..protocol import Problem, Row
from . import resources
from .client import Client
from .history import History
from .instances import Instances
from .pace import INTEREST
from .pages import Key, Pages
from .reader import Outcome, Reader
from .snapshot import Snapshot
from .sweep import Read
from .workers import Workers

_log = logging.getLogger(__name__)

IDS_IN_EVENT = 100

PATIENCE = 12.0
"""Seconds that a sweep waits for a kind: a slower one is still read, but holds up nothing else."""


class Refresher:
    """The pages of one connection and region, and their reading. Belongs to the loop's thread."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        client: Client,
        workers: Workers,
        announce: Callable[[str, tuple[str, ...], int], None],
        *,
        windows: bool,
    ) -> None:
        """`announce(kind id, changed row ids, revision)` is called on the loop's thread."""
        self.kinds = kinds
        self.pages = Pages()
        self.history = History()
        self.problem: Problem | None = None
        self.read_at: float | None = None
        self.sweeping = False
        self.answered: set[Key] = set()
        self.listed = [kind for kind in kinds.values() if kind.listed_by == "inventory"]
        self.instances = Instances(workers, self._created)
        self._client = client
        self._workers = workers
        self._announce = announce
        self._reader = Reader(client, workers, self.instances, windows=windows)
        self._trouble: Problem | None = None
        self._succeeded = False
        self._out: set[Key] = set()
        self._published: dict[Key, float] = {}
        self._children: dict[Key, float] = {}

    def busy(self) -> bool:
        """Whether anything known is on its way to another state."""
        return any(
            row.tone == "busy" for key in self.pages.keys() for row in self.pages.get(key).rows
        )

    def row(self, kind: Kind, id: str) -> Row | None:
        """The last known row of a resource."""
        for key in self.pages.keys():
            if key[0] == kind.id:
                for row in self.pages.get(key).rows:
                    if row.id == id:
                        return row
        return None

    def described(self, kind: Kind, known: Row | None, row: Row) -> None:
        """A resource was read by itself, and may be in another state than its list had it in."""
        if known is not None and not kind.times.ended:
            self.history.saw(kind.id, [known], [row], [row.id], time.time())
        self.history.learn(kind.id, row)

    def paint(self, known: Snapshot) -> None:
        """Show what an earlier server knew, where nothing was read since."""
        for key in self.pages.paint(page for page in known.pages if page.kind in self.kinds):
            self._tell(key, [])
        if self.read_at is None:
            self.read_at = known.saved_at

    def look_into(self, key: Key) -> None:
        """Someone looks at a parent's page: it is read along for a while."""
        self._children[key] = time.monotonic()

    async def sweep(self, full: bool) -> bool:
        """Read every kind, all rows or the changes only; answers whether AWS throttled."""
        self.sweeping = True
        self.answered = set()
        self._succeeded = False
        before, self._trouble = self.problem, None
        try:
            reads = self._due(full)
            unreachable = await self._unreachable()
            if unreachable is not None:
                self._trouble = unreachable
                for read in reads:
                    self._failed(read.key, unreachable)
                reads = []
            elif before is not None and reads:
                # One call tells whether it is over; dozens would be refused, or hang, together.
                probe, *reads = reads
                await self.read([probe])
                still = self._still_troubled()
                if still is not None:
                    for read in reads:
                        self._failed(read.key, still)
                    reads = []
            await self.read(reads)
        finally:
            self.sweeping = False
        self.problem = self._trouble
        return self._reader.throttled()

    def plan(self, kind: Kind, parent: str | None, full: bool = True) -> Read:
        """How to read one kind. Raises a 400 ProblemError for a parent that is none."""
        known = self.pages.get((kind.id, parent)).rows
        try:
            return self._reader.plan(kind, parent, known, full=full)
        except BadId as error:
            raise resources.invalid(
                f"There are no {kind.plural.lower()} under this id", f"{error}."
            ) from error

    async def read(self, reads: list[Read]) -> None:
        """Read and publish; those that hang are published when they answer."""
        if not reads:
            return
        loop = asyncio.get_running_loop()
        left = set(reads)
        self._out |= {read.key for read in reads}
        complete = asyncio.Event()

        def publish(read: Read, outcome: Outcome) -> None:
            try:
                self._publish(outcome)
            finally:
                self._out.discard(read.key)
                left.discard(read)
                if not left:
                    complete.set()

        self._reader.start(
            reads, lambda read, outcome: loop.call_soon_threadsafe(publish, read, outcome)
        )
        try:
            await asyncio.wait_for(complete.wait(), PATIENCE)
        except asyncio.TimeoutError:
            names = sorted(read.kind.plural for read in left)
            _log.info("AWS has not answered yet for %s", ", ".join(names))
            for read in left:
                # Its retries may take minutes; what is shown meanwhile is of last time.
                if self._client.is_throttled(read.kind.list_operation):
                    self._tell(read.key, self.pages.failed(read.key, self._client.slow()))

    async def fill_in(self) -> None:
        """Find out what running rows run on, where their lists did not say, and publish that."""
        for key in self.pages.keys():
            kind = self.kinds[key[0]]
            missing = self.instances.missing(kind, self.pages.get(key).rows)
            if not missing:
                continue
            await asyncio.wrap_future(
                self._workers.submit(
                    "instances", self.instances.read, kind, missing, self._client.call
                )
            )
            page = self.pages.get(key)
            if page.read_at is not None and not page.stale:
                rows = self.instances.filled(kind, page.rows)
                found = {row.id for row in missing}
                for row in rows:
                    if row.id in found:
                        self.history.learn(kind.id, row)
                self._tell(key, self.pages.read(key, rows, page.read_at))
        self.instances.keep(
            (self.kinds[key[0]], row)
            for key in self.pages.keys()
            for row in self.pages.get(key).rows
        )

    def forget_before(self, started: float) -> None:
        """The account is another one: drop all that was not read since `started` (epoch)."""
        self.instances.clear()
        self.history.clear()
        pages = ((key, self.pages.get(key)) for key in self.pages.keys())
        old = [key for key, page in pages if page.stale or (page.read_at or 0) < started]
        for key in self.pages.forget(old):
            self._tell(key, [])

    def _due(self, full: bool) -> list[Read]:
        """Every kind and the parents' pages looked at lately, but for those still being read."""
        now, clock = time.time(), time.monotonic()
        for key, looked in list(self._children.items()):
            if clock - looked > INTEREST:
                del self._children[key]
                self.pages.drop(key)
        due = []
        for key in [*((kind.id, None) for kind in self.listed), *self._children]:
            problem = self.pages.get(key).problem
            waits = problem is not None and (problem.retry_at or 0) > now
            denied = problem is not None and problem.cause == "denied" and not full
            if waits or denied:
                self.answered.add(key)
            elif key not in self._out:
                due.append(self.plan(self.kinds[key[0]], key[1], full))
        return due

    def _publish(self, outcome: Outcome) -> None:
        key = outcome.key
        if outcome.started < self._published.get(key, 0.0):
            # An older answer that came late must not undo a newer one.
            return
        self._published[key] = outcome.started
        if outcome.problem is not None:
            self._failed(key, outcome.problem)
            return
        self.answered.add(key)
        self._succeeded = True
        self.read_at = outcome.read_at
        if self._trouble is not None and self._trouble.cause == "offline":
            self.problem = self._trouble = None
        before = self.pages.get(key).rows
        ids = self.pages.read(key, outcome.rows, outcome.read_at)
        if ids and before and not self.kinds[key[0]].times.ended:
            self.history.saw(key[0], before, outcome.rows, ids, outcome.read_at)
        self._tell(key, ids)

    def _failed(self, key: Key, problem: Problem) -> None:
        self.answered.add(key)
        # One kind's broken line is not the network's, when others were read in the same sweep.
        alone = problem.cause == "offline" and self._succeeded
        if problem.cause in ("signed_out", "offline") and not alone:
            self.problem = self._trouble = problem
        self._tell(key, self.pages.failed(key, problem))

    async def _unreachable(self) -> Problem | None:
        """Why no call can be made at all: no credentials, no such profile, no engine."""
        try:
            await asyncio.wrap_future(self._workers.submit("client", self._client.get))
        except ProblemError as error:
            return error.problem
        return None

    def _still_troubled(self) -> Problem | None:
        return self._trouble

    def _tell(self, key: Key, ids: list[str] | None) -> None:
        if ids is not None:
            self._announce(key[0], tuple(ids[:IDS_IN_EVENT]), self.pages.rev)

    def _created(self, kind: str, id: str) -> float | None:
        rows = self.pages.get((kind, None)).rows
        return next((row.created for row in rows if row.id == id), None)
