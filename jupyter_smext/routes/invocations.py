"""Trying an endpoint: what it takes, a call of it, how long it took and what was logged of it."""

from __future__ import annotations

import asyncio
import math

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from ..protocol import AsyncAnswer, ClassNames, ExampleBody, InvocationRequest
from .handler import SmextHandler
from .problems import bad_request


class EndpointHandler(SmextHandler):
    """A handler that is about an endpoint."""

    async def endpoint(self, id: str) -> str:
        """The name in the row id. Raises BadId."""
        kind = await self.kind("endpoint")
        from ..kinds import parameters_of

        return parameters_of(kind, id)["EndpointName"]

    def number(self, name: str) -> float:
        """A query parameter that is a time. Raises a 400 ProblemError."""
        text = self.query(name)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value < 1e11:
            raise bad_request(f"The query parameter {name} is no time", f"{text[:80]!r}")
        return value


class EndpointFormatsHandler(EndpointHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        documents = (await self.services.jumpstart()).documents
        from ..jumpstart.endpoint_formats import endpoint_formats

        self.answer(
            await asyncio.to_thread(
                endpoint_formats, sessions, connection, region, endpoint, documents
            )
        )


class EndpointExampleHandler(EndpointHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        name = self.query("name")
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        documents = (await self.services.jumpstart()).documents
        from ..jumpstart.endpoint_formats import endpoint_payloads
        from ..jumpstart.examples import example_body

        def read() -> ExampleBody:
            place = connection, region
            payloads = endpoint_payloads(sessions, *place, endpoint, documents)
            return example_body(sessions, *place, payloads, name)

        self.answer(await asyncio.to_thread(read))


class InvocationHandler(EndpointHandler):
    """A call; also through a read-only connection: AWS counts InvokeEndpoint among what reads."""

    #: The longest request there is, in base64, and its headers.
    body_limit = 36_000_000

    def invocation(self) -> InvocationRequest:
        """What is to be sent. Raises a 400 ProblemError."""
        request = self.body(InvocationRequest)
        if not request.content_type:
            raise bad_request("The content type is missing", "The model would have to guess it.")
        return request


class InvocationsHandler(InvocationHandler):
    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        connection, region = self.place
        request = self.invocation()
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.invocation import invoke

        self.answer(
            await asyncio.to_thread(invoke, sessions, connection, region, endpoint, request)
        )


class InvocationStreamHandler(InvocationHandler):
    """Answers one InvocationPart a line, each as soon as it is there."""

    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        connection, region = self.place
        request = self.invocation()
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.invocation_stream import stream

        parts = stream(sessions, connection, region, endpoint, request)
        try:
            part = await asyncio.to_thread(next, parts, None)
            self.set_status(self.route.status)
            self.set_header("Content-Type", self.route.answer_type)
            while part is not None:
                self.write(msgspec.json.encode(part) + b"\n")
                await self.flush()
                part = await asyncio.to_thread(next, parts, None)
        except StreamClosedError:
            return  # Nobody listens any more.
        finally:
            await asyncio.to_thread(parts.close)
        self.finish(set_content_type=self.route.answer_type)


class AsyncInvocationsHandler(InvocationHandler):
    """A request to an asynchronous endpoint's queue, and what became of one."""

    @web.authenticated
    @authorized
    async def post(self, id: str) -> None:
        connection, region = self.place
        # Unlike the other calls it puts the request into a bucket.
        self.services.read_only.refuse(connection)
        request = self.invocation()
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.invocation_async import send

        self.answer(await asyncio.to_thread(send, sessions, connection, region, endpoint, request))

    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        output, failure = self.query("output"), self.query("failure") or None
        at = self.number("at")
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.invocation_async import answer_of

        place = connection, region, endpoint
        found = await asyncio.to_thread(answer_of, sessions, *place, output, failure, at)
        self.answer(AsyncAnswer(found))


class EndpointLatencyHandler(EndpointHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        since, until = self.number("since"), self.number("until")
        variant, component = self.query("variant"), self.query("component") or None
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.endpoint_latency import LONGEST, endpoint_latency

        if not 0 <= until - since <= LONGEST:
            raise bad_request("Those are no times of calls", "Ask for a day at most.")
        place = connection, region, endpoint
        self.answer(
            await asyncio.to_thread(
                endpoint_latency, sessions, *place, variant, component, since, until
            )
        )


class ClassNamesHandler(EndpointHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        component = self.query("component") or None
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.class_names import class_names
        from ..jumpstart.endpoint_formats import endpoint_artifact

        def read() -> ClassNames:
            place = connection, region
            uri = endpoint_artifact(sessions, *place, endpoint, component)
            return ClassNames((), None) if uri is None else class_names(sessions, *place, uri)

        self.answer(await asyncio.to_thread(read))


class CallLogHandler(EndpointHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        connection, region = self.place
        at, seconds = self.number("at"), self.number("seconds")
        endpoint, sessions = await self.endpoint(id), await self.services.sessions()
        from ..jumpstart.call_log import call_log

        self.answer(
            await asyncio.to_thread(call_log, sessions, connection, region, endpoint, at, seconds)
        )
