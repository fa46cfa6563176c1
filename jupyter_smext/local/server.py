"""The HTTP front on a loopback port: signature and Host checks, dispatch, answers in AWS's form."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from .contract import ServiceError, operation_model
from .errors import not_run
from .faults import as_error, spoil
from .services import SERVICES, Call
from .signature import scope, verify
from .wire import Answered, Dialect, Incoming, dialect_of, service_of
from .wire.json_rpc import JSON

if TYPE_CHECKING:
    from .engine import Engine

_log = logging.getLogger(__name__)

_BODY = 32 << 20
_TOO_BIG = "Request body over 32 MiB"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Base(RequestHandler):
    def initialize(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self) -> None:
        # A page elsewhere can make its own name point at 127.0.0.1; the Host header still tells it.
        try:
            host = urlsplit(f"//{self.request.host}").hostname
        except ValueError:
            host = None
        if host not in _LOOPBACK:
            raise HTTPError(403, reason="Host is not a loopback name")

    def check_xsrf_cookie(self) -> None:
        """There are no cookies: a signature, not a browser's session, says who calls."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def write_error(self, status_code: int, **more: Any) -> None:
        self.set_header("Content-Type", JSON)
        self.finish(json.dumps({"__type": self._reason, "message": self._reason}))


@stream_request_body
class _Aws(_Base):
    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        self._body = bytearray()

    def clear(self) -> None:
        super().clear()
        self._headers = _LowerCase(self._headers)

    def prepare(self) -> None:
        super().prepare()
        length = self.request.headers.get("Content-Length", "0")
        if not length.isdecimal():
            raise HTTPError(400, reason="Content-Length is no number")
        if int(length) > _BODY:
            raise HTTPError(413, reason=_TOO_BIG)

    def data_received(self, chunk: bytes) -> None:
        # Chunked bodies say no length beforehand.
        if len(self._body) + len(chunk) > _BODY:
            raise HTTPError(413, reason=_TOO_BIG)
        self._body += chunk

    async def post(self) -> None:
        request_id = str(uuid.uuid4())
        request = self._incoming(bytes(self._body))
        asked = scope(request.headers("Authorization"))
        service = service_of(asked.service if asked else "sagemaker", request.path)
        # Who is not known yet makes nobody read the model of a service that is not here.
        speaks = dialect_of(service if service in SERVICES else "", request)
        try:
            answered = await self._answer(service, request, speaks, request_id)
        except ServiceError as problem:
            answered = speaks.error(problem, request_id)
        except Exception:
            _log.exception("%s failed (request %s)", service, request_id)
            message = f"The local engine failed; its log has the reason (request {request_id})."
            answered = speaks.error(ServiceError("InternalFailure", message, 500), request_id)
        if answered is not None:
            await self._send(answered, request_id)

    # The services that are told apart by method and path come here too.
    get = put = delete = head = patch = options = post

    def _incoming(self, body: bytes) -> Incoming:
        request = self.request
        return Incoming(
            method=request.method or "",
            path=request.path,
            query=request.query,
            headers=lambda name: ",".join(request.headers.get_list(name)),
            header_names=tuple(name.lower() for name in request.headers),
            body=body,
        )

    async def _answer(
        self, service: str, request: Incoming, speaks: Dialect, request_id: str
    ) -> Answered | None:
        engine = self.engine
        if service not in SERVICES:
            raise not_run(service)
        signed = verify(request, engine.keys)
        operation = speaks.operation(service, request)
        model = operation_model(service, operation)
        faults = engine.faults.take(operation) if engine.faults else []
        given: dict[str, Any] | None = None
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "reset":
                self._reset()
                return None
            else:
                given = speaks.parameters(model, request)
                where = (engine.account, signed.region, given)
                problem = as_error(fault.kind, service, operation, *where)
                if problem:
                    raise problem
        if given is None:
            given = speaks.parameters(model, request)
        call = Call(operation, signed.region, given, engine, request)
        value = await SERVICES[service](call)
        answered = speaks.answer(model, value, call.response, request_id)
        if faults and isinstance(answered.body, bytes):
            kinds = [fault.kind for fault in faults]
            kind, body = spoil(answered.headers.get("Content-Type", ""), answered.body, kinds)
            return Answered(answered.status, {**answered.headers, "Content-Type": kind}, body)
        return answered

    async def _send(self, answered: Answered, request_id: str) -> None:
        self.set_status(answered.status)
        self.clear_header("Content-Type")
        self.set_header("x-amzn-RequestId", request_id)
        self.set_header("x-amz-request-id", request_id)  # as S3 names it
        self.set_header("Cache-Control", "no-store")
        for name, value in answered.headers.items():
            self.set_header(name, value)
        if isinstance(answered.body, bytes):
            bodiless = answered.status in (204, 304)
            await self.finish(None if bodiless else answered.body)
            return
        async for chunk in answered.body:
            self.write(chunk)
            await self.flush()
        await self.finish()

    def _reset(self) -> None:
        """Break the connection off the way a dead peer does: RST, no answer."""
        stream = self.detach()
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()


class _LowerCase(HTTPHeaders):
    """Headers that go out in lower case: boto3 takes the names of S3's metadata from them."""

    def get_all(self) -> Iterator[tuple[str, str]]:
        return ((name.lower(), value) for name, value in super().get_all())


class _Health(_Base):
    def get(self) -> None:
        self.finish({"version": self.engine.version})


class _Faults(_Base):
    """No signature: the routes exist only when the engine was started with --faults."""

    def prepare(self) -> None:
        super().prepare()
        # A page elsewhere may post here too, but its browser says where it is from.
        if self.request.headers.get("Origin"):
            raise HTTPError(403, reason="Faults are not for web pages")

    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(self._faults().shown()))

    async def post(self) -> None:
        """These faults in place of what was on."""
        await self._change(self._faults().set)

    async def put(self) -> None:
        """These faults besides what is on."""
        await self._change(self._faults().add)

    def delete(self) -> None:
        self._faults().clear(self.get_query_argument("kind", ""))
        self.set_status(204)

    async def _change(self, change: Callable[[Any], None]) -> None:
        try:
            wanted = json.loads(self.request.body)
            if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
                raise ValueError("a list of objects is wanted")
            # To find the processes that are to be killed takes a look at all there are.
            await asyncio.to_thread(change, wanted)
        except (ValueError, ServiceError) as error:
            raise HTTPError(400, reason=" ".join(str(error).split())[:200]) from None
        self.set_status(204)

    def _faults(self) -> Any:
        return self.engine.faults


def routes(engine: Engine) -> list[Any]:
    """The paths it answers; those for faults only where a test asked for them."""
    given = {"engine": engine}
    found: list[Any] = [(r"/_engine/health", _Health, given), (r".*", _Aws, given)]
    if engine.faults:
        found.insert(0, (r"/_engine/faults", _Faults, given))
    return found


def _application(engine: Engine) -> Application:
    # Tornado's own access log would say nothing that is not in the answers.
    return Application(routes(engine), log_function=lambda handler: None)


def serve(engine: Engine, port: int) -> tuple[HTTPServer, int]:
    """Answer on 127.0.0.1: (server, port); port 0 takes a free one. OSError when taken."""
    sockets = bind_sockets(port, "127.0.0.1")
    # The handler bounds what it takes and says 413; Tornado's own bound would say 400.
    server = HTTPServer(_application(engine), max_body_size=1 << 40, max_buffer_size=1 << 20)
    server.add_sockets(sockets)
    return server, sockets[0].getsockname()[1]
