"""Where the notebooks' kernels run, their files there, and leaving one running."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..aws.errors import ProblemError, problem
from ..protocol import Compute, ComputeName, FilesRequest, Use
from .handler import SmextHandler


async def _sessions(handler: SmextHandler) -> list[dict[str, Any]]:
    return list(await handler.session_manager.list_sessions())  # type: ignore[no-untyped-call]


class SessionComputesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        from ..compute.session_computes import session_computes

        models = await _sessions(self)
        self.answer(
            await session_computes(
                models, self.services.kernels, self._compute, self.services.switch_of
            )
        )

    async def _compute(self, at: ComputeName) -> Compute:
        """A place as it is now; what AWS does not say now is its `problem`."""
        from ..compute.names import name_of
        from ..compute.places import Places, compute_of, this_machine

        if at.kind == "local":
            # Nothing of AWS is loaded for who uses none of it.
            return this_machine()
        price = (await self.services.prices()).price
        try:
            return await Places(await self.services.watched(at.connection, at.region), price).one(
                at
            )
        except ProblemError as error:
            use: Use = "studio" if at.kind == "space" else "notebook"
            return compute_of(at, name_of(at), None, use, price, problem=error.problem)


class SessionDetachHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, session_id: str) -> None:
        """The session ends with its kernel on this side."""
        sessions = await _sessions(self)
        kernel = next((each["kernel"]["id"] for each in sessions if each["id"] == session_id), None)
        if kernel is None:
            raise ProblemError(
                problem("not_found", "There is no such session", "Its notebook may be closed.")
            )
        await self.services.kernels.detach(kernel)
        self.answer()


class SessionFilesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self, session_id: str) -> None:
        """It is answered when all is copied, which goes on if nobody waits for the answer."""
        asked = self.body(FilesRequest)
        switches = await self.services.switches()
        self.answer(await switches.copy_files(session_id, asked.direction))
