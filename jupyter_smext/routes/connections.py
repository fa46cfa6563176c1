"""The ways into AWS on this machine, and who AWS says we are through one of them."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class ConnectionsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        sessions = await self.services.sessions()
        self.answer(await asyncio.to_thread(sessions.connections))


class IdentityHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        sessions = await self.services.sessions()
        self.answer(await asyncio.to_thread(sessions.identity, *place))
