"""Routes of what resources went through."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..route import PLACE, Route
from ..timelines import TimelineHandler

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "resources/{kind}/{id}/timeline",
            "What a resource went through, and what it waits for",
            PLACE,
            answer=protocol.Timeline,
        ),
        TimelineHandler,
    ),
)
