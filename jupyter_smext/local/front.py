"""What every HTTP handler of the engine shares: who may ask, what came, how an answer goes out."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError, RequestHandler

from .contract import ServiceError
from .faults import PAGE, as_error
from .hosts import LOOPBACK, host_name
from .wire import Answered, Incoming
from .wire.json_rpc import JSON

if TYPE_CHECKING:
    from .engine import Engine

_log = logging.getLogger(__name__)


class Front(RequestHandler):
    """A handler that answers only to loopback names of its host."""

    def initialize(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self) -> Awaitable[None] | None:
        # A page elsewhere can make its own name point at 127.0.0.1; the Host header still tells it.
        if not self.is_loopback(host_name(self.request.host)):
            raise HTTPError(403, reason="Host is not a loopback name")
        return None

    def is_loopback(self, name: str) -> bool:
        """Whether a host name can only be this machine's."""
        return name in LOOPBACK

    def check_xsrf_cookie(self) -> None:
        """There are no cookies: a signature, not a browser's session, says who calls."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def compute_etag(self) -> None:
        """ETags are the services' to give."""

    def check_etag_header(self) -> bool:
        return False

    def write_error(self, status_code: int, **more: Any) -> None:
        self.set_header("Content-Type", JSON)
        code = HTTPStatus(status_code).name.title().replace("_", "")
        self.finish(json.dumps({"__type": code, "message": self._reason}))


class Api(Front):
    """A handler for requests of AWS's clients."""

    #: Nothing of the API is to be cached, but for what says so itself.
    no_store = True

    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        self.request_id = str(uuid.uuid4())
        self._somebody_else = False

    def clear(self) -> None:
        super().clear()
        self._headers = _LowerCase(self._headers)

    def incoming(self, body: Any) -> Incoming:
        """The request with what has become of its body."""
        request = self.request
        return Incoming(
            method=request.method or "",
            path=request.path,
            query=request.query,
            headers=lambda name: ",".join(request.headers.get_list(name)),
            header_names=tuple(name.lower() for name in request.headers),
            body=body,
        )

    async def act_out(
        self, service: str, operation: str, region: str, given: Callable[[], dict[str, Any]]
    ) -> list[str] | None:
        """Show the faults that are on: the kinds of those that spoil an answer.

        None when the connection is gone. Raises ServiceError for those that are answers; `given`
        gives the parameters, for their words.
        """
        faults = self.engine.faults.take(operation) if self.engine.faults else []
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "reset":
                self.reset()
                return None
            else:
                where = (self.engine.account, region, given())
                problem = as_error(fault.kind, service, operation, *where)
                if problem:
                    raise problem
        return [fault.kind for fault in faults]

    def spoiled(self, answered: Answered, kinds: list[str]) -> Answered:
        """The answer as these faults leave it."""
        if not kinds:
            return answered
        body = answered.body
        if isinstance(body, bytes) and body and "Content-Length" in answered.headers:
            body = _once(body)  # a small object, whose length was said already
        if "truncated" in kinds:
            half = body[: len(body) // 2] if isinstance(body, bytes) else _cut_off(body)
            return Answered(answered.status, answered.headers, half)
        if "nonjson" in kinds:
            # Nothing of AWS is in the answer of somebody else.
            self._somebody_else = True
            page = PAGE if isinstance(body, bytes) else _instead(body, PAGE)
            return Answered(200, {"Content-Type": "text/html"}, page)
        return answered

    def failure(self, service: str) -> ServiceError:
        """What to say of an exception that nobody foresaw; call it where that is caught."""
        _log.exception("%s failed (request %s)", service, self.request_id)
        message = f"The local engine failed; its log has the reason (request {self.request_id})."
        return ServiceError("InternalFailure", message, 500)

    async def send(self, answered: Answered) -> None:
        """The end of the request."""
        self.set_status(answered.status)
        self.clear_header("Content-Type")
        if not self._somebody_else:
            self.set_header("x-amzn-RequestId", self.request_id)
            self.set_header("x-amz-request-id", self.request_id)  # as S3 names it
        if self.no_store:
            self.set_header("Cache-Control", "no-store")
        for name, value in answered.headers.items():
            self.set_header(name, value)
        if isinstance(answered.body, bytes):
            bodiless = answered.status in (204, 304)
            await self.finish(None if bodiless else answered.body)
            return
        try:
            async for chunk in answered.body:
                self.write(chunk)
                await self.flush()
        except _CutOff:
            self.detach().close()
            return
        await self.finish()

    def reset(self) -> None:
        """Break the connection off the way a dead peer does: RST, no answer."""
        stream = self.detach()
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()


async def _once(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


class _CutOff(Exception):
    """A fault ends an answer in its middle."""


async def _cut_off(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Half of the first piece of a body."""
    async for piece in body:
        yield piece[: len(piece) // 2]
        break
    await _close(body)
    raise _CutOff


async def _instead(body: AsyncIterator[bytes], text: bytes) -> AsyncIterator[bytes]:
    async for _ in body:
        break  # one that has not begun would not know that it is closed
    await _close(body)
    yield text


async def _close(body: AsyncIterator[bytes]) -> None:
    """Let go of what a body reads from."""
    if isinstance(body, AsyncGenerator):
        await body.aclose()


class _LowerCase(HTTPHeaders):
    """Headers that go out in lower case: boto3 takes the names of S3's metadata from them."""

    def get_all(self) -> Iterator[tuple[str, str]]:
        return ((name.lower(), value) for name, value in super().get_all())
