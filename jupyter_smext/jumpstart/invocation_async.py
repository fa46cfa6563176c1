"""A request to an asynchronous endpoint: put to S3, asked for, and its answer read from there."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, NamedTuple

from ..aws.account import account_of
from ..aws.bucket import Bucket, split
from ..aws.calls import calling
from ..aws.default_bucket import default_bucket
from ..aws.errors import ProblemError, problem
from ..protocol import AsyncInvocation, Invocation, InvocationRequest, Problem
from .invocation import LONGEST, SERVICE, kept_from_it, members, too_long

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_OPERATION = "InvokeEndpointAsync"

#: Where the SDK's AsyncPredictor puts requests, in the default bucket.
_PREFIX = "async-endpoint-inputs"

#: Characters of a failure that are told.
_SAID = 4000


def send(
    sessions: Sessions, connection: str, region: str, endpoint: str, request: InvocationRequest
) -> AsyncInvocation:
    """Put a request to the default bucket, and into the endpoint's queue, once. Blocking.

    Both stay in S3, as they do with the SDK. Raises ProblemError.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if len(request.body) > LONGEST:
        raise ProblemError(too_long(len(request.body)))
    name = default_bucket(account_of(sessions, connection, region), region)
    bucket = Bucket(sessions, connection, region, name)
    bucket.make_ready()
    key = f"{_PREFIX}/{endpoint}/{uuid.uuid4()}"
    with calling(connection, "PutObject", "s3"):
        bucket.client.put_object(
            Bucket=bucket.name, Key=key, Body=request.body, ContentType=request.content_type
        )
    uri = f"s3://{bucket.name}/{key}"
    # A queue has no choice of who answers, and InvokeEndpointAsync no member for it.
    names = ("ContentType", "Accept", "CustomAttributes")
    given = {name: value for name, value in members(request).items() if name in names}
    client = sessions.client(connection, region, SERVICE)
    at = time.time()
    try:
        answer = client.invoke_endpoint_async(EndpointName=endpoint, InputLocation=uri, **given)
    except (ClientError, BotoCoreError) as error:
        raise ProblemError(kept_from_it(error, connection, request, _OPERATION)) from error
    return AsyncInvocation(
        input=uri,
        output=answer["OutputLocation"],
        failure=answer.get("FailureLocation") or None,
        at=at,
        request_id=answer["ResponseMetadata"].get("RequestId"),
    )


def answer_of(
    sessions: Sessions,
    connection: str,
    region: str,
    endpoint: str,
    output: str,
    failure: str | None,
    at: float,
) -> Invocation | None:
    """What became of a request that was sent `at`; None while it waits. Blocking.

    Raises ProblemError: S3's, or that a place is none of this endpoint's.
    """
    allowed = _places(sessions, connection, region, endpoint)
    for uri in filter(None, (output, failure)):
        if not any(uri.startswith(f"{place.rstrip('/')}/") for place in allowed):
            raise ProblemError(
                problem(
                    "invalid",
                    "This endpoint puts no answers there",
                    f"{uri[:300]!r} is not below {' or '.join(allowed) or 'any place of its own'}.",
                    "Ask for what an earlier request was told.",
                )
            )
    found = _read(sessions, connection, region, output)
    if found is not None:
        return _invocation(at, found, None)
    found = _read(sessions, connection, region, failure) if failure else None
    if found is None:
        return None
    said = found.body.decode("utf-8", "replace")[:_SAID]
    return _invocation(
        at,
        _Object(b"", ""),
        problem(
            "broken",
            "The model failed",
            said,
            "Its log says where. Many containers fail so on an input in another form than theirs.",
            code="ModelError",
        ),
    )


class _Object(NamedTuple):
    body: bytes
    content_type: str


def _places(sessions: Sessions, connection: str, region: str, endpoint: str) -> list[str]:
    """Where an endpoint puts answers and failures, by its config."""
    client = sessions.client(connection, region)
    with calling(connection, "DescribeEndpoint"):
        config = client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    with calling(connection, "DescribeEndpointConfig"):
        described = client.describe_endpoint_config(EndpointConfigName=config)
    given: dict[str, str] = described.get("AsyncInferenceConfig", {}).get("OutputConfig", {})
    return [place for name in ("S3OutputPath", "S3FailurePath") if (place := given.get(name))]


def _read(sessions: Sessions, connection: str, region: str, uri: str) -> _Object | None:
    """An object as long as an answer may be; None where there is none yet."""
    bucket, key = split(uri)
    try:
        with calling(connection, "GetObject", "s3"):
            client = sessions.client(connection, region, "s3")
            answer = client.get_object(Bucket=bucket, Key=key)
            with answer["Body"] as stream:
                body = stream.read(LONGEST + 1)
    except ProblemError as error:
        if error.problem.cause == "not_found":
            return None
        raise
    if len(body) > LONGEST:
        raise ProblemError(
            problem(
                "limit",
                "The answer is too long to be shown",
                f"{uri} has {answer['ContentLength']:,} bytes; up to {LONGEST:,} are shown.",
                "Read it from S3.",
            )
        )
    return _Object(body, answer.get("ContentType") or "")


def _invocation(at: float, found: _Object, why: Problem | None) -> Invocation:
    return Invocation(
        status=0 if why else 200,
        content_type=found.content_type,
        body=found.body,
        at=at,
        seconds=max(0.0, time.time() - at),
        variant=None,
        custom_attributes=None,
        request_id=None,
        problem=why,
    )
