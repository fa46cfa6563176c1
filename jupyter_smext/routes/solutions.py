"""JumpStart's solutions: listed, looked at, launched, followed, deleted, their files copied."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import (
    SolutionAdoptRequest,
    SolutionDeleteRequest,
    SolutionFiles,
    SolutionFilesRequest,
    SolutionLaunch,
    SolutionLaunchRequest,
)
from .below_root import new_folder
from .handler import SmextHandler, checked_place


class SolutionsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        pages = await self.services.solution_pages()
        self.answer(await asyncio.to_thread(pages.list, *place))


class SolutionHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        place = self.place
        pages = await self.services.solution_pages()
        self.answer(await asyncio.to_thread(pages.page, *place, id))


class SolutionLaunchesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.solution_launches().recent())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(SolutionLaunchRequest)
        checked_place(request.connection, request.region)
        self.answer(await self.services.solution_launches().launch(request))


class SolutionAdoptHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(SolutionAdoptRequest)
        place = checked_place(request.connection, request.region)
        launches = self.services.solution_launches()
        self.answer(await launches.adopt(*place, request.stack))


class SolutionLaunchHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.services.solution_launches().get(id))


class SolutionDeleteHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        wanted = self.body(SolutionDeleteRequest)
        launches = self.services.solution_launches()
        self.answer(await launches.delete(id, wanted.empty_buckets))


class SolutionFilesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(SolutionFilesRequest)
        place = checked_place(request.connection, request.region)
        here = new_folder(self.contents_manager, request.folder)
        pages = await self.services.solution_pages()
        _, entry = await asyncio.to_thread(pages.find, *place, request.solution)
        if entry is None or not entry.files:
            raise ProblemError(
                problem(
                    "not_found",
                    "This solution has no files to copy",
                    next="Follow its repository.",
                )
            )
        launch = await self._launch(request)
        sessions = await self.services.sessions()
        from ..jumpstart.solution_files import copy

        copied = await asyncio.to_thread(copy, sessions, *place, entry, here, launch)
        at = request.folder.strip("/")
        self.answer(
            SolutionFiles(
                notebook=f"{at}/{entry.notebook}" if entry.notebook else None,
                files=tuple(f"{at}/{each}" for each in copied.written),
                kept=tuple(f"{at}/{each}" for each in copied.kept),
            )
        )

    async def _launch(self, request: SolutionFilesRequest) -> SolutionLaunch | None:
        """The one whose names come along. Raises ProblemError: its stack tells none."""
        if request.launch is None:
            return None
        launch = await self.services.solution_launches().get(request.launch)
        of = launch.request
        asked = (request.connection, request.region, request.solution)
        if (of.connection, of.region, of.solution) != asked or launch.state != "created":
            raise ProblemError(
                problem(
                    "conflict",
                    "The files cannot go with this stack",
                    f"{of.stack} is {launch.state}, of {of.solution}.",
                    "Take a stack of this solution that is made.",
                )
            )
        return launch
