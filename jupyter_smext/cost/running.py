"""What the running resources of a region take: by the hour, and in memory on the local engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from ..kinds import Kind, kinds
from ..protocol import Cost, InstanceGroup, Page, Row, Use
from .price_list import COMPONENTS, PriceList

USES: Mapping[str, Use] = {**{word: use for use, word in COMPONENTS.items()}, "asyncinf": "hosting"}
"""What instances are billed as → the use whose quota they count for."""

Running = Iterable[tuple[Kind, Row]]


def price_of(prices: PriceList, groups: Iterable[InstanceGroup]) -> float | None:
    """US dollars an hour of these instances with their volumes; None when one has no price.

    A volume for which the list has no price counts for nothing: it is well under a hundredth of
    what its instance costs.
    """
    total: float | None = None
    for group in groups:
        total = total or 0.0
        if not group.count:
            continue
        hour = prices.hour(group.billed_as, group.type) if group.billed_as else None
        if hour is None or group.billed_as is None:
            return None
        volume = prices.volume_hour(group.billed_as, group.volume_gib or 0)
        total += group.count * (hour + (volume or 0.0))
    return total


def costs(
    running: Running, prices: PriceList | None, memory: Mapping[str, int] | None
) -> tuple[Cost, ...]:
    """What each takes. `memory` is in bytes by ARN, as the local engine tells it."""
    by_name = {arn.split(":", 5)[-1].casefold(): held for arn, held in (memory or {}).items()}
    return tuple(
        Cost(
            kind=kind.id,
            id=row.id,
            price=price_of(prices, row.groups) if prices and prices.charged else None,
            memory=by_name.get(_name(kind, row)),
        )
        for kind, row in running
        if kind.paid_by is None
    )


def _name(kind: Kind, row: Row) -> str:
    """The end of its ARN. A list of apps has none: theirs is made of their identity."""
    if row.arn is not None:
        return row.arn.split(":", 5)[-1].casefold()
    parts = [unquote(part) for part in row.id.split(",") if part]
    return "/".join((kind.id, *parts)).casefold()


def in_use(running: Running, pages: Iterable[Page]) -> dict[Use, dict[str, int]]:
    """How many instances of each type run, by the use whose quota they count for.

    Without the uses of which that is not known: a kind was not read, or not what one runs on.
    """
    read = {page.kind for page in pages if page.read_at is not None and not page.stale}
    counts: dict[Use, dict[str, int]] = {}
    for kind in kinds().values():
        use = _use(kind.billed_as)
        if use is not None and kind.id in read:
            counts[use] = {}
    for kind, row in running:
        use = _use(kind.billed_as)
        if use is not None and not row.groups:
            counts.pop(use, None)
        for group in row.groups if kind.paid_by is None else ():
            used_for = _use(group.billed_as)
            if used_for in counts:
                of_use = counts[used_for]
                of_use[group.type] = of_use.get(group.type, 0) + group.count
    return counts


def _use(billed_as: str | None) -> Use | None:
    return USES.get(billed_as) if billed_as is not None else None
