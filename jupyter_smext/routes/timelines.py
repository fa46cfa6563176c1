"""What a resource went through."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class TimelineHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        declared, watched = await self.kind(kind), await self.watched()
        timelines = await self.services.timelines()
        self.answer(await timelines.of(watched, declared, id))
