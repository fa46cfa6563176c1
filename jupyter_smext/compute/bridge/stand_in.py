"""What is said in a kernel's place: when it is gone, or its answer was lost on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_client.session import Session

from .frames import Frame, packed
from .requests import Request, Requests, Route

Reply = Callable[[Frame, Route], Awaitable[None]]


class StandIn:
    """Speaks to clients by `reply(frame, route)` and `publish(frame)`."""

    def __init__(
        self,
        session: Session,
        requests: Requests,
        reply: Reply,
        publish: Callable[[Frame], Any],
    ) -> None:
        self._session = session
        self._requests = requests
        self._reply = reply
        self._publish = publish

    def made(
        self, kind: str, content: dict[str, Any], parent: dict[str, Any], channel: str = "iopub"
    ) -> Frame:
        """A message; `parent` is the header that it answers, {} for none."""
        message = self._session.msg(kind, content)
        header = {**message["header"], "date": message["header"]["date"].isoformat()}
        return Frame.of(channel, [packed(part) for part in (header, parent, {}, content)])

    async def shut_down(self, frame: Frame, route: Route) -> bool:
        """The reply to a shutdown_request; whether a restart follows."""
        restart = bool(frame.content.get("restart"))
        content = {"status": "ok", "restart": restart}
        await self._reply(self.made("shutdown_reply", content, frame.header, frame.channel), route)
        self._publish(self.made("shutdown_reply", content, frame.header))
        return restart

    async def answer(self, request: Request) -> None:
        """The reply to a cell that has ended as the kernel told, whose own one was lost."""
        end: dict[str, Any] = {"status": "ok", "execution_count": request.count}
        if request.error is not None:
            end |= {"status": "error", **request.error}
        self._requests.owed.pop(request.id, None)
        content = {**end, "user_expressions": {}, "payload": []}
        reply = self.made("execute_reply", content, request.header, request.channel)
        await self._reply(reply, request.route)

    async def refuse(self, request: Request, name: str, reason: str) -> None:
        """End a request with an error."""
        error = {"ename": name, "evalue": reason, "traceback": [f"{name}: {reason}"]}
        content: dict[str, Any] = {"status": "error", **error}
        if request.is_cell:
            content |= {"execution_count": None, "user_expressions": {}, "payload": []}
            self._publish(self.made("error", error, request.header))
        self._requests.owed.pop(request.id, None)
        kind = request.header["msg_type"].removesuffix("_request") + "_reply"
        await self._reply(self.made(kind, content, request.header, request.channel), request.route)
        self._publish(self.made("status", {"execution_state": "idle"}, request.header))

    async def refuse_all(self, reason: str) -> None:
        """End all requests: the kernel that had them is lost."""
        for request in self._requests.take_all():
            await self.refuse(request, "KernelLost", reason)

    async def die(self, reason: str) -> None:
        """End all requests, and be dead."""
        await self.refuse_all(reason)
        self._publish(self.made("status", {"execution_state": "dead"}, {}))

    def print(self, text: str, parents: list[dict[str, Any]]) -> None:
        """A line on stderr of cells, by the headers of their requests."""
        for parent in parents:
            self._publish(self.made("stream", {"name": "stderr", "text": f"{text}\n"}, parent))
