"""Kernels on instances: listed when a person asks, attached again, shut down."""

from __future__ import annotations

import re
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import RemoteKernelRequest
from .handler import SmextHandler, checked_place
from .problems import bad_request

#: As jupyter_server's own routes (services/kernels/handlers.py).
KERNEL_ID = re.compile(r"\w+-\w+-\w+-\w+-\w+")


class _KernelsHandler(SmextHandler):
    def asked(self) -> RemoteKernelRequest:
        """The body, if it names a kernel on an instance that may be changed."""
        request = self.body(RemoteKernelRequest)
        # An id that Jupyter routes to no kernel would be answered with a page of HTML.
        if request.at.kind == "local" or not KERNEL_ID.fullmatch(request.id):
            raise bad_request("This names no kernel of an instance")
        checked_place(request.at.connection, request.at.region)
        self.services.read_only.refuse(request.at.connection)
        return request


class RemoteServersHandler(_KernelsHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from ..compute.servers import remote_servers

        connection, region = self.place
        # To ask an instance for its kernels is to sign in to it, as to open it is.
        self.services.read_only.refuse(connection)
        watched = await self.services.watched(connection, region)
        self.answer(
            await remote_servers(await self.services.sessions(), watched, self.services.kernels)
        )


class AttachHandler(_KernelsHandler):
    """The notebook keeps its session; the kernel that it had runs on."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.asked()
        path = request.path
        if not path:
            raise bad_request("For which notebook?", "The request has no path.")
        contents: Any = self.contents_manager
        if not await ensure_async(contents.file_exists(path)):
            raise ProblemError(
                problem(
                    "not_found",
                    f"There is no notebook {path}",
                    "A kernel is attached to a notebook of this Jupyter server.",
                    "Name another one.",
                )
            )
        await self.services.kernels.attach(request.at, request.id, path)
        self.answer()


class ShutDownHandler(_KernelsHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        from ..compute.servers import shut_down

        request = self.asked()
        known = self.services.kernels.remote_kernels().get((request.at, request.id))
        if known is not None and self.services.kernels.local(known):
            # Through the server, so that the notebook that has it is told.
            kernels: Any = self.kernel_manager
            await ensure_async(kernels.shutdown_kernel(known.kernel_id))
        else:
            await shut_down(await self.services.sessions(), request.at, request.id)
            self.services.kernels.forget(request.at, request.id)
        self.answer()
