"""The timeline of a resource: its phases and parts, how long that usually takes, and the bill."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from ..cost.price_list import PriceList
from ..inventory import Watched
from ..kinds import Kind
from ..kinds.model import sentence
from ..protocol import Phase, Problem, Resource, Timeline
from .billing import billed
from .parts import PAGE, parts_of, parts_request
from .phases import is_over, phases_of
from .usual import Usual

_replace = msgspec.structs.replace


class Timelines:
    """Makes them. Belongs to the server's loop thread."""

    def __init__(self, prices: Callable[[str, str], PriceList | None]) -> None:
        """`prices(connection, region)` is the price list as far as it is known; asks nobody."""
        self._prices = prices
        self._usual = Usual()

    async def of(self, watched: Watched, kind: Kind, id: str) -> Timeline:
        """What a resource went through. Raises ProblemError."""
        resource = await watched.lately(kind, id)
        row, answer = resource.row, resource.definition
        over = is_over(kind, answer, row)
        phases = phases_of(kind, answer, row, watched.states(kind, row))
        notes, problem = [_counted(answer)], None
        parts, note, problem = await self._parts(watched, kind, id)
        if parts:
            phases = parts
        notes += [note, _checkpoints(answer, over)]
        if not over:
            phases = await self._with_usual(watched, kind, resource, phases)
        now = next((each for each in phases if each.state == "now" and each.tone == "busy"), None)
        waits = {words.status: words.waits for words in kind.phases}
        ends = [phase.ended for phase in phases if phase.ended is not None]
        timeline = Timeline(
            phases=phases,
            started=row.created or next((phase.started for phase in phases), None),
            ended=max(ends, default=row.modified) if over else None,
            parallel=bool(parts),
            waits=waits.get(now.status, "") if now is not None else "",
            note=" ".join(filter(None, notes)),
            problem=problem,
        )
        prices = self._prices(watched.connection, watched.region)
        return billed(timeline, kind, answer, row, prices, time.time())

    async def close(self) -> None:
        """Read no more."""
        await self._usual.close()

    async def _parts(
        self, watched: Watched, kind: Kind, id: str
    ) -> tuple[tuple[Phase, ...], str, Problem | None]:
        """What does its work; what keeps one from reading that leaves the rest as it is."""
        request = parts_request(kind, id)
        if request is None:
            return (), "", None
        try:
            answer = await watched.call(*request)
        except ProblemError as error:
            return (), "", error.problem
        parts, more = parts_of(kind, answer)
        return parts, f"These are the latest {PAGE}." if more else "", None

    async def _with_usual(
        self, watched: Watched, kind: Kind, resource: Resource, phases: tuple[Phase, ...]
    ) -> tuple[Phase, ...]:
        """Its phases of now and later with what others took for them."""
        own = {words.status for words in kind.phases if words.own}
        row = resource.row

        def ahead(phase: Phase) -> bool:
            return phase.state == "todo" or (phase.state == "now" and phase.tone == "busy")

        if kind.parts is not None or not any(map(ahead, phases)):
            return phases
        known: Mapping[tuple[str, str], tuple[float, int]] = {}
        if kind.times.ended:
            known = await self._usual.lengths(watched, kind, row.instance)

        def told(phase: Phase) -> Phase:
            if not ahead(phase) or phase.status in own or phase.label == "Running":
                return phase
            length, count = known.get((phase.status, phase.label), (0.0, 0))
            if not kind.times.ended:
                seen = watched.lengths(kind, phase.status, row.instance)
                length, count = (median(seen), len(seen)) if seen else (0.0, 0)
            return _replace(phase, usual_s=length, usual_of=count) if count else phase

        return tuple(map(told, phases))


def _counted(answer: Mapping[str, Any]) -> str:
    """`Total labeled 3, unlabeled 37.`: the first counters that an answer has."""
    counters: Mapping[str, Any] = next(
        (answer[n] for n in answer if n.endswith("Counters") and isinstance(answer[n], Mapping)), {}
    )
    counts = (f"{sentence(name).lower()} {count}" for name, count in counters.items() if count)
    text = ", ".join(counts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _checkpoints(answer: Mapping[str, Any], over: bool) -> str:
    if over or not answer.get("EnableManagedSpotTraining") or answer.get("CheckpointConfig"):
        return ""
    return "It writes no checkpoints: once interrupted it begins anew."
