"""One call of an endpoint whose answer is passed on as the model writes it."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError, problem
from ..protocol import Invocation, InvocationPart, InvocationRequest, Problem
from .invocation import LONGEST, SERVICE, kept_from_it, members, refused, too_long

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_OPERATION = "InvokeEndpointWithResponseStream"


def stream(
    sessions: Sessions, connection: str, region: str, endpoint: str, request: InvocationRequest
) -> Generator[InvocationPart, None, None]:
    """Send one request, once; the pieces of its answer as they come, then its end. Blocking.

    Closing it hangs up. Raises ProblemError, at the first piece only, for what kept the request
    from the model.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if len(request.body) > LONGEST:
        raise ProblemError(too_long(len(request.body)))
    client = sessions.client(connection, region, SERVICE)
    at, begun = time.time(), time.perf_counter()
    try:
        answer = client.invoke_endpoint_with_response_stream(
            EndpointName=endpoint, **members(request)
        )
    except ClientError as error:
        seconds = time.perf_counter() - begun
        if error.response["Error"].get("Code") != "ModelError":
            raise ProblemError(kept_from_it(error, connection, request, _OPERATION)) from error
        yield InvocationPart(b"", seconds, refused(error, request, at, seconds))
        return
    except BotoCoreError as error:
        raise ProblemError(kept_from_it(error, connection, request, _OPERATION)) from error
    broken: Problem | None = None
    try:
        for event in answer["Body"]:
            piece = event.get("PayloadPart", {}).get("Bytes", b"")
            yield InvocationPart(piece, time.perf_counter() - begun)
    except (ClientError, BotoCoreError) as error:
        broken = _broken(error, answer)
    finally:
        answer["Body"].close()
    seconds = time.perf_counter() - begun
    yield InvocationPart(b"", seconds, _end(answer, at, seconds, broken))


def _end(answer: Any, at: float, seconds: float, broken: Problem | None) -> Invocation:
    meta = answer["ResponseMetadata"]
    return Invocation(
        status=meta["HTTPStatusCode"],
        content_type=answer.get("ContentType") or "",
        body=b"",
        at=at,
        seconds=seconds,
        variant=answer.get("InvokedProductionVariant"),
        custom_attributes=answer.get("CustomAttributes"),
        request_id=meta.get("RequestId"),
        problem=broken,
    )


def _broken(error: Any, answer: Any) -> Problem:
    said = getattr(error, "response", {}).get("Error", {})
    return problem(
        "broken",
        "The answer broke off",
        said.get("Message") or str(error),
        "What came before is above; its log may say why it ended.",
        code=said.get("Code"),
        request_id=answer["ResponseMetadata"].get("RequestId"),
    )
