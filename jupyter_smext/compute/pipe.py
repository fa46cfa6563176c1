"""The websocket between a browser and a kernel on an instance: its frames pass as they are.

For a kernel of another provisioner, an old browser, and where tracebacks are hidden, it is Jupyter
Server's own connection. That one takes each message apart, signs it and sends it through ZMQ.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Awaitable
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError

from .bridge import Frame, KernelBridge
from .provisioner import InstanceProvisioner

V1 = "v1.kernel.websocket.jupyter.org"
SETTING = "kernel_websocket_connection_class"
#: Bytes that may wait for a browser before the kernel is held up, and until it goes on.
HIGH, LOW = 32 << 20, 8 << 20
#: How long a browser that reads nothing may hold up the others; then its own line grows, as it
#: does in Jupyter Server.
STALL_SECONDS = 5.0
_FIN_BINARY = 0x82


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
    _stream: IOStream | None = None
    _waiting = 0
    _given_up = False
    _low: asyncio.Event | None = None

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
        self._bridge, self._low = bridge, asyncio.Event()
        self._stream = _uncompressed(self.websocket_handler.ws_connection)
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

    def _pass_on(self, message: bytes) -> Awaitable[None] | None:
        """A message of the browser, to the instance; to be awaited before the next is read."""
        if self._bridge is None:
            return None
        frame = Frame(message)
        allowed = self.multi_kernel_manager.allowed_message_types
        if allowed and frame.header["msg_type"] not in allowed:
            self.log.warning(
                'Received message of type "%s", which is not allowed. Ignoring.',
                frame.header["msg_type"],
            )
            return None
        return self._bridge.from_pipe(self.session_key, frame)

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
        size = len(frame.data)
        try:
            sent = self._send(frame.data)
        except (WebSocketClosedError, StreamClosedError):
            return  # Jupyter Server learns of it by itself, and calls `disconnect`.
        self._waiting += size
        sent.add_done_callback(lambda sent: self._sent(sent, size))

    def _send(self, data: bytes) -> asyncio.Future[None]:
        """Send a message; a stream of our own spares tornado's copy of it, and a task."""
        connection = self.websocket_handler.ws_connection
        if self._stream is None or connection is None or connection.is_closing():
            return self.websocket_handler.write_message(data, binary=True)
        size = len(data)
        if size < 126:
            return self._stream.write(struct.pack("!BB", _FIN_BINARY, size) + data)
        if size < 1 << 16:
            return self._stream.write(struct.pack("!BBH", _FIN_BINARY, 126, size) + data)
        self._stream.write(struct.pack("!BBQ", _FIN_BINARY, 127, size))
        return self._stream.write(data)

    def _sent(self, sent: asyncio.Future[None], size: int) -> None:
        if not sent.cancelled():
            sent.exception()  # A closed stream: nobody else asks, and it is no fault.
        self._waiting -= size
        if self._waiting < LOW:
            self._given_up = False
            assert self._low is not None
            self._low.set()

    @property
    def congested(self) -> bool:
        return self._waiting > HIGH and not self._given_up

    async def drained(self) -> None:
        assert self._low is not None
        self._low.clear()
        try:
            await asyncio.wait_for(self._low.wait(), STALL_SECONDS)
        except asyncio.TimeoutError:
            self._given_up = True


def _uncompressed(connection: Any) -> IOStream | None:
    """The stream below a websocket, to write whole frames to; None where tornado must do it."""
    # `_compressor` is tornado's own business: where it is not found, tornado writes.
    if getattr(connection, "_compressor", connection) is not None:
        return None
    stream = getattr(connection, "stream", None)
    return stream if isinstance(stream, IOStream) else None
