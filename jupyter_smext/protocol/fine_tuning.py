"""How a training job is getting on, and a fine-tuning's."""

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


class TrainingEpochs(msgspec.Struct, frozen=True):
    """How far a training job is by the epochs that its log tells of; all None where none is known.

    It is in the epoch number `epoch` (the first is 1) of `of`, and `done` were done when the log
    told of it last. `pace` is how long one takes by what was measured, in seconds, and `ends` when
    the last one is done by that, in epoch seconds: None until one was measured.
    """

    epoch: int | None = None
    of: int | None = None
    done: float | None = None
    pace: float | None = None
    ends: float | None = None
