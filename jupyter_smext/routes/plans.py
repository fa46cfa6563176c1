"""Shut-down plans: proposed, run, resumed, stopped."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import PlanRequest
from .handler import SmextHandler, checked_place


class PlansHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer((await self.services.plans()).recent())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(PlanRequest)
        checked_place(request.connection, request.region)
        self.answer(await (await self.services.plans()).propose(request))


class PlanHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer((await self.services.plans()).get(id))


class PlanRunHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer((await self.services.plans()).run(id))


class PlanRetryHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer((await self.services.plans()).retry(id))


class PlanStopHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer((await self.services.plans()).stop(id))
