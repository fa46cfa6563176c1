"""Where a kernel can run, in a connection and region."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class ComputesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from ..compute.places import Places

        watched = await self.watched()
        prices = await self.services.prices()
        self.answer(await Places(watched, prices.price).all())
