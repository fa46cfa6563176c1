"""One invocation of an endpoint: to a server of a variant, and what comes back, in AWS's words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ..model.server import ModelServer, ServerGone, ServerUnreached
from .capture import Exchange
from .variant import Variant

if TYPE_CHECKING:
    import aiohttp

    from ...engine import Engine
    from .deployment import Deployment
    from .runner import Live

#: "A customer's model containers must respond to requests within 60 seconds."
SECONDS = 60.0
#: A streamed answer may last so long (InvokeEndpointWithResponseStream).
_STREAM_SECONDS = 480.0
#: Characters of Message in the runtime's model.
_LONGEST = 2048

#: How soon a request looks for a server again after one that had just died.
_AGAIN_SECONDS = 0.05

_TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)

_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
_FORWARDED = {
    "ContentType": "Content-Type",
    "Accept": "Accept",
    "CustomAttributes": _ATTRIBUTES,
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
}


@dataclass(frozen=True)
class Reply:
    """A model's answer with a status of 200 to 299."""

    variant: str
    body: bytes
    content_type: str
    attributes: str


@dataclass(frozen=True)
class Stream:
    """A model's answer whose body is still to come; `parts` raises BrokenStream."""

    variant: str
    parts: AsyncIterator[bytes]
    content_type: str
    attributes: str


class BrokenStream(Exception):
    """A stream that ends before its end; `code` is ModelStreamError's ErrorCode."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class _Reached:
    """A server that has the request and began to answer; `held` gives both back."""

    deployment: Deployment
    variant: Variant
    server: ModelServer
    answer: aiohttp.ClientResponse
    asked: float
    held: AsyncExitStack


async def invoke(
    engine: Engine, live: Live, given: Mapping[str, Any], *, seconds: float | None = None
) -> Reply:
    """Send `given` (members of InvokeEndpoint) to the model. Raises ServiceError."""
    import aiohttp

    begun = time.perf_counter()
    seconds = SECONDS if seconds is None else seconds
    timeout = aiohttp.ClientTimeout(total=seconds)
    reached = await _reach(engine, live, given, seconds, timeout)
    variant, answer = reached.variant, reached.answer
    async with reached.held:
        try:
            body = await answer.read()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise _broken(engine, live, reached, error) from error
        took = time.perf_counter() - reached.asked
    overhead = time.perf_counter() - begun - took
    live.meter.invoked(variant.name, variant.count, answer.status, took, overhead)
    content_type = answer.headers.get("Content-Type", "")
    if not 200 <= answer.status < 300:
        said = body.decode("utf-8", "replace")
        raise _error(engine, live, variant, reached.server.instance, answer.status, said)
    capture = reached.deployment.capture
    if capture is not None and live.capture.wants(capture):
        live.capture.add(
            capture,
            Exchange(
                variant.name,
                given["Body"],
                given.get("ContentType", ""),
                body,
                content_type,
                given.get("InferenceId", ""),
                given.get("CustomAttributes", ""),
            ),
        )
    return Reply(variant.name, body, content_type, answer.headers.get(_ATTRIBUTES, ""))


async def stream(engine: Engine, live: Live, given: Mapping[str, Any]) -> Stream:
    """As `invoke`, but the body is passed on while the model sends it. Raises ServiceError."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_STREAM_SECONDS, sock_read=SECONDS)
    reached = await _reach(engine, live, given, SECONDS, timeout)
    variant, answer = reached.variant, reached.answer
    if not 200 <= answer.status < 300:
        async with reached.held:
            said = (await answer.read()).decode("utf-8", "replace")
        took = time.perf_counter() - reached.asked
        live.meter.invoked(variant.name, variant.count, answer.status, took, 0)
        raise _error(engine, live, variant, reached.server.instance, answer.status, said)

    async def parts() -> AsyncIterator[bytes]:
        async with reached.held:
            try:
                async for part in answer.content.iter_any():
                    yield part
            except asyncio.TimeoutError:
                raise BrokenStream(
                    "ModelInvocationTimeExceeded",
                    "The model failed to finish sending the response within the timeout period "
                    "allowed by Amazon SageMaker.",
                ) from None
            except aiohttp.ClientError as error:
                raise BrokenStream(
                    "StreamBroken",
                    "The connection between the client and the model was reset or closed: "
                    f"{error}. See {_log_of(engine, live)}.",
                ) from error
            took = time.perf_counter() - reached.asked
            live.meter.invoked(variant.name, variant.count, answer.status, took, 0)

    content_type = answer.headers.get("Content-Type", "")
    return Stream(variant.name, parts(), content_type, answer.headers.get(_ATTRIBUTES, ""))


async def _reach(
    engine: Engine,
    live: Live,
    given: Mapping[str, Any],
    seconds: float,
    timeout: aiohttp.ClientTimeout,
) -> _Reached:
    """Hand the request to a server; one that just died is waited out. Raises ServiceError."""
    clock = time.perf_counter
    begun = clock()
    while True:
        deployment = live.deployment
        if deployment is None:  # it ended this very moment
            raise not_found(engine, live.name)
        variant = deployment.choose(given.get("TargetVariant"))
        async with AsyncExitStack() as stack:
            instance = ""
            try:
                left = begun + seconds - clock()
                server = await stack.enter_async_context(variant.server(left))
                asked, instance = clock(), server.instance
                answer = await server.post(given["Body"], _headers(given), timeout)
                await stack.enter_async_context(answer)
                held = stack.pop_all()
                return _Reached(deployment, variant, server, answer, asked, held)
            except ServerUnreached:
                pass
            except asyncio.TimeoutError:
                live.meter.invoked(variant.name, variant.count, 500, clock() - begun, 0)
                raise _error(engine, live, variant, instance, 0, _TIMED_OUT) from None
            except ServerGone as error:
                live.meter.invoked(variant.name, variant.count, 500, clock() - begun, 0)
                if not await server.ping():  # dead, though its end is not noticed yet, or stuck
                    variant.replace(server)
                raise _error(engine, live, variant, instance, 0, _ended(error)) from error
        await asyncio.sleep(_AGAIN_SECONDS)


def not_found(engine: Engine, name: str) -> ServiceError:
    """What InvokeEndpoint says of an endpoint that takes no invocations, whatever its state."""
    return ServiceError(
        "ValidationError", f"Endpoint {name} of account {engine.account} not found."
    )


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: given[member] for member, name in _FORWARDED.items() if given.get(member)}


def _log_of(engine: Engine, live: Live) -> str:
    return f"the log group /aws/sagemaker/Endpoints/{live.name} in account {engine.account}"


def _broken(engine: Engine, live: Live, reached: _Reached, error: Exception) -> ServiceError:
    """The error for an answer that began and did not end."""
    variant = reached.variant
    live.meter.invoked(variant.name, variant.count, 500, time.perf_counter() - reached.asked, 0)
    said = _TIMED_OUT if isinstance(error, asyncio.TimeoutError) else _ended(error)
    return _error(engine, live, variant, reached.server.instance, 0, said)


def _ended(error: Exception) -> str:
    return f"The model server ended or broke off while it had the request ({error})."


def _error(
    engine: Engine, live: Live, variant: Variant, instance: str, status: int, said: str
) -> ServiceError:
    """A ModelError in AWS's words, which say "client" for a 4xx, and where the log is."""
    side = "client" if 400 <= status < 500 else "server"
    where = f"See {_log_of(engine, live)} for more information."
    begin = f'Received {side} error ({status}) from primary with message "'
    room = _LONGEST - len(begin) - len(where) - 3
    stream = f":log-stream:{variant.name}/{instance}" if instance else ""
    return ServiceError(
        "ModelError",
        f'{begin}{said[:room]}". {where}',
        424,
        members={
            "OriginalStatusCode": status,
            "OriginalMessage": said[:_LONGEST],
            "LogStreamArn": f"arn:aws:logs:{live.region}:{engine.account}:log-group:"
            f"/aws/sagemaker/Endpoints/{live.name}{stream}",
        },
    )
