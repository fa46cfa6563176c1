"""The HTTP front on a loopback port: signature and Host checks, dispatch, answers in AWS's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, stream_request_body

from . import own_routes
from .contract import ServiceError, operation_model
from .errors import not_run
from .front import Api
from .services import SERVICES, Call
from .services.s3.front import S3, IsS3
from .signature import scope, verify
from .wire import Answered, Dialect, Incoming, dialect_of, service_of

if TYPE_CHECKING:
    from .engine import Engine

_BODY = 32 << 20
_TOO_BIG = "Request body over 32 MiB"
#: Objects come in by this many bytes: each time costs.
_CHUNK = 1 << 18


@stream_request_body
class _Aws(Api):
    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        self._body = bytearray()

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
        request = self.incoming(bytes(self._body))
        asked = scope(request.headers("Authorization"))
        service = service_of(asked.service if asked else "sagemaker", request.path)
        # Who is not known yet makes nobody read the model of a service that is not here.
        speaks = dialect_of(service if service in SERVICES else "", request)
        try:
            answered = await self._answer(service, request, speaks)
        except ServiceError as problem:
            answered = speaks.error(problem, self.request_id)
        except Exception:
            answered = speaks.error(self.failure(service), self.request_id)
        if answered is not None:
            await self.send(answered)

    # The services that are told apart by method and path come here too.
    get = put = delete = head = patch = options = post

    async def _answer(self, service: str, request: Incoming, speaks: Dialect) -> Answered | None:
        engine = self.engine
        if service not in SERVICES:
            raise not_run(service)
        signed = verify(request, engine.keys)
        operation = speaks.operation(service, request)
        model = operation_model(service, operation)
        faults = await self.act_out(
            service, operation, signed.region, lambda: speaks.parameters(model, request)
        )
        if faults is None:
            return None
        given = speaks.parameters(model, request)
        call = Call(operation, signed.region, given, engine, request)
        value = await SERVICES[service](call)
        return self.spoiled(speaks.answer(model, value, call.response, self.request_id), faults)


def routes(engine: Engine) -> list[Any]:
    """The engine's own paths, then S3, then everything else, which is AWS's too."""
    given = {"engine": engine}
    return [*own_routes.routes(engine), (IsS3(), S3, given), (r".*", _Aws, given)]


def _application(engine: Engine) -> Application:
    # Tornado's own access log would say nothing that is not in the answers.
    return Application(routes(engine), log_function=lambda handler: None)


def serve(engine: Engine, port: int) -> tuple[HTTPServer, int]:
    """Answer on 127.0.0.1: (server, port); port 0 takes a free one. OSError when taken."""
    sockets = bind_sockets(port, "127.0.0.1")
    # The handler bounds what it takes and says 413; Tornado's own bound would say 400.
    server = HTTPServer(
        _application(engine), max_body_size=1 << 44, max_buffer_size=4 << 20, chunk_size=_CHUNK
    )
    server.add_sockets(sockets)
    return server, sockets[0].getsockname()[1]
