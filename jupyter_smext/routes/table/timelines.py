"""Routes of what resources went through, and how far they are."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..route import PLACE, Route
from ..timelines import TimelineHandler
from ..training import TrainingEpochsHandler

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
    (
        Route(
            "GET",
            "training-jobs/{id}/epochs",
            "How far a training job is, by the epochs that its log tells of",
            PLACE,
            answer=protocol.TrainingEpochs,
        ),
        TrainingEpochsHandler,
    ),
)
