"""A cut of the line: what it took, which cells it touched, and what is said about it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from . import line
from .continuity import Continuity
from .frames import Frame
from .requests import Request, Requests
from .stand_in import StandIn

if TYPE_CHECKING:
    from .bridge import KernelBridge

#: What the remote server kept comes at once; messages of one channel may overtake another's.
_SETTLED_SECONDS = 0.3


class Cut:
    """The latest cut of a bridge's line.

    After it, a request of our own goes through shell and control, which are first in, first out:
    when it is answered, what was asked before has been dealt with, so a request without its reply
    will never get one and is settled here.
    """

    def __init__(self, bridge: KernelBridge, stand_in: StandIn, requests: Requests) -> None:
        self._bridge = bridge
        self._stand_in = stand_in
        self._owed = requests.owed
        self._continuity = Continuity()
        self._touched: list[Request] = []
        self._probes: dict[str, str] = {}
        self._since: float | None = None
        self._until = 0.0

    def saw(self, frame: Frame) -> None:
        """A message of the kernel came."""
        self._continuity.saw(frame.header.get("msg_id", ""))

    def begin(self, owed: list[Request], silent: bool) -> None:
        """The line broke while these were owed."""
        if self._since is None:
            self._since = time.time() - (line.SILENT_SECONDS if silent else 0)
            self._continuity.cut()
        self._touched = owed
        self._until = 0.0
        # What was asked since then would not be behind them.
        self._probes.clear()

    async def probe(self) -> None:
        """The line is open again."""
        self._until = time.time()
        for channel in {request.channel for request in self._touched} | {"shell"}:
            probe = self._stand_in.made("kernel_info_request", {}, {}, channel)
            self._probes[probe.header["msg_id"]] = channel
            await self._bridge.probe(probe)

    def probed(self, frame: Frame) -> bool:
        """Whether a reply is to a request of ours."""
        channel = self._probes.pop(frame.parent.get("msg_id", ""), None)
        if channel is not None:
            self._bridge.go(self._settle(channel))
        return channel is not None

    def learn(self, request: Request, frame: Frame) -> None:
        """The kernel tells how a request is getting on."""
        kind, content = frame.header["msg_type"], frame.content
        if kind == "execute_input":
            request.count = content.get("execution_count")
        elif kind == "error":
            request.error = content
        elif content.get("execution_state") == "busy":
            request.begun = True
        elif content.get("execution_state") == "idle" and request.begun and request.is_cell:
            # An error is the last thing that is said before a reply.
            request.ended = self._continuity.came_before_reply(frame.header["msg_id"])

    def before_idle(self, frame: Frame) -> None:
        """A cell ends: what of it is missing has to be said before."""
        if self._since is None:
            return
        parent = frame.parent.get("msg_id")
        if any(request.id == parent and request.is_cell for request in self._touched):
            self._tell(before=frame.header["msg_id"])

    async def _settle(self, channel: str) -> None:
        cut = self._since
        await asyncio.sleep(_SETTLED_SECONDS)
        if self._since != cut and self._since is not None:
            # Cut again meanwhile: the next probe tells.
            return
        lost = [each for each in self._touched if each.channel == channel]
        unanswered = [request for request in lost if request.id in self._owed]
        nothing_lost = self._continuity.missing() == 0
        self._tell()
        self._touched = [each for each in self._touched if each.channel != channel]
        for request in unanswered:
            await self._end(request, nothing_lost)

    async def _end(self, request: Request, nothing_lost: bool) -> None:
        if request.ended:
            await self._stand_in.answer(request)
            return
        name = "LineLost"
        if not request.is_cell:
            text = "The line broke before the answer came."
        elif request.begun:
            name = "ResultLost"
            text = f"The line broke: this has run to its end, and its result is lost.{_AGAIN}"
        elif nothing_lost:
            # The kernel would have said at least that it is busy.
            text = "The line broke before this came to the kernel. It has not run: run it again."
        else:
            text = f"The line broke: it is not known whether this has run.{_AGAIN}"
        await self._stand_in.refuse(request, name, text)

    def _tell(self, before: str | None = None) -> None:
        """Say in the cells that were running what is missing, once."""
        since, self._since = self._since, None
        cells = [request.header for request in self._touched if request.is_cell]
        if since is None or not cells:
            return
        missing = self._continuity.missing(before)
        if missing is not None:
            # Replies that are owed are told of by themselves.
            missing -= sum(request.id in self._owed for request in self._touched)
        if missing is None or missing > 0:
            self._bridge.say(_words(since, self._until or time.time(), missing), cells)


_AGAIN = " Look at the variables before you run it again."


def _words(since: float, until: float, missing: int | None) -> str:
    if missing is None:
        taken = "some of its output"
    elif missing == 1:
        taken = "one message of its output"
    else:
        taken = f"up to {missing:,} messages of its output"
    down = f"The line was down from {_clock(since)} to {_clock(until)}."
    return f"{down} The cell went on; {taken} may be missing."


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
