"""What clients asked the kernel, where the answers go, and what is still owed to them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from .frames import Frame

#: A ZeroMQ client's identities, or the key of a pipe.
Route = list[bytes] | str

#: Routes are kept past the reply: requests for input and late comm messages follow them.
_ROUTES = 20_000


@dataclass
class Request:
    """A request that a client waits for an answer to; `begun` once the kernel was busy with it.

    Of a cell, `count` is its number, `error` how it failed, and `ended` that it is known to have
    ended so: what a reply says, should it be lost.
    """

    channel: str
    header: dict[str, Any]
    route: Route
    begun: bool = False
    count: int | None = None
    error: dict[str, Any] | None = None
    ended: bool = False

    @property
    def id(self) -> str:
        return str(self.header["msg_id"])

    @property
    def is_cell(self) -> bool:
        return bool(self.header["msg_type"] == "execute_request")


@dataclass
class Requests:
    """By message id, in the order in which they were asked."""

    owed: OrderedDict[str, Request] = field(default_factory=OrderedDict)
    _routes: OrderedDict[str, Route] = field(default_factory=OrderedDict)

    def asked(self, frame: Frame, route: Route) -> None:
        """A client's message goes out."""
        header = frame.header
        id = header["msg_id"]
        self._routes[id] = route
        if len(self._routes) > _ROUTES:
            self._routes.popitem(last=False)
        if frame.channel != "stdin" and header["msg_type"].endswith("_request"):
            self.owed[id] = Request(frame.channel, header, route)

    def answered(self, frame: Frame) -> Route | None:
        """Whose a message of the kernel is; a reply is no longer owed."""
        id = frame.parent.get("msg_id", "")
        if frame.channel != "stdin":
            self.owed.pop(id, None)
        return self._routes.get(id)

    def of(self, frame: Frame) -> Request | None:
        """The request that a message is about, if it is still owed."""
        return self.owed.get(frame.parent.get("msg_id", ""))

    def take_all(self) -> list[Request]:
        """All that is owed, and owed no longer."""
        owed = list(self.owed.values())
        self.owed.clear()
        return owed
