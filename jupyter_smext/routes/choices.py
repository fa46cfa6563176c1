"""Lists that a form's fields are chosen from, read when somebody opens one."""

from __future__ import annotations

import asyncio
import re

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import SmextHandler
from .problems import bad_request

VPC = re.compile(r"vpc-[0-9a-f]{1,32}")


class SubnetsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        sessions = await self.services.sessions()
        from ..aws.vpc import subnets

        self.answer(await asyncio.to_thread(subnets, sessions, *place))


class SecurityGroupsHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place, vpc = self.place, self.query("vpc")
        if vpc and not VPC.fullmatch(vpc):
            raise bad_request(
                "This is not the id of a VPC", f"{vpc[:80]!r} should read like vpc-0a1b2c3d."
            )
        sessions = await self.services.sessions()
        from ..aws.vpc import security_groups

        self.answer(await asyncio.to_thread(security_groups, sessions, *place, vpc or None))


class KmsKeysHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        sessions = await self.services.sessions()
        from ..aws.kms_keys import kms_keys

        self.answer(await asyncio.to_thread(kms_keys, sessions, *place))
