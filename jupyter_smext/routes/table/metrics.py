"""Routes of what CloudWatch has measured."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..metrics import MetricsHandler
from ..route import PLACE, Query, Route

START = Query("start", "Epoch seconds; absent for its own beginning, or an hour ago", type="number")
END = Query("end", "Epoch seconds; absent for its own end, or now", type="number")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "resources/{kind}/{id}/metrics",
            "What CloudWatch has measured of a resource",
            (*PLACE, START, END),
            answer=protocol.Metrics,
        ),
        MetricsHandler,
    ),
)
