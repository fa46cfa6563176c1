"""Forms for the operations that take parameters."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler
from .problems import bad_request


class FormHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, operation: str) -> None:
        from ..inventory.forms import form, has_form

        connection, region = self.place
        kind, id = self.query("kind"), self.query("id")
        if bool(kind) != bool(id):
            raise bad_request("kind and id go together", "Give both, or none.")
        sessions = await self.services.sessions()
        if not has_form(operation):
            raise web.HTTPError(404, f"There is no form for {operation[:80]!r}.")
        watched = await self.services.watched(connection, region)
        current = await watched.describe(await self.kind(kind), id) if kind else None
        made = await form(sessions, connection, region, operation, current, watched.names)
        self.answer(made)
