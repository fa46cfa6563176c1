"""Reading and changing resources of any kind."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import Problem
from .handler import SmextHandler
from .problems import bad_request
from .route import PREFIX


class KindHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str) -> None:
        parent = self.query("parent") or None
        watched = await self.watched()
        self.answer(await watched.read_kind(await self.kind(kind), parent_id=parent))

    @web.authenticated
    @authorized
    async def post(self, kind: str) -> None:
        parameters = self.body(dict[str, Any])
        connection, region = self.place
        self.services.read_only.refuse(connection)
        declared = await self.kind(kind)
        if declared.create_operation is None:
            raise bad_request(f"{declared.plural} cannot be created here", status=405)
        watched = await self.services.watched(connection, region)
        created = await watched.create(declared, parameters)
        path = f"{PREFIX}/resources/{quote(kind, safe='')}/{quote(created.id, safe='')}"
        self.set_header("Location", self.base_url + path)
        self.answer(created)


class ResourceHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        watched = await self.watched()
        self.answer(await watched.describe(await self.kind(kind), id))


class VerbHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, kind: str, id: str, verb: str) -> None:
        parameters = self.body(dict[str, Any])
        connection, region = self.place
        self.services.read_only.refuse(connection)
        declared = await self.kind(kind)
        if verb not in {known.operation for known in declared.verbs}:
            raise web.HTTPError(
                404, f"{verb[:80]!r} is nothing that can be done to a {declared.label}."
            )
        watched = await self.services.watched(connection, region)
        await watched.act(declared, id, verb, parameters)
        self.answer()


class OpenHandler(SmextHandler):
    """Posted by a form into a new tab: the presigned URL is in no page, log or event of ours.

    What goes wrong is therefore told as a page of words.
    """

    @web.authenticated
    @authorized
    async def post(self, kind: str, id: str) -> None:
        from ..lifecycle.presigned import presigned_url

        connection, region = self.place
        self.services.read_only.refuse(connection)
        declared = await self.kind(kind)
        sessions = await self.services.sessions()
        url = await presigned_url(sessions, connection, region, declared, id)
        # Not self.redirect(): it would join the URL to ours and answer a body.
        self.set_status(self.route.status)
        self.set_header("Location", url)
        self.finish(set_content_type="text/plain; charset=utf-8")

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Referrer-Policy", "no-referrer")

    def write_problem(self, problem: Problem) -> None:
        self.finish(problem_page(problem), set_content_type="text/html; charset=utf-8")


def problem_page(problem: Problem) -> str:
    """The Problem's words as a page; all of it is text."""
    said = [problem.code, problem.request_id and f"request {problem.request_id}"]
    lines = [problem.detail, problem.next, " · ".join(word for word in said if word)]
    words = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    command = f"<pre>{escape(problem.command)}</pre>" if problem.command else ""
    title = escape(problem.title)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{title}</title><h1>{title}</h1>{words}{command}</html>"
    )
