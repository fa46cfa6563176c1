"""Why a resource failed."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .logs import LogHandler


class FailureHandler(LogHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        of = await self.of(kind, id)
        watched = await self.services.watched(of.connection, of.region)
        resource = await watched.describe(of.kind, id)
        logs, prices = await self.logs(), await self.services.prices()
        from ..failures.failures import failure_of

        # Read here: prices belong to this thread.
        known = prices.known(of.connection, of.region).value
        billed_as = of.kind.billed_as

        def price(name: str) -> float | None:
            """Of a type as this kind is billed for it; what runs on this machine costs nothing."""
            if known is None or not known.charged or billed_as is None:
                return None
            return known.hour(billed_as, name)

        self.answer(await failure_of(of, resource, logs, price))
