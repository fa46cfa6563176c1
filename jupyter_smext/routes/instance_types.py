"""The instance types of a use: what they are, cost, and how many more may run."""

from __future__ import annotations

from typing import get_args

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import Use
from .handler import SmextHandler
from .problems import bad_request


class InstanceTypesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        uses = get_args(Use)
        use = next((one for one in uses if one == self.query("use")), None)
        if use is None:
            raise bad_request("This is no use of instances", f"It is one of {', '.join(uses)}.")
        prices = await self.services.prices()
        self.answer(await prices.types(*place, use))
