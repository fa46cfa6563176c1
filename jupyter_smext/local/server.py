"""The HTTP front on a loopback port: signature and Host checks, dispatch, answers in AWS's form."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from . import wire
from .contract import ServiceError, operation_model
from .errors import not_run
from .faults import as_error, spoil
from .services import SERVICES, Call
from .signature import Request, scope, verify

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
        self.set_header("Content-Type", wire.JSON)
        self.finish(json.dumps({"__type": self._reason, "message": self._reason}))


@stream_request_body
class _Aws(_Base):
    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        self._body = bytearray()

    def prepare(self) -> None:
        super().prepare()
        if int(self.request.headers.get("Content-Length", 0)) > _BODY:
            raise HTTPError(413, reason=_TOO_BIG)

    def data_received(self, chunk: bytes) -> None:
        # Chunked bodies say no length beforehand.
        if len(self._body) + len(chunk) > _BODY:
            raise HTTPError(413, reason=_TOO_BIG)
        self._body += chunk

    async def post(self) -> None:
        request_id = str(uuid.uuid4())
        self.set_header("x-amzn-RequestId", request_id)
        asked = scope(self.request.headers.get("Authorization", ""))
        service = asked.service if asked else "sagemaker"
        speaks = wire.dialect(service, self.request.headers.get("Content-Type", ""))
        try:
            answered = await self._answer(service, request_id)
        except ServiceError as problem:
            self.set_status(problem.status)
            answered = wire.error(speaks, problem, request_id)
        except Exception:
            _log.exception("%s failed (request %s)", service, request_id)
            self.set_status(500)
            message = f"The local engine failed; its log has the reason (request {request_id})."
            failure = ServiceError("InternalFailure", message, 500)
            answered = wire.error(speaks, failure, request_id)
        if answered is None:
            return
        kind, body = answered
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", "no-store")
        await self.finish(body)

    # The services that are told apart by method and path come here to be refused in words.
    get = put = delete = head = post

    async def _answer(self, service: str, request_id: str) -> tuple[str, bytes] | None:
        request, body = self.request, bytes(self._body)
        if service not in SERVICES:
            raise not_run(service)
        if request.path != "/":
            raise not_run(service, f"{request.method} {request.path[:100]}")
        signed = verify(
            Request(
                method=request.method or "",
                path=request.path,
                query=request.query,
                header=lambda name: ",".join(request.headers.get_list(name)),
                body=body,
            ),
            self.engine.keys,
        )
        operation = wire.action(service, request.headers.get("X-Amz-Target", ""), body)
        model = operation_model(service, operation)
        faults = self.engine.faults.take(operation) if self.engine.faults else []
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "reset":
                self._reset()
                return None
            else:
                problem = as_error(fault.kind, service, operation, self.engine.account)
                if problem:
                    raise problem
        given = wire.parameters(model, service, body)
        value = await SERVICES[service](Call(operation, signed.region, given, self.engine))
        answered = wire.answer(model, service, value, request_id)
        return spoil(*answered, [fault.kind for fault in faults])

    def _reset(self) -> None:
        """Break the connection off the way a dead peer does: RST, no answer."""
        stream = self.detach()
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()


class _Health(_Base):
    def get(self) -> None:
        self.finish({"version": self.engine.version})


class _Faults(_Base):
    """No signature: the routes exist only when a test started the engine with them."""

    def post(self) -> None:
        try:
            wanted = json.loads(self.request.body)
            if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
                raise ValueError("a list of objects is wanted")
            self._faults().set(wanted)
        except (ValueError, ServiceError) as error:
            raise HTTPError(400, reason=str(error)[:200]) from None
        self.set_status(204)

    def delete(self) -> None:
        self._faults().clear()
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
