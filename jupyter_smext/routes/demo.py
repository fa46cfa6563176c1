"""The demo that fills the local engine: what it makes, running and stopping it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler, checked_place


class DemoHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.demo.state())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        _, region = checked_place("local", self.query("region"))
        self.services.read_only.refuse("local")
        self.answer(await self.services.demo.start(region))


class DemoStopHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        self.answer(await self.services.demo.stop())
