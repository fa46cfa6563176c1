"""New resources: the layouts to ask for them, what a request would do, and the tasks that do it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import AwsCall, CreationRequest, MetricTrial
from .below_root import below_root
from .handler import SmextHandler, checked_place
from .problems import bad_request


class PlacedHandler(SmextHandler):
    """A handler that works out what is created at a place."""

    async def created_at(self, connection: str, region: str) -> Any:
        """The place: what is known there, and the files of Jupyter's own file browser."""
        checked_place(connection, region)
        sessions = await self.services.sessions()
        watched = await self.services.watched(connection, region)
        from ..creation.layout import Place

        return Place(sessions, connection, region, watched.names, self._file)

    def _file(self, path: str) -> Path:
        file = below_root(self.contents_manager, path, "script")
        if file is None:
            raise ProblemError(
                problem(
                    "not_found",
                    "There is no such file or folder",
                    f"{path[:200]!r}",
                    "Choose one that is below the folder that Jupyter was started in.",
                )
            )
        return file


class LayoutsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from ..creation.layouts import layouts

        self.answer([each.name for each in layouts().values()])


class LayoutFormHandler(PlacedHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        filled = self.body(dict[str, Any])
        from ..creation.layouts import layout

        place = await self.created_at(*self.place)
        self.answer(await asyncio.to_thread(layout(id).form, place, filled))


class LayoutValuesHandler(PlacedHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        parameters = self.body(dict[str, Any])
        from ..aws.call_check import is_shaped
        from ..creation.layouts import layout

        of = layout(id)
        if not is_shaped(AwsCall(of.name.operation, parameters)):
            raise bad_request(f"These are no parameters of {of.name.operation}")
        connection, region = self.query("connection"), self.query("region")
        place = await self.created_at(connection, region) if connection else None
        self.answer(await asyncio.to_thread(of.values, parameters, place))


class CreationCheckHandler(PlacedHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(CreationRequest)
        place = await self.created_at(request.connection, request.region)
        from ..creation.request import check

        self.answer(await asyncio.to_thread(check, request, place))


class MetricTrialHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        from ..creation.metric_trial import tried

        self.answer(await asyncio.to_thread(tried, self.body(MetricTrial)))


class CreationsHandler(PlacedHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.services.creations().recent())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(CreationRequest)
        place = await self.created_at(request.connection, request.region)
        self.answer(await self.services.creations().begin(request, place))


class CreationHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.services.creations().get(id))


class CreationCancelHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.services.creations().cancel(id))


class CreationRetryHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.services.creations().retry(id))
