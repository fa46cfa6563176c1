"""A TCP relay that stands for the network: slow, narrow, cut off or silent, as one asks it to be.

    python -m tests.compute.relay TO --delay 0.02 --rate 2500000

as a process of its own, which prints its port, until its standard input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import struct
import sys
from collections import deque

#: Bytes on their way through a side before its sender is held up, as a full window would do it.
_WINDOW = 512 * 1024
#: What goes through at once: at 20 Mbit/s it takes 6.5 ms.
_PIECE = 16 * 1024


class Side(asyncio.Protocol):
    """One end of a connection; what comes in here goes out at `other`."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.transport: asyncio.Transport | None = None
        self.other: Side | None = None
        self.silent = False
        self._waiting: deque[bytes] = deque()
        self._come_count = 0
        self._bytes = 0
        self._free_at = 0.0
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.relay.sides.add(self)

    def data_received(self, data: bytes) -> None:
        if self.silent:
            return
        loop, relay = asyncio.get_running_loop(), self.relay
        slow = relay.rate or relay.delay
        now = loop.time()
        for start in range(0, len(data), _PIECE) if slow else (0,):
            piece = data[start : start + _PIECE] if slow else data
            self._waiting.append(piece)
            self._bytes += len(piece)
            if relay.rate:
                self._free_at = max(self._free_at, now) + len(piece) / relay.rate
            if slow:
                loop.call_at(max(self._free_at, now) + relay.delay, self._come)
            else:
                self._come()
        if self._bytes > _WINDOW and self.transport is not None:
            self.transport.pause_reading()

    def _come(self) -> None:
        """The next piece has travelled its way."""
        self._come_count += 1
        self.hand_on()

    def hand_on(self) -> None:
        """Give the other end, if it is there, what has come."""
        out = self.other.transport if self.other is not None else None
        if out is None or self.relay.held:
            return
        while self._come_count:
            self._come_count -= 1
            piece = self._waiting.popleft()
            self._bytes -= len(piece)
            if not self.silent and not out.is_closing():
                out.write(piece)
        if self._bytes <= _WINDOW // 2 and self.transport and not self.transport.is_closing():
            self.transport.resume_reading()
        if self._ended and not self.silent and not self._waiting:
            out.close()

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.relay.sides.discard(self)
        self._ended = True
        self.hand_on()


class Relay:
    """Connections to its `port` go on to the loopback port `to`, as they do until told otherwise.

    `delay` in seconds each way, `rate` in bytes a second each way and for each connection.
    """

    def __init__(self, to: int, *, delay: float = 0.0, rate: float = 0.0) -> None:
        self.to, self.delay, self.rate = to, delay, rate
        self.sides: set[Side] = set()
        self.held = False
        self.port = 0
        self._server: asyncio.Server | None = None
        self._dialling: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Relay:
        await self.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen; at the port that it had before, if it had one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse what is new and end what is open."""
        if self._server is not None:
            self._server.close()
        for dial in self._dialling:
            dial.cancel()
        self.reset()

    def finish(self) -> None:
        """End every connection in order (FIN)."""
        for side in list(self.sides):
            if side.transport is not None:
                side.transport.close()

    def reset(self, *, silent: bool = False) -> None:
        """Break every connection off (RST), or only those that are silent."""
        for side in list(self.sides):
            if side.transport is not None and (side.silent or not silent):
                raw = side.transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.transport.abort()

    def silence(self) -> None:
        """Nothing passes any more through what is open, and nobody is told; new ones pass."""
        for side in self.sides:
            side.silent = True

    def hold(self) -> None:
        """Nothing arrives any more, on new connections neither; `go_on` delivers it all."""
        self.held = True

    def go_on(self) -> None:
        """The network is back: what TCP would have sent again arrives."""
        self.held = False
        for side in list(self.sides):
            side.hand_on()

    def _accept(self) -> Side:
        side = Side(self)
        dial = asyncio.ensure_future(self._dial(side))
        self._dialling.add(dial)
        dial.add_done_callback(self._dialling.discard)
        return side

    async def _dial(self, near: Side) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, far = await loop.create_connection(lambda: Side(self), "127.0.0.1", self.to)
        except OSError:
            if near.transport is not None:
                near.transport.abort()
            return
        far.other, near.other = near, far
        near.hand_on()


async def _serve(to: int, delay: float, rate: float) -> None:
    async with Relay(to, delay=delay, rate=rate) as relay:
        print(relay.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("to", type=int)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0)
    asyncio.run(_serve(**vars(parser.parse_args())))
