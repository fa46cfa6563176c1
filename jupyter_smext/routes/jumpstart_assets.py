"""What JumpStart or this extension made."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class AssetsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        connection, region = self.place
        services = self.services
        sessions, prices = await services.sessions(), await services.prices()
        watched = await services.watched(connection, region)
        from ..jumpstart.asset_journals import Journals
        from ..jumpstart.assets import launched

        launches = await services.launches().recent()
        solutions = await services.solution_launches().recent()
        packed = await services.launches().packed()
        journals = Journals(connection, region, launches, solutions, packed)
        self.answer(await launched(sessions, watched, prices, journals))


class ArchiveDeleteHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        await self.services.launches().delete_archive(id)
        self.answer()
