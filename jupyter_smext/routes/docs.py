"""What is documented about the extension itself: its routes, and the permissions it needs."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class OpenApiHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from .openapi import document
        from .table import ROUTES

        self.answer(document(route for route, _ in ROUTES))


class PoliciesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        permission = self.query("permission") or None
        await self.services.sessions()
        from ..aws.permissions import policies

        self.answer(await asyncio.to_thread(policies, permission))


class UnknownHandler(SmextHandler):
    """Any other path under ours: a Problem, and not Jupyter Server's page."""

    def refuse(self) -> None:
        raise web.HTTPError(404, "No route of the extension has this path.")

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.refuse()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        self.refuse()
