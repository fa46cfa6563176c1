"""Changing a resource in place: its tags, and how an endpoint's variants scale."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import EndpointScaling, ScalingChange, TagChanges
from .handler import SmextHandler

if TYPE_CHECKING:
    from ..protocol import Resource


class TagsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        watched = await self.watched()
        self.answer(await watched.tags(await self.kind(kind), id))

    @web.authenticated
    @authorized
    async def post(self, kind: str, id: str) -> None:
        changes = self.body(TagChanges)
        connection, region = self.place
        self.services.read_only.refuse(connection)
        watched = await self.services.watched(connection, region)
        self.answer(await watched.change_tags(await self.kind(kind), id, changes))


class EndpointScalingHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.scaling(id))

    async def endpoint(self, id: str) -> Resource:
        watched = await self.watched()
        return await watched.describe(await self.kind("endpoint"), id)

    async def scaling(self, id: str) -> EndpointScaling:
        from ..lifecycle.endpoint_scaling import read_scaling

        described = (await self.endpoint(id)).definition
        sessions = await self.services.sessions()
        return await asyncio.to_thread(read_scaling, sessions, *self.place, described)


class VariantScalingHandler(EndpointScalingHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str, variant: str) -> None:
        change = self.body(ScalingChange)
        self.services.read_only.refuse(self.place[0])
        await self.change(id, variant, change)

    @web.authenticated
    @authorized
    async def delete(self, id: str, variant: str) -> None:
        self.services.read_only.refuse(self.place[0])
        await self.change(id, variant, None)

    async def change(self, id: str, variant: str, change: ScalingChange | None) -> None:
        from ..lifecycle.endpoint_scaling import change_scaling

        described = (await self.endpoint(id)).definition
        sessions = await self.services.sessions()
        place = self.place
        await asyncio.to_thread(change_scaling, sessions, *place, described, variant, change)
        self.answer(await self.scaling(id))
