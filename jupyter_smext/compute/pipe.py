"""The websocket between a browser and a kernel on an instance: its frames pass as they are.

For a kernel of another provisioner, an old browser, and where tracebacks are hidden, it is Jupyter
Server's own connection. That one takes each message apart, signs it and sends it through ZMQ.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado import web

from .outbox import Outbox

if TYPE_CHECKING:
    from .bridge import Frame, KernelBridge

V1 = "v1.kernel.websocket.jupyter.org"
SETTING = "kernel_websocket_connection_class"


def install(settings: dict[str, Any]) -> bool:
    """Have browsers served by it; False, and nothing is changed, where another class was chosen.

    The handler of kernel websockets looks its class up in `settings` at every connect.
    """
    if settings.get(SETTING) is not ZMQChannelsWebsocketConnection:
        return False
    settings[SETTING] = PipeConnection
    return True


class PipeConnection(ZMQChannelsWebsocketConnection):
    """A browser's connection, with a pipe to the instance where its kernel has one."""

    _bridge: KernelBridge | None = None
    _outbox: Outbox | None = None
    #: The request that the kernel was last done with.
    _idle_after: str | None = None

    async def prepare(self) -> None:
        """Refuse at once for a kernel that is gone. Raises HTTPError 410.

        Jupyter Server waits a minute for it, and a browser opens one websocket to a server at a
        time: every other kernel of the page would wait as long.
        """
        from .provisioner import InstanceProvisioner

        provisioner = self.kernel_manager.provisioner
        if isinstance(provisioner, InstanceProvisioner) and provisioner.bridge is not None:
            if provisioner.bridge.state == "ended":
                raise web.HTTPError(410, reason="The kernel is gone")
        await super().prepare()  # type: ignore[no-untyped-call]

    # Jupyter Server declares coroutines in a base class, and has these in the class above.
    def connect(self) -> asyncio.Future[None] | None:  # type: ignore[override]
        # Jupyter Server leaves Nagle's algorithm on, which holds a reply back for up to 40 ms.
        self.websocket_handler.set_nodelay(True)
        bridge = self._piped()
        if bridge is None:
            return super().connect()
        kernels = self.multi_kernel_manager
        kernels.notify_connect(self.kernel_id)
        self._forget_stock_buffer()
        kernels.add_restart_callback(self.kernel_id, self.on_kernel_restarted)
        kernels.add_restart_callback(self.kernel_id, self.on_restart_failed, "dead")
        # Tornado reads on when what this returns is done: the browser waits for the instance.
        self.websocket_handler.on_message = self._pass_on  # type: ignore[method-assign]
        self._bridge, self._outbox = bridge, Outbox(self.websocket_handler)
        ZMQChannelsWebsocketConnection._open_sockets.add(self)
        for frame in bridge.add_pipe(self.session_key, self):
            self.deliver(frame)
        connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        connected.set_result(None)
        return connected

    def disconnect(self) -> None:  # type: ignore[override]
        bridge, self._bridge = self._bridge, None
        super().disconnect()  # type: ignore[no-untyped-call]
        if bridge is not None:
            keep = self.multi_kernel_manager.buffer_offline_messages
            bridge.drop_pipe(self.session_key, self, bool(keep))

    def _piped(self) -> KernelBridge | None:
        """The bridge of its kernel, if frames may pass it as they are."""
        # Loaded with the first kernel: a server's start has no time for it.
        from .provisioner import InstanceProvisioner

        provisioner = self.kernel_manager.provisioner
        if not isinstance(provisioner, InstanceProvisioner) or not provisioner.inline:
            return None
        bridge = provisioner.bridge
        if bridge is None:
            return None
        if self.subprotocol == V1 and self.multi_kernel_manager.allow_tracebacks:
            return bridge
        bridge.pipes.forget()
        return None

    def _forget_stock_buffer(self) -> None:
        """End what Jupyter Server's own connection, the last one, left to be replayed."""
        kept = self.multi_kernel_manager.get_buffer(self.kernel_id, self.session_key)
        for stream in kept["channels"].values() if kept else ():
            if not stream.closed():
                stream.close()

    def _pass_on(self, message: bytes) -> Awaitable[Any] | None:
        """A message of the browser, to the instance; to be awaited before the next is read."""
        if self._bridge is None:
            return None
        from .bridge import Frame

        frame = Frame(message)
        allowed = self.multi_kernel_manager.allowed_message_types
        if allowed and frame.header["msg_type"] not in allowed:
            self.log.warning(
                'Received message of type "%s", which is not allowed. Ignoring.',
                frame.header["msg_type"],
            )
            return None
        return self._bridge.from_local(frame, self.session_key)

    def get_part(self, field: str, value: Any, msg_list: list[Any]) -> Any:
        """A part of a message; the session's `unpack` takes no memoryview."""
        if value is None and self._bridge is not None:
            place = {"header": 0, "parent_header": 1, "content": 3}[field]
            return json.loads(bytes(msg_list[place]))
        return super().get_part(field, value, msg_list)  # type: ignore[no-untyped-call]

    def deliver(self, frame: Frame) -> None:
        """Send a frame of the instance, unless the limit of output forbids it."""
        if self.limit_rate and frame.channel == "iopub":
            message = {"header": frame.header, "parent_header": None, "content": None}
            if self._limit_rate("iopub", message, frame.parts()):  # type: ignore[no-untyped-call]
                return
        assert self._outbox is not None
        self._outbox.put(frame.data, followed=self._is_followed(frame))

    def _is_followed(self, frame: Frame) -> bool:
        """Whether the kernel sends another at once: its input after busy, idle after the reply."""
        kind = frame.header["msg_type"]
        if kind == "status":
            state = frame.content.get("execution_state")
            if state == "idle":
                self._idle_after = frame.parent.get("msg_id")
            return state == "busy"
        return kind == "execute_reply" and frame.parent.get("msg_id") != self._idle_after

    @property
    def write_message(self) -> Callable[..., Any]:
        """The handler's, for what Jupyter Server itself says: in its turn."""
        if self._outbox is not None:
            self._outbox.send_now()
        return self.websocket_handler.write_message

    @property
    def congested(self) -> bool:
        return self._outbox is not None and self._outbox.congested

    async def drained(self) -> None:
        if self._outbox is not None:
            await self._outbox.drained()
