"""S3 over HTTP: found by signature, method or host; bodies of any size go through in small lots."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.routing import Matcher
from tornado.web import stream_request_body

from ...contract import ServiceError, operation_model
from ...front import Api
from ...hosts import LOCALHOST, host_name
from ...object_store.blobs import Draft, Reader
from ...wire import Answered, Incoming
from ...wire.rest import XML
from .. import s3
from ..sagemaker import Call
from . import links, signature
from .intake import Intake
from .threads import in_thread
from .wording import reworded

if TYPE_CHECKING:
    from ...engine import Engine

#: An object goes out in pieces of so many bytes, the next of which is read meanwhile.
_CHUNK = 1 << 19
#: A body from this size on is better refused than read.
_LONG = 1 << 20
#: "PutObject", "UploadPart": at most 5 GB at once.
_MOST = 5 << 30
#: Whose body is an object's bytes.
_STREAMED = frozenset({"PutObject", "UploadPart"})


class IsS3(Matcher):
    """Matches requests for S3."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        asked = Incoming(
            method=request.method or "",
            path=request.path,
            query=request.query,
            headers=lambda name: request.headers.get(name, ""),
        )
        is_s3 = host_name(request.host).endswith(LOCALHOST) or signature.is_s3(asked)
        return {} if is_s3 and not request.path.startswith("/_engine/") else None


@stream_request_body
class S3(Api):
    """One S3 request: its signature is checked before its body comes."""

    no_store = False

    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        self._problem: Exception | None = None
        self._intake: Intake | None = None
        self._call: Call | None = None
        self._closing: asyncio.Task[None] | None = None
        self._whole = False

    def is_loopback(self, name: str) -> bool:
        return super().is_loopback(name) or name.endswith(LOCALHOST)

    async def prepare(self) -> None:
        super().prepare()
        try:
            await self._begin()
        except Exception as problem:  # said in _respond, where the others are
            self._problem = problem
        if self._problem and self._holds_back():
            # The rest of what the client sends, if it does, is not read, so no more can follow.
            self.set_header("Connection", "close")
            await self._respond()

    async def data_received(self, chunk: bytes) -> None:
        # A body that is refused is read to its end: a client that is cut off sees no answer.
        if self._problem is None and self._intake is not None:
            try:
                await self._intake.receive(chunk)
            except Exception as problem:
                self._problem = problem

    async def get(self) -> None:
        await self._respond()

    put = post = delete = head = patch = options = get

    def on_connection_close(self) -> None:
        # The body is the service's once it is whole: what it makes of it may be stored by now.
        if not self._whole:
            self._closing = asyncio.create_task(self._give_up())

    async def _begin(self) -> None:
        incoming = self.incoming(b"")
        signed = signature.anonymous(incoming) or signature.verify(incoming, self.engine.keys)
        if links.is_second_version(incoming):
            incoming = links.unfolded(incoming)
        request = signature.path_style(incoming)
        operation = XML.operation("s3", request)
        if operation not in _STREAMED:
            self._call = Call(operation, signed.region, {}, self.engine, request)
            checksummed = operation != "CompleteMultipartUpload"  # there it is the object's
            self._intake = Intake(request, signed, None, checksummed=checksummed)
            return
        self._intake = Intake(request, signed, self._open_draft)
        request = replace(request, body=self._intake)
        given = parameters(operation, request)
        self._call = Call(operation, signed.region, given, self.engine, request)
        if self._holds_back():
            await self._intake.open()

    def _holds_back(self) -> bool:
        """Whether the client waits with a body that is better refused than read."""
        length = self.request.headers.get("Content-Length", "0")
        waits = self.request.headers.get("Expect", "").lower() == "100-continue"
        return waits and length.isdecimal() and int(length) >= _LONG

    def _open_draft(self, intake: Intake) -> Draft:
        assert self._call is not None
        s3.check(self._call)
        if intake.size > _MOST:
            message = "Your proposed upload exceeds the maximum allowed size"
            more = {"ProposedSize": intake.size, "MaxSizeAllowed": _MOST}
            raise ServiceError("EntityTooLarge", message, members=more)
        self.engine.disk.require(intake.size)
        part = self._call.operation == "UploadPart"
        return self.engine.objects.blobs.draft(intake.digests(part=part))

    async def _respond(self) -> None:
        answered: Answered | None
        self._whole = True
        try:
            if self._problem:
                raise self._problem
            answered = await self._answer()
        except ServiceError as problem:
            answered = XML.error(problem, self.request_id)
            if self._call:
                more = self._call.response.headers
                answered = replace(answered, headers={**more, **answered.headers})
        except Exception:
            answered = XML.error(self.failure("s3"), self.request_id)
        if answered is None or answered.status >= 400:
            await self._give_up()
        if answered is not None:
            await self.send(answered)

    async def _answer(self) -> Answered | None:
        assert self._intake is not None and self._call is not None
        await self._intake.settle()
        call = self._call
        model = operation_model("s3", call.operation)
        if call.operation not in _STREAMED:
            # Nothing to hash and check but what the signature says of an empty body.
            small = self._intake.size == 0
            body = self._intake.document() if small else await self._document()
            assert call.request is not None
            request = replace(call.request, body=body)
            given = parameters(call.operation, request)
            call = self._call = replace(call, parameters=given, request=request)
        faults = await self.act_out("s3", call.operation, call.region, lambda: call.parameters)
        if faults is None:
            return None
        value = await s3.answer(call)
        answered = XML.answer(model, value, call.response, self.request_id)
        if faults and isinstance(answered.body, Reader):
            answered = replace(answered, body=_pieces(answered.body))
        return self.spoiled(answered, faults)

    async def _document(self) -> bytes:
        assert self._intake is not None
        return await in_thread(self._intake.document)

    async def send(self, answered: Answered) -> None:
        reader: Any = answered.body
        if not isinstance(reader, Reader):
            await super().send(answered)
            return
        self.set_status(answered.status)
        for name, value in _sent(answered, self.request_id).items():
            self.set_header(name, value)
        try:
            ahead = asyncio.create_task(in_thread(reader.read, _CHUNK))
            while chunk := await ahead:
                ahead = asyncio.create_task(in_thread(reader.read, _CHUNK))
                self.write(chunk)
                await self.flush()
            await self.finish()
        except StreamClosedError:
            await ahead
        finally:
            reader.close()

    async def _give_up(self) -> None:
        """Nothing is kept of the body."""
        if self._intake is None:
            return
        try:
            await self._intake.settle()
        except ServiceError:
            pass  # of a body that nobody waits for any more
        except OSError:
            self.failure("s3")
        await in_thread(self._intake.close)


async def _pieces(reader: Any) -> AsyncIterator[bytes]:
    """What a reader has, for faults to spoil."""
    try:
        while chunk := await in_thread(reader.read, _CHUNK):
            yield chunk
    finally:
        reader.close()


def parameters(operation: str, request: Incoming) -> dict[str, Any]:
    """A request's parameters. Raises ServiceError in S3's words."""
    model = operation_model("s3", operation)
    # Whatever it says is kept as it came; as a time, which the model takes it for, it may be none.
    names = tuple(name for name in request.header_names if name != "expires")
    try:
        return XML.parameters(model, replace(request, header_names=names))
    except ServiceError as problem:
        raise reworded(problem, model) from None


def _sent(answered: Answered, request_id: str) -> Mapping[str, str]:
    return {
        **answered.headers,
        "x-amzn-RequestId": request_id,
        "x-amz-request-id": request_id,
    }
