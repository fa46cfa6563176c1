"""The kind table as data."""

from __future__ import annotations

import asyncio
from functools import cache

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler


class KindsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await asyncio.to_thread(encoded_kinds))


@cache
def encoded_kinds() -> bytes:
    """All kinds as JSON; they cannot change while the server runs."""
    from ..kinds import kinds, spec

    return msgspec.json.encode([spec(kind) for kind in kinds().values()])
