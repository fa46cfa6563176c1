"""How a fine-tuning's job is getting on."""

from __future__ import annotations

import msgspec

from .problem import Problem


class MetricValue(msgspec.Struct, frozen=True):
    """A value of a metric that a job reported; `at` is epoch seconds."""

    name: str
    value: float
    at: float


class TrainingMetrics(msgspec.Struct, frozen=True):
    """The metrics that a job's definitions find in its log, read on from `next` of an earlier one.

    `problems` say of which metric there are no values.
    """

    next: str
    ended: bool
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
