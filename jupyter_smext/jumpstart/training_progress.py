"""How a fine-tuning's job is getting on: its phases, and the metrics that its log holds.

SageMaker finds a job's metrics by searching its log with the expressions of MetricDefinitions, and
puts them to CloudWatch by the second. The log has each value with its own time, costs nothing to
read and is followed anyhow, so the curves are made of it in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..aws.calls import calling
from ..aws.errors import problem
from ..metrics.expressions import compiled, groups_in
from ..protocol import MetricValue, Problem, TrainingPhase, TrainingProgress

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


def training_progress(
    sessions: Sessions, connection: str, region: str, job: str
) -> TrainingProgress:
    """As DescribeTrainingJob says it. Blocking. Raises ProblemError."""
    with calling(connection, "DescribeTrainingJob"):
        client = sessions.client(connection, region)
        found = client.describe_training_job(TrainingJobName=job)
    return TrainingProgress(
        status=found["TrainingJobStatus"],
        phases=tuple(
            TrainingPhase(
                status=each["Status"],
                message=each.get("StatusMessage") or "",
                started=each["StartTime"].timestamp(),
                ended=each["EndTime"].timestamp() if each.get("EndTime") else None,
            )
            for each in found.get("SecondaryStatusTransitions", ())
        ),
        finals=tuple(
            MetricValue(each["MetricName"], each["Value"], each["Timestamp"].timestamp())
            for each in found.get("FinalMetricDataList", ())
        ),
    )


def metric_values(
    definitions: Sequence[Mapping[str, str]], lines: Iterable[tuple[float, str]]
) -> tuple[tuple[MetricValue, ...], tuple[Problem, ...]]:
    """The metrics in lines of a log, each with its time; and of which there are none.

    `definitions` are AlgorithmSpecification's. An expression that is none, or does not come to an
    end, is left out and told.
    """
    patterns, problems = [], []
    for each in definitions:
        try:
            patterns.append((each["Name"], compiled(each["Regex"])))
        except ValueError as error:
            problems.append(_left_out(each["Name"], f"Its expression is none: {error}."))
    found: list[MetricValue] = []
    for at, line in lines:
        for named in tuple(patterns):
            name, pattern = named
            try:
                texts = groups_in(line, pattern) if pattern.groups else []
            except TimeoutError:
                patterns.remove(named)
                problems.append(_left_out(name, "Its expression takes too long on a line."))
                continue
            values = (_number(text) for text in texts)
            found += (MetricValue(name, value, at) for value in values if value is not None)
    return tuple(found), tuple(problems)


def _number(text: str | None) -> float | None:
    """The number that a group has; None for what is no finite one."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _left_out(name: str, why: str) -> Problem:
    return problem("invalid", f"There is no curve of {name[:100]}", why, "See the log.")
