"""Deployments and fine-tunings of JumpStart's models: checked, begun, followed, as code."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import CodeRequest, DeployRequest, FineTuneRequest, SavedForm
from .below_root import below_root
from .handler import SmextHandler, checked_place
from .problems import bad_request


class LaunchRequestHandler(SmextHandler):
    """A handler that takes what to launch."""

    def deploy_request(self) -> DeployRequest:
        request = self.body(DeployRequest)
        checked_place(request.connection, request.region)
        return request

    def fine_tune_request(self) -> tuple[FineTuneRequest, Path | None]:
        """And the folder of its data on this machine. Raises a 404 ProblemError."""
        request = self.body(FineTuneRequest)
        checked_place(request.connection, request.region)
        return request, self.folder_of(request)

    def folder_of(self, request: FineTuneRequest) -> Path | None:
        """The folder of its data on this machine. Raises a 404 ProblemError."""
        if request.folder is None:
            return None
        folder = below_root(self.contents_manager, request.folder, "folder")
        if folder is None or not folder.is_dir():
            raise ProblemError(
                problem(
                    "not_found",
                    "There is no such folder",
                    f"{request.folder[:200]!r}",
                    "Choose one that is below the folder that Jupyter was started in.",
                )
            )
        return folder


class DeployCheckHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.deploy_request()
        self.answer(await self.services.launches().proposals.check_deploy(request))


class DeployHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.deploy_request()
        self.answer(await self.services.launches().deploy(request))


class FineTuneCheckHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request, folder = self.fine_tune_request()
        self.answer(await self.services.launches().proposals.check_fine_tune(request, folder))


class FineTuneHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request, folder = self.fine_tune_request()
        self.answer(await self.services.launches().fine_tune(request, folder))


class DataCheckHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request, folder = self.fine_tune_request()
        self.answer(await self.services.launches().proposals.check_data(request, folder))


class LaunchCodeHandler(LaunchRequestHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        asked = self.body(CodeRequest)
        request = asked.deploy or asked.fine_tune
        if request is None:
            raise bad_request("There is nothing to make code of", "Give deploy or fine_tune.")
        checked_place(request.connection, request.region)
        folder = self.folder_of(request) if isinstance(request, FineTuneRequest) else None
        self.answer(await self.services.launches().proposals.code(request, folder))


class LaunchesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.launches().recent())


class LaunchHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.services.launches().get(id))


class LaunchCancelHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.services.launches().cancel(id))


class FormsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await asyncio.to_thread(self.services.launches().forms.all))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        form = self.body(SavedForm)
        self.answer(await asyncio.to_thread(self.services.launches().forms.save, form))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        name = self.query("name")
        self.answer(await asyncio.to_thread(self.services.launches().forms.forget, name))
