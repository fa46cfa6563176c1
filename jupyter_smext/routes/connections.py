"""The ways into AWS on this machine, and who AWS says we are through one of them."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from msgspec.structs import replace
from tornado import web

from .handler import SmextHandler


class ConnectionsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        sessions = await self.services.sessions()
        found = await asyncio.to_thread(sessions.connections)
        read_only = self.services.read_only
        self.answer([replace(one, read_only=one.id in read_only) for one in found])


class IdentityHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        sessions = await self.services.sessions()
        self.answer(await asyncio.to_thread(sessions.identity, *place))
