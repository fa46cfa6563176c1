"""Routes of the logs of resources, and of why they failed."""

from __future__ import annotations

from ... import protocol
from ..failures import FailureHandler
from ..handler import SmextHandler
from ..logs import (
    LogDownloadHandler,
    LogLineHandler,
    LogLinesHandler,
    LogSearchHandler,
    LogStreamsHandler,
)
from ..route import PLACE, Query, Route

TEXT = "text/plain; charset=utf-8"
STREAM = "resources/{kind}/{id}/logs/{stream}"

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "resources/{kind}/{id}/logs",
            "The log streams of a resource",
            PLACE,
            answer=protocol.LogStreams,
        ),
        LogStreamsHandler,
    ),
    (
        Route(
            "GET",
            f"{STREAM}/lines",
            "Lines of a log; to ask is to have it read on",
            (
                *PLACE,
                Query("start", "Number of the first line; a negative one counts from the end"),
                Query("count", "How many lines: 500, up to 2,000", type="integer"),
                Query(
                    "known",
                    "Answer once there are more lines than these, or after 5 seconds",
                    type="integer",
                ),
            ),
            answer=protocol.LogLines,
        ),
        LogLinesHandler,
    ),
    (
        Route(
            "GET",
            f"{STREAM}/lines/{{number}}",
            "A line as it was written",
            PLACE,
            answer=str,
            answer_type=TEXT,
        ),
        LogLineHandler,
    ),
    (
        Route(
            "GET",
            f"{STREAM}/search",
            "The lines that hold a text, or match an expression",
            (
                *PLACE,
                Query("q", "What to look for", True),
                Query("regex", "true: a regular expression", type="boolean"),
                Query("case", "true: upper and lower case differ", type="boolean"),
                Query("start", "Number of the line to begin with", type="integer"),
            ),
            answer=protocol.LogMatches,
        ),
        LogSearchHandler,
    ),
    (
        Route("GET", f"{STREAM}/download", "The whole log", PLACE, answer=str, answer_type=TEXT),
        LogDownloadHandler,
    ),
    (
        Route(
            "GET",
            "resources/{kind}/{id}/failure",
            "Why a resource failed: causes with their evidence, and what to do",
            PLACE,
            answer=protocol.Failure,
        ),
        FailureHandler,
    ),
)
