"""JumpStart's notebooks: listed, and copied to this machine."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import NotebookCopy, NotebookCopyRequest
from .below_root import new_folder
from .handler import SmextHandler, checked_place


class JumpStartNotebooksHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = self.place
        self.answer(await (await self.services.jumpstart()).notebooks.list(*place))


class JumpStartNotebookCopiesHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(NotebookCopyRequest)
        checked_place(request.connection, request.region)
        folder = new_folder(self.contents_manager, request.folder)
        notebooks = (await self.services.jumpstart()).notebooks
        copied, needs = await notebooks.copy(request, folder)
        [name] = (*copied.written, *copied.kept)
        self.answer(NotebookCopy(f"{request.folder.strip('/')}/{name}", bool(copied.kept), needs))
