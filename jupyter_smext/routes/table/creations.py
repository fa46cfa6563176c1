"""Routes of new resources: layouts, and the tasks that create."""

from __future__ import annotations

from typing import Any

from ... import protocol
from ..creations import (
    CreationCancelHandler,
    CreationCheckHandler,
    CreationHandler,
    CreationRetryHandler,
    CreationsHandler,
    LayoutFormHandler,
    LayoutsHandler,
    LayoutValuesHandler,
    MetricTrialHandler,
)
from ..handler import SmextHandler
from ..route import PLACE, Query, Route

VALUES = dict[str, Any]

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route("GET", "layouts", "The forms of our own", answer=list[protocol.LayoutName]),
        LayoutsHandler,
    ),
    (
        Route(
            "POST",
            "layouts/{id}/form",
            "The form of a layout, for the values that it begins with; nothing happens",
            PLACE,
            body=VALUES,
            answer=protocol.Form,
        ),
        LayoutFormHandler,
    ),
    (
        Route(
            "POST",
            "layouts/{id}/values",
            "The values of a layout that say the same as parameters of its operation",
            (
                Query("connection", "Where what the parameters name is read; else it is not"),
                Query("region", "AWS region; needed with a connection"),
            ),
            body=VALUES,
            answer=protocol.LayoutValues,
        ),
        LayoutValuesHandler,
    ),
    (
        Route(
            "POST",
            "creations/check",
            "What a creation would do, or what is wrong with it; nothing happens",
            body=protocol.CreationRequest,
            answer=protocol.CreationCheck,
        ),
        CreationCheckHandler,
    ),
    (
        Route(
            "POST",
            "creations/metric-trial",
            "What metric definitions find in a line of a log",
            body=protocol.MetricTrial,
            answer=list[protocol.MetricFound],
        ),
        MetricTrialHandler,
    ),
    (
        Route("GET", "creations", "The latest creations", answer=list[protocol.Creation]),
        CreationsHandler,
    ),
    (
        Route(
            "POST",
            "creations",
            "Create a resource, by an operation of AWS or by a layout",
            body=protocol.CreationRequest,
            answer=protocol.Creation,
            status=201,
        ),
        CreationsHandler,
    ),
    (Route("GET", "creations/{id}", "One creation", answer=protocol.Creation), CreationHandler),
    (
        Route(
            "POST",
            "creations/{id}/cancel",
            "End a creation, and take back what it made",
            answer=protocol.Creation,
        ),
        CreationCancelHandler,
    ),
    (
        Route(
            "POST",
            "creations/{id}/retry",
            "Go on with the step that failed",
            answer=protocol.Creation,
        ),
        CreationRetryHandler,
    ),
)
