"""Execution roles: a new one, where an account has none that SageMaker may take."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import ExecutionRole
from .handler import SmextHandler


class ExecutionRolesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        _, region = self.place
        from ..aws.connections import partition_of
        from ..aws.roles import new_execution_role

        self.answer(new_execution_role(partition_of(region)))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        connection, region = self.place
        self.services.read_only.refuse(connection)
        sessions = await self.services.sessions()
        from ..aws.connections import partition_of
        from ..aws.roles import create_execution_role
        from ..inventory.forms import forget_roles

        def create() -> str:
            iam = sessions.client(connection, region, "iam")
            return create_execution_role(iam, connection, partition_of(region))

        arn = await asyncio.to_thread(create)
        forget_roles(sessions, connection)
        self.answer(ExecutionRole(arn))
