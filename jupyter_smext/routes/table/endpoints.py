"""Routes of the test bench of an endpoint."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..invocations import (
    CallLogHandler,
    EndpointFormatsHandler,
    InvocationsHandler,
    InvocationStreamHandler,
)
from ..route import PLACE, Query, Route

AT = Query("at", "When the call was sent: `at` of an invocation", True, "number")
SECONDS = Query("seconds", "How long the call took: `seconds` of an invocation", True, "number")

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
            "GET",
            "endpoints/{id}/log",
            "What an endpoint's containers logged about the time of a call",
            (*PLACE, AT, SECONDS),
            answer=protocol.CallLog,
        ),
        CallLogHandler,
    ),
)
