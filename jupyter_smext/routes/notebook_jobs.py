"""Notebooks run as training jobs: the form, the jobs, their logs and results."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from msgspec.structs import replace
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import NotebookJobRequest
from .below_root import below_root
from .handler import SmextHandler, checked_place
from .problems import bad_request


class NotebookHandler(SmextHandler):
    """A handler that is about a notebook on this machine."""

    def notebook(self, path: str) -> Path:
        """The file that Jupyter names `path`. Raises ProblemError: none, or not on this machine."""
        if not path.endswith(".ipynb"):
            raise bad_request("This is no notebook", f"{path[:200]!r} does not end with .ipynb.")
        file = below_root(self.contents_manager, path, "notebook")
        if file is None or not file.is_file():
            raise ProblemError(
                problem(
                    "not_found",
                    "There is no such notebook",
                    f"{path[:200]!r}",
                    "It may have been renamed: open it again.",
                )
            )
        return file


class NotebookJobFormHandler(NotebookHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        connection, region = self.place
        path = self.query("path").strip("/")
        file = self.notebook(path)
        sessions = await self.services.sessions()
        from ..jobs.form import form

        self.answer(await asyncio.to_thread(form, sessions, connection, region, path, file))


class NotebookJobsHandler(NotebookHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.notebook_jobs().recent())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(NotebookJobRequest)
        checked_place(request.connection, request.region)
        request = replace(request, path=request.path.strip("/"))
        file = self.notebook(request.path)
        self.answer(await self.services.notebook_jobs().begin(request, file))


class NotebookJobHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.services.notebook_jobs().get(id))


class NotebookJobCancelHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.services.notebook_jobs().cancel(id))


class NotebookJobFetchHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.services.notebook_jobs().fetch(id))
