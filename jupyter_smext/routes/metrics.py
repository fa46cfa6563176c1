"""A resource's metrics."""

from __future__ import annotations

import asyncio
import math

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler
from .problems import bad_request


class MetricsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        connection, region = self.place
        start, end = self._time("start"), self._time("end")
        if start is not None and end is not None and start >= end:
            raise bad_request("The range ends before it begins", "Choose an end after its start.")
        declared = await self.kind(kind)
        watched = await self.services.watched(connection, region)
        resource = await watched.describe(declared, id)
        sessions = await self.services.sessions()
        from ..metrics import metrics_of

        self.answer(
            await asyncio.to_thread(
                metrics_of,
                sessions,
                connection,
                region,
                declared,
                resource.definition,
                start,
                end,
            )
        )

    def _time(self, name: str) -> float | None:
        """A query parameter in epoch seconds. Raises a 400 ProblemError."""
        text = self.query(name)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value < 1e11:
            raise bad_request(f"The query parameter {name} is no time", f"{text[:80]!r}")
        return value
