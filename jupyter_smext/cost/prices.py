"""Prices and quotas as the rest of the server half asks for them: at once, from what is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws import local_engine, profiles
from ..aws.errors import problem
from ..instance_types import find
from ..kinds.instances import TYPE_SHAPES
from ..kinds.model import enum_of, service_model
from ..protocol import Costs, InstanceType, InstanceTypes, Problem, Use
from . import price_file, price_source, quotas
from .fast_launch import FAST_LAUNCH
from .kept import Answer, Kept
from .price_list import COMPONENTS, PriceList
from .running import Running, costs

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

DAY = 24 * 3600.0
QUOTAS_FRESH = 600.0
MEMORY_FRESH = 2.0

PATIENCE = 1.5
"""Seconds that a table of types waits for prices and quotas; what comes later is in the next."""

InUse = Callable[[str, str], Mapping[Use, Mapping[str, int]]]
"""`in_use(connection, region)`: how many run by use and type; without uses not known."""


def types_of(use: Use) -> tuple[str, ...]:
    """Every instance type of a use, by AWS's model."""
    names = enum_of(service_model().shape_for(TYPE_SHAPES[use]))
    return tuple(name for name in names if name.startswith("ml."))


def _charged(connection: str, prices: PriceList | None) -> bool:
    """The price list tells; until it is read, only the local engine is known not to charge."""
    return prices.charged if prices is not None else connection != profiles.LOCAL


def problem_of_list(answer: Answer[PriceList]) -> Problem | None:
    """Why there are no prices, or no newer ones: also where AWS has them in yuan, as in China."""
    prices = answer.value
    if prices is None or prices.currency is None or answer.problem is not None:
        return answer.problem
    return problem(
        "not_found",
        f"AWS's prices of {prices.region} are in {prices.currency}",
        "Only prices in US dollars are shown: nothing here converts a currency.",
    )


class Prices:
    """Price lists and quotas of every connection and region that anyone asked about.

    Belongs to the server's loop thread. `home` holds the lists; they are read daily.
    """

    def __init__(self, sessions: Sessions, home: Path, in_use: InUse) -> None:
        self._home = home
        self._in_use = in_use
        self._lists: Kept[PriceList] = Kept(partial(self._read, sessions), DAY, self._recall)
        self._quotas: Kept[quotas.Quotas] = Kept(partial(quotas.read, sessions), QUOTAS_FRESH)
        self._memory: Kept[Mapping[str, int]] = Kept(
            lambda connection, region: local_engine.memory(), MEMORY_FRESH, try_again=MEMORY_FRESH
        )

    def price(self, connection: str, region: str, use: Use, instance_type: str) -> float | None:
        """US dollars an hour of one instance; None: no price, or none yet. Never blocks."""
        known = self.known(connection, region).value
        return known.hour(COMPONENTS[use], instance_type) if known is not None else None

    def known(self, connection: str, region: str) -> Answer[PriceList]:
        """The price list as it is known now; an old one is read again in the background."""
        return self._lists.get(connection, region)

    def costs(self, connection: str, region: str, running: Running) -> Costs:
        """What these running resources take, as far as it is known now. Never blocks."""
        answer = self.known(connection, region)
        prices = answer.value
        charged = _charged(connection, prices)
        held: Answer[Mapping[str, int]] = Answer()
        if not charged:
            held = self._memory.get(connection, region)
        memory = {arn: used for arn, used in (held.value or {}).items() if f":{region}:" in arn}
        return Costs(
            charged=charged,
            rows=costs(running, prices, memory),
            prices_of=prices.published_at if prices else None,
            prices_read_at=prices.read_at if prices else None,
            problem=problem_of_list(answer) or held.problem,
            reading=answer.reading,
        )

    async def types(self, connection: str, region: str, use: Use) -> InstanceTypes:
        """Every instance type of a use with what is known of it. Waits PATIENCE at most."""
        listed, allowed = await asyncio.gather(
            self._lists.settled(connection, region, PATIENCE),
            self._quotas.settled(connection, region, PATIENCE),
        )
        prices, limits = listed.value, allowed.value or {}
        running = self._in_use(connection, region).get(use)

        def row(name: str) -> InstanceType:
            facts, quota = find(name), limits.get((use, name))
            left = None if quota is None or running is None else quota - running.get(name, 0)
            return InstanceType(
                name=name,
                vcpu=facts.vcpu if facts else None,
                memory_gib=facts.memory_gib if facts else None,
                gpus=facts.gpus if facts else None,
                gpu=(facts.gpu or None) if facts else None,
                gpu_memory_gib=(facts.gpu_memory_gib if facts.gpus else None) if facts else None,
                fast_launch=use == "studio" and name in FAST_LAUNCH,
                price=prices.hour(COMPONENTS[use], name) if prices else None,
                quota=quota,
                quota_left=None if left is None else max(left, 0.0),
            )

        return InstanceTypes(
            connection=connection,
            region=region,
            use=use,
            types=tuple(row(name) for name in types_of(use)),
            charged=_charged(connection, prices),
            prices_of=prices.published_at if prices else None,
            prices_read_at=prices.read_at if prices else None,
            prices_problem=problem_of_list(listed),
            quotas_problem=allowed.problem,
            reading=listed.reading or allowed.reading,
        )

    def retry(self, connection: str, region: str) -> None:
        """Try again what could not be read: it may be allowed by now."""
        for kept in (self._lists, self._quotas):
            kept.retry(connection, region)

    async def close(self) -> None:
        """Read no more."""
        await asyncio.gather(*(kept.close() for kept in (self._lists, self._quotas, self._memory)))

    def _read(self, sessions: Sessions, connection: str, region: str) -> PriceList:
        prices = price_source.read(sessions, connection, region)
        if prices.charged:
            price_file.save(price_file.path_of(self._home, region), prices)
        return prices

    def _recall(self, connection: str, region: str) -> tuple[PriceList, float] | None:
        if connection == profiles.LOCAL:
            return None
        prices = price_file.load(price_file.path_of(self._home, region))
        return None if prices is None else (prices, prices.read_at)
