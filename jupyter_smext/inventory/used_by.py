"""What uses a resource, and what made the data that it uses: AWS tells neither."""

from __future__ import annotations

import asyncio
import functools
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..aws.errors import ProblemError
from ..kinds import Kind, is_made, kinds, places, related
from ..kinds.model import required_members, service_model
from ..protocol import Problem, Related, Resource, Row, S3Place, UsedBy
from .resources import named

if TYPE_CHECKING:
    from .watched import Watched

EACH = 60
"""Resources of a kind that are described to see what they name: the newest ones."""

AT_ONCE = 8
FRESH = 60.0
"""Seconds for which a list is good here: while the panel is open they are read more often."""

KEPT = 5000
"""Answers that are remembered, of all kinds: most of what names others cannot change."""

_WHO_DID_IT = ("CreatedBy", "LastModifiedBy")
"""Members about a person, who has a domain and a profile: that is no use of these."""

_ARTIFACT = "ModelDataUrl"
_DATA = "InputDataConfig"


@dataclass(frozen=True)
class _Named:
    """What a resource names, and what it was when it was asked."""

    stamp: tuple[Any, ...]
    related: tuple[Related, ...]
    places: tuple[S3Place, ...]


class References:
    """What the resources of one connection and region name, as far as it was looked at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Named] = OrderedDict()

    async def of(self, watched: Watched, kind: Kind, row: Row) -> _Named:
        """What a resource names, asked again only after it changed. Raises ProblemError."""
        key = (kind.id, row.id)
        stamp = (row.modified or row.created, row.status)
        known = self._kept.get(key)
        if known is None or known.stamp != stamp:
            assert kind.describe_operation is not None
            parameters = named(kind, row.id)
            answer = await watched.call(kind.describe_operation, parameters)
            known = _Named(stamp, related(kind, {**parameters, **answer}), places(answer))
            self._kept[key] = known
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return known


async def used_by(watched: Watched, kind: Kind, id: str) -> UsedBy:
    """What names the resource, and whose outputs it names. Raises ProblemError for the resource.

    Where there are many, the newest of each kind are looked at, and it is said so.
    """
    resource = await watched.lately(kind, id)
    search = _Search(watched, kind, id, resource)
    made = [place for place in resource.places if is_made(place)]
    artifact = any(place.member.startswith("ModelArtifacts") for place in made)
    by_data = _with_member(_ARTIFACT if artifact else _DATA) if made else ()
    makers = _makers() if len(made) < len(resource.places) else ()
    below = [other for other in _listed() if other.parent == kind.id]
    await search.list({*_naming(kind), *by_data, *makers, *below})
    for other in below:
        search.children(other)
    for other in _naming(kind):
        await search.by_name(other)
    for other in by_data:
        await search.by_data(other)
    for other in makers:
        await search.maker(other)
    return search.answer()


class _Search:
    def __init__(self, watched: Watched, kind: Kind, id: str, resource: Resource) -> None:
        self._watched, self._kind, self._id = watched, kind, id
        self._resource = resource
        self._used: dict[tuple[str, str], Related] = {}
        self._made: dict[tuple[str, str], Related] = {}
        self._notes: list[str] = []
        self._problems: dict[str, Problem] = {}

    def answer(self) -> UsedBy:
        return UsedBy(
            tuple(self._used.values()),
            tuple(self._made.values()),
            tuple(self._notes),
            tuple(self._problems.values()),
        )

    async def list(self, needed: Iterable[Kind]) -> None:
        """Read the lists that nobody has read lately; what goes wrong is one of its problems."""
        lately = time.time() - FRESH
        unread = [kind for kind in needed if (self._watched.page(kind).read_at or 0) < lately]
        for page in await asyncio.gather(*map(self._watched.read_kind, unread)):
            if page.problem is not None:
                self._problems.setdefault(page.problem.title, page.problem)

    def children(self, other: Kind) -> None:
        """What stands below it in the panel says so in its row."""
        for row in self._watched.page(other).rows:
            if row.parent == self._id:
                self._use(other, row, other.label)

    async def by_name(self, other: Kind) -> None:
        """Resources of another kind that name it."""
        async for row, said in self._described(other):
            for one in said.related:
                if one.kind == self._kind.id and one.id.lower() == self._id.lower():
                    self._use(other, row, one.role)

    async def by_data(self, other: Kind) -> None:
        """Resources of another kind that read what it wrote."""
        made = [place.uri for place in self._resource.places if is_made(place)]
        name = unquote(self._id.rsplit(",", 1)[-1])
        async for row, said in self._described(other):
            for place in said.places:
                if not is_made(place) and _is_of(place.uri, made, name):
                    self._use(other, row, place.label)

    async def maker(self, other: Kind) -> None:
        """Jobs whose outputs it reads: those whose names stand in the URIs, as AWS puts them."""
        read = [place for place in self._resource.places if not is_made(place)]
        wanted = {part for place in read for part in place.uri.split("/")[3:]}
        for row in self._watched.page(other).rows:
            name = unquote(row.id.rsplit(",", 1)[-1])
            if name not in wanted or (other.id, row.id) == (self._kind.id, self._id):
                continue
            try:
                said = await self._watched.references.of(self._watched, other, row)
            except ProblemError as error:
                self._problem(error)
                continue
            made = [place.uri for place in said.places if is_made(place)]
            for place in read:
                if _is_of(place.uri, made, name):
                    found = Related(place.label, other.id, row.id, row.name)
                    self._made.setdefault((other.id, row.id), found)

    async def _described(self, other: Kind) -> AsyncIterator[tuple[Row, _Named]]:
        """Rows of a kind, newest first, that may name it, with what they name."""
        rows = self._rows(other)
        turn = asyncio.Semaphore(AT_ONCE)
        ended = False

        async def read(row: Row) -> _Named | None:
            nonlocal ended
            async with turn:
                if ended:
                    return None
                try:
                    return await self._watched.references.of(self._watched, other, row)
                except ProblemError as error:
                    # Deleted meanwhile, it names nothing; else the next one would fare no better.
                    if error.problem.cause != "not_found":
                        ended = True
                        self._problem(error)
                    return None

        for row, said in zip(rows, await asyncio.gather(*map(read, rows)), strict=True):
            if said is not None:
                yield row, said

    def _rows(self, other: Kind) -> Sequence[Row]:
        """The newest rows of a kind that are not older than it: those cannot name it."""
        since = self._resource.row.created
        rows = [
            row
            for row in self._watched.page(other).rows
            if since is None or max(row.modified or 0, row.created or 0) >= since - 1
        ]
        rows.sort(key=lambda row: row.modified or row.created or 0, reverse=True)
        if len(rows) > EACH:
            plural = other.plural.lower()
            self._notes.append(f"Of {len(rows):,} {plural}, the newest {EACH} were looked at.")
        return rows[:EACH]

    def _use(self, other: Kind, row: Row, role: str) -> None:
        if (other.id, row.id) != (self._kind.id, self._id):
            found = Related(role, other.id, row.id, row.name)
            self._used.setdefault((other.id, row.id), found)

    def _problem(self, error: ProblemError) -> None:
        self._problems.setdefault(error.problem.title, error.problem)


def _is_of(uri: str, made: Iterable[str], name: str) -> bool:
    """Whether a URI is an output, or lies below one in a folder with the name of its job."""
    for output in made:
        if uri.rstrip("/") == output.rstrip("/"):
            return True
        below = f"{output.rstrip('/')}/"
        if uri.startswith(below) and name in uri.split("/")[3:]:
            return True
    return False


@functools.cache
def _structures(operation: str) -> tuple[frozenset[str], ...]:
    """The members of each structure in what an operation answers."""

    def inside(shape: Any, above: tuple[str, ...]) -> Iterator[frozenset[str]]:
        if shape.name in above:
            return
        within = (*above, shape.name)
        if shape.type_name == "structure":
            yield frozenset(shape.members)
            for member, inner in shape.members.items():
                if member not in _WHO_DID_IT:
                    yield from inside(inner, within)
        elif shape.type_name == "list":
            yield from inside(shape.member, within)
        elif shape.type_name == "map":
            yield from inside(shape.value, within)

    output = service_model().operation_model(operation).output_shape
    return () if output is None else tuple(dict.fromkeys(inside(output, ())))


def _listed() -> Iterator[Kind]:
    return (
        kind
        for kind in kinds().values()
        if kind.describe_operation is not None and kind.listed_by == "inventory"
    )


@functools.cache
def _naming(kind: Kind) -> tuple[Kind, ...]:
    """The kinds whose descriptions have members for such a resource, by AWS's model."""
    operation = kind.describe_operation or kind.list_operation
    names = [{member, kind.members.get(member, member)} for member in required_members(operation)]
    arn = f"{kind.noun}Arn"

    def may(members: frozenset[str]) -> bool:
        return arn in members or (bool(names) and all(each & members for each in names))

    return tuple(
        other
        for other in _listed()
        if other is not kind
        # Its children say by their rows whose they are.
        and other.parent != kind.id
        and any(map(may, _structures(str(other.describe_operation))))
    )


@functools.cache
def _with_member(member: str) -> tuple[Kind, ...]:
    return tuple(
        kind
        for kind in _listed()
        if any(member in members for members in _structures(str(kind.describe_operation)))
    )


@functools.cache
def _makers() -> tuple[Kind, ...]:
    """Jobs: what has an output in S3, by AWS's model."""
    return tuple(
        kind
        for kind in _listed()
        if any(
            name.startswith("S3Output") or name == "S3ModelArtifacts"
            for members in _structures(str(kind.describe_operation))
            for name in members
        )
        and kind.noun.endswith("Job")
    )
