"""One call of an endpoint, and what to do where the model refused it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem, problem_of
from ..protocol import Invocation, InvocationRequest, Problem

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: The longest request of a real-time endpoint by "Real-time inference" in the developer guide. The
#: API's own model still says 6 MB, and regions may: what is between goes, and AWS's no is told.
LONGEST = 25 * 2**20
#: "The maximum request and response payload size for serverless invocations is 4 MB."
LONGEST_SERVERLESS = 4 * 2**20
_BY_THE_MODEL = 6_291_456
#: What the containers of DJL and of TGI answer where the model within them fails.
_FAILED_DEPENDENCY = 424

OPERATION = "InvokeEndpoint"
SERVICE = "sagemaker-runtime"


def invoke(
    sessions: Sessions, connection: str, region: str, endpoint: str, request: InvocationRequest
) -> Invocation:
    """Send one request, once, and wait for the whole answer. Blocking.

    What the model itself refuses is the Invocation's problem (ModelError); raises ProblemError for
    everything that kept the request from it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if len(request.body) > LONGEST:
        raise ProblemError(too_long(len(request.body)))
    client = sessions.client(connection, region, SERVICE)
    at, begun = time.time(), time.perf_counter()
    try:
        answer = client.invoke_endpoint(EndpointName=endpoint, **members(request))
        body = answer["Body"].read()
    except ClientError as error:
        seconds = time.perf_counter() - begun
        if error.response["Error"].get("Code") == "ModelError":
            return refused(error, request, at, seconds)
        raise ProblemError(kept_from_it(error, connection, request)) from error
    except BotoCoreError as error:
        raise ProblemError(kept_from_it(error, connection, request)) from error
    return Invocation(
        status=answer["ResponseMetadata"]["HTTPStatusCode"],
        content_type=answer.get("ContentType") or "",
        body=body,
        at=at,
        seconds=time.perf_counter() - begun,
        variant=answer.get("InvokedProductionVariant"),
        custom_attributes=answer.get("CustomAttributes"),
        request_id=answer["ResponseMetadata"].get("RequestId"),
        problem=None,
    )


def members(request: InvocationRequest) -> dict[str, Any]:
    """A request as InvokeEndpoint takes it, without its endpoint."""
    given = {
        "Body": request.body,
        "ContentType": request.content_type,
        "Accept": request.accept,
        "TargetVariant": request.variant,
        "InferenceComponentName": request.component,
        "CustomAttributes": request.custom_attributes,
    }
    # An empty body is a body.
    return {name: value for name, value in given.items() if value or name == "Body"}


def refused(error: Any, request: InvocationRequest, at: float, seconds: float) -> Invocation:
    """A ModelError: the container answered, with a status of its own, or it did not in time."""
    said = error.response
    status = int(said.get("OriginalStatusCode") or 0)
    message = said.get("OriginalMessage") or said["Error"].get("Message") or ""
    request_id = said["ResponseMetadata"].get("RequestId")
    return Invocation(
        status=status,
        content_type="",
        body=b"",
        at=at,
        seconds=seconds,
        variant=request.variant,
        custom_attributes=None,
        request_id=request_id,
        problem=replace(
            _model_problem(status, message, request), code="ModelError", request_id=request_id
        ),
    )


def _model_problem(status: int, message: str, request: InvocationRequest) -> Problem:
    if status == 415:
        title = f"The model does not read {request.content_type} (415)"
        return problem("invalid", title, message, "Choose a content type that it takes.")
    if status == 406:
        title = f"The model does not answer in {request.accept or 'that type'} (406)"
        return problem("invalid", title, message, "Choose another type for the answer.")
    if status == 413:
        title = "The request is too long for the model (413)"
        return problem("invalid", title, message, "Send less at a time, or a smaller image.")
    if status == 429:
        # The container's own words, for all its workers are at work: AWS's throttle is another.
        title = "The model is busy (429)"
        return problem("throttled", title, message, "Send it again in a moment.")
    if 400 <= status < 500 and status != _FAILED_DEPENDENCY:
        title = f"The model refused the request ({status})"
        return problem("invalid", title, message, "Change the input by what it said.")
    if status == 0:
        title = "The model did not answer"
        return problem(
            "broken",
            title,
            message,
            "A model has 60 seconds for an answer, and its container may have ended: see its log.",
        )
    # Also of a type that it does not know: many containers have no 415 of their own.
    return problem(
        "broken",
        f"The model failed ({status})",
        message,
        "Its log says where. Many containers fail so on an input in another form than theirs.",
    )


def kept_from_it(
    error: Any, connection: str, request: InvocationRequest, operation: str = OPERATION
) -> Problem:
    """Why a request did not get to the model."""
    found = problem_of(error, connection=connection, operation=operation, service=SERVICE)
    said = getattr(error, "response", {})
    status = said.get("ResponseMetadata", {}).get("HTTPStatusCode")
    message = said.get("Error", {}).get("Message") or ""
    if status == 413 or (found.cause == "invalid" and len(request.body) > _BY_THE_MODEL):
        return replace(too_long(len(request.body)), code=found.code, detail=message or found.detail)
    if found.code == "ValidationError" and message.endswith("not found."):
        return replace(
            found,
            title="The endpoint takes no requests now",
            next="It does once its status is InService; look at what it says of a failure.",
        )
    if found.code == "ModelNotReadyException":
        return replace(
            found,
            title="The model is still loading",
            next="A serverless endpoint starts with its first request: send it again in a moment.",
        )
    if found.cause == "throttled":
        # Nobody sends it again: an answer that came by the third try would have a wrong time.
        return replace(found, next="Send it again in a moment.")
    return found


def too_long(count: int) -> Problem:
    """A request that AWS takes nowhere."""
    return problem(
        "invalid",
        "The request is too long for an endpoint",
        f"It has {count:,} bytes. SageMaker takes {LONGEST:,} at most, {_BY_THE_MODEL:,} where its "
        f"older limit still holds, and {LONGEST_SERVERLESS:,} where the endpoint is serverless.",
        "Send a smaller one. For more there are asynchronous endpoints and batch transform, which "
        "read from S3.",
    )
