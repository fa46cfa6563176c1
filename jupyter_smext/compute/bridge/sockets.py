"""The kernel as every Jupyter client on this machine sees it: five sockets on loopback."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.session import DELIM, Session

from .frames import Frame

log = logging.getLogger(__name__)

ROUTED = ("shell", "control", "stdin")
IP = "127.0.0.1"
#: The server's activity watcher learns of a state that has lasted so long; of the newest of those
#: that change faster, and of the rest, no more often than the second.
STATUS_SECONDS = 0.05
OTHERS_SECONDS = 0.5
#: Below it, a copy is cheaper than ZeroMQ's bookkeeping for none.
_COPIED_BYTES = 65536

Identities = list[bytes]
OnMessage = Callable[[Frame, Identities], Awaitable[None]]


class LocalSockets:
    """shell, control and stdin as ROUTER, iopub as XPUB, heartbeat as REP.

    `on_message(frame, identities)` gets what clients send with a right signature.
    `watcher_only(subscribers)` says whether nobody but Jupyter Server's own activity watcher
    listens to iopub: it is then told of states, and of the rest only that there was something.
    Made on the loop that it works on.
    """

    def __init__(self, session: Session, on_message: OnMessage) -> None:
        self._session = session
        self._on_message = on_message
        self.watcher_only: Callable[[int], bool] = lambda subscribers: False
        context = zmq.asyncio.Context.instance()
        self._routed = {name: context.socket(zmq.ROUTER) for name in ROUTED}
        self._heartbeat = context.socket(zmq.REP)
        # Not asyncio's: it never has to wait, as it has no high-water mark.
        self._iopub: Any = zmq.Context.instance().socket(zmq.XPUB)
        self._iopub.setsockopt(zmq.XPUB_VERBOSER, 1)
        self._subscribers = 0
        self._counted = False
        self._states: dict[str | None, list[bytes]] = {}
        self._state_at = self._told_at = 0.0
        self._others_at = 0.0
        sockets = {**self._routed, "hb": self._heartbeat, "iopub": self._iopub}
        self.info: dict[str, Any] = {
            "transport": "tcp",
            "ip": IP,
            "key": session.key,
            "signature_scheme": session.signature_scheme,
        }
        for name, socket in sockets.items():
            # Output of a slow reader is kept, not dropped.
            socket.sndhwm = 0
            if name in ROUTED:
                socket.router_handover = 1
            self.info[f"{name}_port"] = socket.bind_to_random_port(f"tcp://{IP}")
        self._tasks = [asyncio.ensure_future(self._read(name)) for name in ROUTED]
        self._tasks.append(asyncio.ensure_future(self._beat()))
        for task in self._tasks:
            task.add_done_callback(_ended)

    async def _beat(self) -> None:
        while True:
            await self._heartbeat.send_multipart(await self._heartbeat.recv_multipart())

    async def _read(self, channel: str) -> None:
        socket = self._routed[channel]
        while True:
            message: list[Any] = await socket.recv_multipart()
            try:
                found: Any = self._session.feed_identities(message)
                identities, (signature, *parts) = found
                if not hmac.compare_digest(signature, self._sign(parts)):
                    log.warning("A message on %s has a wrong signature: left out", channel)
                    continue
                frame = Frame.of(channel, parts)
                if not frame.is_named:
                    raise ValueError("it has no type or id")
            except (ValueError, LookupError, TypeError) as error:
                log.warning("A message on %s cannot be read: %s", channel, error)
                continue
            await self._on_message(frame, identities)

    def _sign(self, parts: list[Any]) -> bytes:
        return self._session.sign(parts[:4])

    async def send(self, frame: Frame, identities: Identities) -> None:
        """A reply, or a request for input."""
        parts = frame.parts()
        message = [*identities, DELIM, self._sign(parts), *parts]
        copied = len(frame.data) < _COPIED_BYTES
        await self._routed[frame.channel].send_multipart(message, copy=copied)

    def publish(self, frame: Frame) -> None:
        """An iopub message, to who listens."""
        listening = self._count()
        if listening <= 0:
            return
        if not self.watcher_only(listening):
            self._tell(frame.parts(), len(frame.data) < _COPIED_BYTES)
        elif frame.header["msg_type"] == "status":
            # The newest for each kind of request: the watcher leaves some kinds out.
            kind = frame.parent.get("msg_type")
            self._state_at = time.monotonic()
            if not self._states:
                asyncio.get_running_loop().call_later(STATUS_SECONDS, self._tell_states)
            self._states.pop(kind, None)
            self._states[kind] = [frame.part(0), frame.part(1), b"{}", frame.part(3)]
        elif time.monotonic() - self._others_at > OTHERS_SECONDS:
            self._others_at = time.monotonic()
            self._tell([frame.part(0), frame.part(1), b"{}", b"{}"], True)

    def _tell_states(self) -> None:
        now = time.monotonic()
        lasts = now - self._state_at >= STATUS_SECONDS
        if not lasts and now - self._told_at < OTHERS_SECONDS:
            asyncio.get_running_loop().call_later(STATUS_SECONDS, self._tell_states)
            return
        self._told_at = now
        states, self._states = self._states, {}
        for parts in () if self._iopub.closed else states.values():
            self._tell(parts, True)

    def _tell(self, parts: list[Any], copied: bool) -> None:
        self._iopub.send_multipart([b"kernel", DELIM, self._sign(parts), *parts], copy=copied)

    def _count(self) -> int:
        """Subscribers to iopub, by the messages with which they come and go.

        Looked at once in a pass of the event loop, which may bring many messages.
        """
        if self._counted:
            return self._subscribers
        self._counted = True
        asyncio.get_running_loop().call_soon(self._count_again)
        while self._iopub.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            self._subscribers += 1 if self._iopub.recv()[:1] == b"\x01" else -1
        return self._subscribers

    def _count_again(self) -> None:
        self._counted = False

    async def close(self) -> None:
        """Stop reading; what is on its way out has half a second."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in (*self._routed.values(), self._heartbeat, self._iopub):
            socket.close(linger=500)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("A socket of a kernel is read no more", exc_info=error)
