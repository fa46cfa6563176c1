"""How a fine-tuning's job is getting on: its phases, and the metrics that its log holds.

SageMaker finds a job's metrics by searching its log with the expressions of MetricDefinitions, and
puts them to CloudWatch by the second. The log has each value with its own time, costs nothing to
read and is followed anyhow, so the curves are made of it in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import problem
from ..protocol import MetricValue, Problem, TrainingPhase, TrainingProgress

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: A metric is a few words and a number: an expression is not let loose on more of a line.
_LONGEST = 4096
#: Seconds that an expression may take on a line; documents are others', and some never end.
_PATIENCE = 0.05


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
    import regex

    patterns, problems = [], []
    for each in definitions:
        try:
            patterns.append((each["Name"], regex.compile(each["Regex"])))
        except regex.error as error:
            problems.append(_left_out(each["Name"], f"Its expression is none: {error}."))
    found: list[MetricValue] = []
    for at, line in lines:
        for named in tuple(patterns):
            name, pattern = named
            try:
                matches = list(pattern.finditer(line[:_LONGEST], timeout=_PATIENCE))
            except TimeoutError:
                patterns.remove(named)
                problems.append(_left_out(name, "Its expression takes too long on a line."))
                continue
            values = (_number(match) for match in matches)
            found += (MetricValue(name, value, at) for value in values if value is not None)
    return tuple(found), tuple(problems)


def _number(match: Any) -> float | None:
    """The number in a match; None for what is no finite one."""
    try:
        value = float(match[1] or "")
    except (IndexError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _left_out(name: str, why: str) -> Problem:
    return problem("invalid", f"There is no curve of {name[:100]}", why, "See the log.")
