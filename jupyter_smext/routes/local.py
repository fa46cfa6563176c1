"""The local engine of this machine: whether it runs, and starting it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class LocalHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.engine.state())


class LocalStartHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        self.answer(await self.services.engine.start())
