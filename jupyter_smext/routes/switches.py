"""Switches: previewed, begun, cancelled, tried again, taken back."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import ComputeName, SwitchRequest
from .handler import SmextHandler, checked_place


class SwitchesHandler(SmextHandler):
    def request_body(self) -> SwitchRequest:
        """The body, with a place that can name one."""
        request = self.body(SwitchRequest)
        if request.to.kind != "local":
            checked_place(request.to.connection, request.to.region)
        return request

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await (await self.services.switches()).recent())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.request_body()
        self.answer(await (await self.services.switches()).start(request))


class SwitchPreviewHandler(SwitchesHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.request_body()
        self.answer(await (await self.services.switches()).preview(request))


class SwitchSignInHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        at = self.body(ComputeName)
        if at.kind == "local":
            raise ProblemError(problem("invalid", "Nobody signs in to this machine"))
        checked_place(at.connection, at.region)
        self.services.read_only.refuse(at.connection)
        await (await self.services.switches()).sign_in(at)
        self.answer()


class SwitchHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await (await self.services.switches()).get(id))


class SwitchCancelHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await (await self.services.switches()).cancel(id))


class SwitchRetryHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await (await self.services.switches()).retry(id))


class SwitchBackHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await (await self.services.switches()).go_back(id))
