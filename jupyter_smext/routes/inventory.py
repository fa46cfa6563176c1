"""The inventory of a connection and region: what changed, and refreshing it now."""

from __future__ import annotations

from functools import partial

from jupyter_server.auth.decorator import authorized
from msgspec.structs import replace
from tornado import web

from .handler import SmextHandler
from .problems import bad_request


class InventoryHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        since = self.query("since") or "0"
        if not since.isdecimal() or len(since) > 15:
            raise bad_request("since is not a revision", "It is a whole number, 0 for everything.")
        watched, prices = await self.watched(), await self.services.prices()
        inventory = watched.inventory(int(since))
        costs = prices.costs(watched.connection, watched.region, watched.running())
        self.answer(replace(inventory, costs=costs))


class RefreshHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        watched, prices = await self.watched(), await self.services.prices()
        prices.retry(watched.connection, watched.region)
        self.services.looks.in_background(partial(watched.refresh, full=True), "refresh")
        self.answer()
