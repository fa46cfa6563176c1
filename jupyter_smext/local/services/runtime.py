"""SageMaker's runtime: invocations of endpoints, at once, as a stream, or later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from .. import errors
from ..contract import ServiceError
from . import event_stream
from .sagemaker import Answer, Call

#: Members that choose among things an endpoint of this engine has not, and what these are.
_NOT_RUN = {
    "TargetModel": "multi-model endpoints (TargetModel)",
    "TargetContainerHostname": "endpoints of several containers (TargetContainerHostname)",
    "InferenceComponentName": "inference components (InferenceComponentName)",
    "EnableExplanations": "online explanations (EnableExplanations)",
    "SessionId": "stateful sessions (SessionId)",
}


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("sagemaker-runtime", call.operation)
    for member, words in _NOT_RUN.items():
        if member in call.parameters:
            raise ServiceError(
                "ValidationError",
                f"The local engine does not run {words}. Leave it out, or choose an AWS "
                "connection.",
            )
    return await handler(call)


async def _live(call: Call) -> Any:
    # Here, not above: the runners import the services.
    from ..runners.endpoint.invocation import SECONDS, not_found
    from ..runners.endpoint.runner import EndpointRunner

    name = call.parameters["EndpointName"]
    live = await call.engine.runner(EndpointRunner).reach(call.region, name, SECONDS)
    if live is None:
        raise not_found(call.engine, name)
    return live


async def _synchronous(call: Call) -> Any:
    live = await _live(call)
    if live.deployment.asynchronous is not None:
        raise ServiceError(
            "ValidationError",
            f"Endpoint {live.name} of account {call.engine.account} is an asynchronous endpoint: "
            "use InvokeEndpointAsync.",
        )
    return live


async def _invoke(call: Call) -> Answer:
    from ..runners.endpoint.invocation import invoke

    reply = await invoke(call.engine, await _synchronous(call), call.parameters)
    return {
        "Body": reply.body,
        "ContentType": reply.content_type,
        "InvokedProductionVariant": reply.variant,
        "CustomAttributes": reply.attributes or None,
    }


async def _stream(call: Call) -> Answer:
    from ..runners.endpoint.invocation import BrokenStream, stream

    found = await stream(call.engine, await _synchronous(call), call.parameters)

    async def frames() -> AsyncIterator[bytes]:
        try:
            async for part in found.parts:
                for start in range(0, len(part), event_stream.LARGEST):
                    piece = part[start : start + event_stream.LARGEST]
                    yield event_stream.event("PayloadPart", piece)
        except BrokenStream as broken:
            said = {"Message": broken.message, "ErrorCode": broken.code}
            yield event_stream.exception("ModelStreamError", said)

    call.response.body = frames()
    call.response.headers["Content-Type"] = event_stream.CONTENT_TYPE
    return {
        "ContentType": found.content_type,
        "InvokedProductionVariant": found.variant,
        "CustomAttributes": found.attributes or None,
    }


async def _asynchronous(call: Call) -> Answer:
    live = await _live(call)
    accepted: Answer = live.queue.accept(call.parameters)
    return accepted


_HANDLERS: dict[str, Callable[[Call], Coroutine[Any, Any, Answer]]] = {
    "InvokeEndpoint": _invoke,
    "InvokeEndpointAsync": _asynchronous,
    "InvokeEndpointWithResponseStream": _stream,
}
