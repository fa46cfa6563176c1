"""How a fine-tuning's job is getting on."""

from __future__ import annotations

import msgspec

from .notebook_jobs import LogPage
from .problem import Problem


class MetricValue(msgspec.Struct, frozen=True):
    """A value of a metric that a job reported; `at` is epoch seconds."""

    name: str
    value: float
    at: float


class TrainingLog(LogPage, frozen=True):
    """Lines of a training job's log, and the metrics that its definitions find in them.

    `problems` say of which metric there are no values.
    """

    values: tuple[MetricValue, ...]
    problems: tuple[Problem, ...]


class TrainingPhase(msgspec.Struct, frozen=True):
    """A secondary status of a job, AWS's word and message; from when to when, epoch seconds."""

    status: str
    message: str
    started: float
    ended: float | None


class TrainingProgress(msgspec.Struct, frozen=True):
    """A training job as AWS describes it: its phases, and the last value of each metric."""

    status: str
    phases: tuple[TrainingPhase, ...]
    finals: tuple[MetricValue, ...]
