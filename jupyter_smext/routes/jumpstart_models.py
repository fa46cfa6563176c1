"""JumpStart's catalogue of models, and their pages."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import DocumentsRequest
from .handler import SmextHandler

NO_HUB = "-"
"""Stands for the hub in the path of a model that is in none."""


class JumpStartModelsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        self.answer(await (await self.services.jumpstart()).catalogue.get(*place))


class JumpStartRefreshHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        place = self.place
        catalogue = (await self.services.jumpstart()).catalogue
        catalogue.retry(*place)
        await catalogue.get(*place)
        self.answer()


class JumpStartDocumentsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        place = self.place
        wanted = self.body(DocumentsRequest)
        (await self.services.jumpstart()).catalogue.learn(*place, wanted.models)
        self.answer()


class JumpStartModelHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, hub: str, id: str, version: str) -> None:
        connection, region = self.place
        jumpstart = await self.services.jumpstart()
        self.answer(
            await jumpstart.pages.get(
                connection, region, id, version, None if hub == NO_HUB else hub
            )
        )
