"""Routes of the test bench of an endpoint."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..invocations import (
    AsyncInvocationsHandler,
    CallLogHandler,
    ClassNamesHandler,
    EndpointExampleHandler,
    EndpointFormatsHandler,
    EndpointLatencyHandler,
    InvocationsHandler,
    InvocationStreamHandler,
)
from ..route import PLACE, Query, Route

AT = Query("at", "When the call was sent: `at` of an invocation", True, "number")
SECONDS = Query("seconds", "How long the call took: `seconds` of an invocation", True, "number")
SENT_AT = Query("at", "`at` of an asynchronous invocation", True, "number")
OUTPUT = Query("output", "`output` of an asynchronous invocation", True)
FAILURE = Query("failure", "`failure` of an asynchronous invocation")
EXAMPLE = Query("name", "Name of the example in the endpoint's formats", True)
SINCE = Query("since", "When the first call was sent, epoch seconds", True, "number")
UNTIL = Query("until", "When the last call was answered, epoch seconds", True, "number")
VARIANT = Query("variant", "The production variant that answered", True)
COMPONENT = Query("component", "The inference component, where the endpoint has some")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "endpoints/{id}/formats",
            "What an endpoint takes and answers, as far as its model says so",
            PLACE,
            answer=protocol.EndpointFormats,
        ),
        EndpointFormatsHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/example",
            "The bytes of an example request, with JumpStart's files that it names",
            (*PLACE, EXAMPLE),
            answer=protocol.ExampleBody,
        ),
        EndpointExampleHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/class-names",
            "What the model calls its classes, by the label map in its artifact",
            (*PLACE, COMPONENT),
            answer=protocol.ClassNames,
        ),
        ClassNamesHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/invocations",
            "Send one request to an endpoint's model, and wait for its answer",
            PLACE,
            body=protocol.InvocationRequest,
            answer=protocol.Invocation,
        ),
        InvocationsHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/invocations/stream",
            "As above; the answer as the model writes it, one part a line",
            PLACE,
            body=protocol.InvocationRequest,
            answer=protocol.InvocationPart,
            answer_type="application/jsonlines",
        ),
        InvocationStreamHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/invocations/async",
            "Put one request into the queue of an asynchronous endpoint",
            PLACE,
            body=protocol.InvocationRequest,
            answer=protocol.AsyncInvocation,
        ),
        AsyncInvocationsHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/invocations/async",
            "What became of a request to an asynchronous endpoint",
            (*PLACE, OUTPUT, FAILURE, SENT_AT),
            answer=protocol.AsyncAnswer,
        ),
        AsyncInvocationsHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/latency",
            "How much of the calls' time was the model's, by CloudWatch",
            (*PLACE, SINCE, UNTIL, VARIANT, COMPONENT),
            answer=protocol.EndpointLatency,
        ),
        EndpointLatencyHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/log",
            "What an endpoint's containers logged about the time of a call",
            (*PLACE, AT, SECONDS),
            answer=protocol.CallLog,
        ),
        CallLogHandler,
    ),
)
