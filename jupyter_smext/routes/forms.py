"""Forms for the operations that take parameters, what fills them in, and the same as code."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import CallCode, CallCodeRequest
from .handler import SmextHandler
from .problems import bad_request


class FormsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from ..inventory.forms import creatables

        self.answer(creatables())


class FormHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, operation: str) -> None:
        kind, id = self.query("kind"), self.query("id")
        if bool(kind) != bool(id):
            raise bad_request("kind and id go together", "Give both, or none.")
        await self._form(operation, kind, id, {})

    @web.authenticated
    @authorized
    async def post(self, operation: str) -> None:
        await self._form(operation, "", "", self.body(dict[str, Any]))

    async def _form(self, operation: str, kind: str, id: str, filled: dict[str, Any]) -> None:
        from ..inventory.forms import form, has_form
        from ..jobs.images import images

        connection, region = self.place
        sessions = await self.services.sessions()
        if not has_form(operation):
            raise web.HTTPError(404, f"There is no form for {operation[:80]!r}.")
        watched = await self.services.watched(connection, region)
        current = await watched.describe(await self.kind(kind), id) if kind else None
        names = watched.names
        offered = tuple(image.uri for image in images(region))
        self.answer(
            await form(sessions, connection, region, operation, current, names, filled, offered)
        )


class ParametersHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        watched = await self.watched()
        self.answer(await watched.parameters_to_create(await self.kind(kind), id))


class ResourceCodeHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        watched = await self.watched()
        self.answer(await watched.code(await self.kind(kind), id))


class CallCodeHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        from ..call_code import boto3_script, cli_script

        asked = self.body(CallCodeRequest)
        self.answer(
            CallCode(
                boto3=boto3_script(asked.calls, asked.region),
                cli=cli_script(asked.calls, asked.region),
            )
        )
