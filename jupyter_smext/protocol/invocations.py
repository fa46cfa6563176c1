"""Trying an endpoint: what it takes, a call of it, and how long one takes."""

from __future__ import annotations

import msgspec

from .jumpstart import ModelName
from .problem import Problem


class InvocationRequest(msgspec.Struct, frozen=True):
    """Bytes to send to an endpoint (base64 in JSON)."""

    body: bytes
    content_type: str
    accept: str | None = None
    variant: str | None = None
    component: str | None = None
    custom_attributes: str | None = None


class Invocation(msgspec.Struct, frozen=True):
    """An endpoint's answer (base64 in JSON); `seconds` is the time to its last byte.

    `problem` is there in place of an answer; `status` is then the model's own, where it gave one.
    `at` is when it was asked, epoch seconds.
    """

    status: int
    content_type: str
    body: bytes
    at: float
    seconds: float
    variant: str | None
    custom_attributes: str | None
    request_id: str | None
    problem: Problem | None


class InvocationPart(msgspec.Struct, frozen=True):
    """A piece of an answer (base64 in JSON), `seconds` after it was asked for.

    The last one has no piece, and `end`: the answer without its body, or why it broke off.
    """

    body: bytes
    seconds: float
    end: Invocation | None = None


class ExampleRequest(msgspec.Struct, frozen=True):
    """A request that a model's document has as an example.

    Its `body` is None where it holds files of JumpStart's, which are read once it is asked for.
    """

    name: str
    content_type: str
    accept: str | None
    body: str | None


class ExampleBody(msgspec.Struct, frozen=True):
    """The bytes of an example (base64 in JSON); `file` is the name of the file that they are."""

    body: bytes
    file: str | None


class EndpointFormats(msgspec.Struct, frozen=True):
    """What an endpoint takes and answers, as far as its model says so.

    The usual content type comes first; none: nothing says which. `source` is where that stands.
    `model` is the JumpStart model that the endpoint is tagged with; its version may be empty.
    `max_bytes` is the longest request that AWS takes. A `serverless` one starts its container with
    the first request after a pause. What could not be read is in `problems`.
    """

    content_types: tuple[str, ...]
    accept_types: tuple[str, ...]
    source: str | None
    examples: tuple[ExampleRequest, ...]
    model: ModelName | None
    variants: tuple[str, ...]
    components: tuple[str, ...]
    asynchronous: bool
    serverless: bool
    max_bytes: int
    problems: tuple[Problem, ...]


class CallLog(msgspec.Struct, frozen=True):
    """What an endpoint's containers logged about the time of a call; not `whole`: there is more."""

    lines: tuple[str, ...]
    whole: bool


class AsyncInvocation(msgspec.Struct, frozen=True):
    """A request that waits in an asynchronous endpoint's queue; S3 URIs.

    `input` is where the request was put, `output` where its answer will be, `failure` where why
    there is none; None: a failure is written nowhere. `at` is when it was sent, epoch seconds.
    """

    input: str
    output: str
    failure: str | None
    at: float
    request_id: str | None


class AsyncAnswer(msgspec.Struct, frozen=True):
    """What became of a request to an asynchronous endpoint; None while it waits.

    `seconds` of the invocation is the time until the answer was seen.
    """

    invocation: Invocation | None


class EndpointLatency(msgspec.Struct, frozen=True):
    """What CloudWatch says of an endpoint's calls in some minutes, anybody's; medians in seconds.

    `model` is ModelLatency, `overhead` OverheadLatency: what SageMaker itself takes. All None:
    nothing is known yet, CloudWatch is some minutes late.
    """

    calls: int | None
    model: float | None
    overhead: float | None


class ClassNames(msgspec.Struct, frozen=True):
    """What the classes of an endpoint's model are called, in their order, by its artifact.

    `source` is the S3 URI that they were read from. None: its artifact names no classes.
    """

    names: tuple[str, ...]
    source: str | None
