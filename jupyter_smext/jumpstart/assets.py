"""All that JumpStart or this extension made in a region, by tags and journals, as it is now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import Kind, kinds
from ..lifecycle.candidates import each
from ..protocol import (
    Cost,
    LaunchedAsset,
    LaunchedAssets,
    Page,
    Problem,
    Row,
)
from . import asset_tags
from .asset_archives import archives_there
from .asset_journals import Journals
from .asset_stacks import STACK, stacks_there
from .asset_tags import Tags
from .calls import LAUNCH_TAG
from .listing import told_once

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..cost import Prices

#: Lists older than this many seconds are read again.
_FRESH = 3.0
#: Which of what JumpStart made names which other by its describe answer.
_USES = {
    "endpoint": ("endpoint-config",),
    "endpoint-config": ("model",),
    "inference-component": ("model",),
}


@dataclass(frozen=True)
class _Found:
    """A row with its tags."""

    kind: Kind
    row: Row
    tags: Tags

    @property
    def key(self) -> tuple[str, str]:
        return self.kind.id, self.row.id


async def launched(
    sessions: Sessions, watched: Watched, prices: Prices, journals: Journals
) -> LaunchedAssets:
    """Rows of the panel's and stacks, newest first. Raises nothing that AWS says."""
    return await _Reading(sessions, watched, prices, journals).all()


class _Reading:
    """One reading; what could not be read is in `problems`."""

    def __init__(
        self, sessions: Sessions, watched: Watched, prices: Prices, journals: Journals
    ) -> None:
        self._sessions = sessions
        self._watched = watched
        self._place = watched.connection, watched.region
        self._prices = prices
        self._journals = journals
        self._problems: list[Problem] = []
        self._stale: set[str] = set()

    async def all(self) -> LaunchedAssets:
        tagged, problems = await asset_tags.tagged(self._sessions, *self._place)
        self._problems += problems
        (on_stacks, unread), (archives, unseen), rows = await asyncio.gather(
            stacks_there(self._sessions, *self._place, tagged, self._journals),
            archives_there(self._sessions, *self._place, self._journals),
            self._rows(tagged),
        )
        self._problems += unread + unseen
        costs = self._prices.costs(*self._place, [(one.kind, one.row) for one in rows])
        by_key = {(cost.kind, cost.id): cost for cost in costs.rows}
        on_stack = {launch: f"{STACK}/{stack.id}" for launch, stack in on_stacks.items()}
        uses = await self._uses(rows)
        found = [
            *on_stacks.values(),
            *archives,
            *(
                self._asset(one, on_stack.get(one.tags.get(LAUNCH_TAG, "")), uses, by_key)
                for one in rows
            ),
        ]
        found.sort(key=lambda asset: (-(asset.created or 0.0), asset.kind, asset.id))
        connection, region = self._place
        return LaunchedAssets(
            connection, region, costs.charged, tuple(found), told_once(self._problems)
        )

    async def _rows(self, tagged: Mapping[str, Tags]) -> list[_Found]:
        """Those of the panel's that carry a tag, and those that a journal names."""
        # AWS writes names in ARNs in lower case, not the same in each of its answers.
        tags = {arn.casefold(): found for arn, found in tagged.items()}
        made = self._journals.made
        wanted = {kind for kind, _ in made}
        wanted |= {kind for arn in tagged if (kind := asset_tags.kind_of(arn)) is not None}
        pages = await each([of for id, of in kinds().items() if id in wanted], self._page)
        found: list[_Found] = []
        untold: list[tuple[Kind, Row]] = []
        for page in pages:
            of = kinds()[page.kind]
            for row in page.rows:
                known = tags.get((row.arn or "").casefold())
                if known is not None:
                    found.append(_Found(of, row, known))
                elif (of.id, row.id) in made and row.arn:
                    untold.append((of, row))
        return found + [one for one in await each(untold, self._ours) if one is not None]

    async def _page(self, of: Kind) -> Page:
        known = {page.kind: page for page in self._watched.inventory().pages}.get(of.id)
        age = time.time() - (known.read_at or 0.0) if known is not None else _FRESH
        if known is None or known.stale or known.problem is not None or age >= _FRESH:
            known = await self._watched.read_kind(of)
        if known.problem is not None:
            self._stale.add(of.id)
            title = f"{of.plural} could not be read, so some may be missing or have changed"
            said = f"{known.problem.title}. {known.problem.detail}".strip()
            self._problems.append(replace(known.problem, title=title, detail=said))
        return known

    async def _ours(self, of: tuple[Kind, Row]) -> _Found | None:
        """What a journal names and the tags' index does not know yet, if the launch made it."""
        kind, row = of
        assert row.arn is not None
        try:
            tags = await asyncio.to_thread(
                asset_tags.of_resource, self._sessions, *self._place, row.arn
            )
        except ProblemError as error:
            if error.problem.cause != "not_found":
                self._problems.append(error.problem)
            return None
        ours = tags.get(LAUNCH_TAG) == self._journals.made[kind.id, row.id]
        return _Found(kind, row, tags) if ours else None

    async def _uses(self, rows: list[_Found]) -> dict[tuple[str, str], str]:
        """What each hangs on, as KIND/ID, by kind and row id."""
        there = {one.key for one in rows}
        users = [one for one in rows if one.kind.id in _USES]
        found: dict[tuple[str, str], str] = {}
        for user, names in zip(users, await each(users, self._named), strict=True):
            for name in names:
                if name in there and name[0] in _USES[user.kind.id]:
                    found.setdefault(name, "/".join(user.key))
        for one in rows:
            parent = one.kind.parent, one.row.parent
            if parent in there:
                found[one.key] = f"{parent[0]}/{parent[1]}"
        return found

    async def _named(self, user: _Found) -> list[tuple[str, str]]:
        try:
            resource = await self._watched.describe(user.kind, user.row.id)
        except ProblemError as error:
            if error.problem.cause != "not_found":
                self._problems.append(error.problem)
            return []
        return [(related.kind, related.id) for related in resource.related]

    def _asset(
        self,
        one: _Found,
        stack: str | None,
        uses: Mapping[tuple[str, str], str],
        costs: Mapping[tuple[str, str], Cost],
    ) -> LaunchedAsset:
        launch = self._journals.launches.get(one.tags.get(LAUNCH_TAG, ""))
        request = (launch.deploy or launch.fine_tune) if launch is not None else None
        model, version, hub = asset_tags.model_of(one.tags)
        cost = costs.get(one.key) if one.row.running else None
        return LaunchedAsset(
            kind=one.kind.id,
            id=one.row.id,
            name=one.row.name,
            status=one.row.status,
            tone="unknown" if one.kind.id in self._stale else one.row.tone,
            running=one.row.running,
            created=one.row.created,
            instance=one.row.instance,
            price=cost.price if cost else None,
            memory=cost.memory if cost else None,
            part_of=stack or uses.get(one.key),
            model=request.model if request else model,
            version=request.version if request else version,
            hub=request.hub if request else hub,
            launch=launch.id if launch else None,
            under_way=launch is not None and launch.state == "running",
        )
