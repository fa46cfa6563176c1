"""Metric definitions tried out on lines of a log, as SageMaker searches the log of a job."""

from __future__ import annotations

from ..metrics.expressions import compiled, groups_in
from ..protocol import MetricFound, MetricTrial

_MOST = 40


def tried(trial: MetricTrial) -> tuple[MetricFound, ...]:
    """What each definition finds in the lines, in their order. Blocking."""
    lines = trial.text.splitlines()[:_MOST]
    return tuple(
        MetricFound(name, *_found(expression, lines))
        for name, expression in list(trial.definitions.items())[:_MOST]
    )


def _found(expression: str, lines: list[str]) -> tuple[tuple[float, ...], str]:
    """The values, and what is wrong with the expression."""
    try:
        pattern = compiled(expression)
    except ValueError as error:
        return (), f"This is no regular expression: {error}."
    if pattern.groups < 1:
        return (), "It has no group: put the number into parentheses."
    values: list[float] = []
    for line in lines:
        try:
            texts = groups_in(line, pattern)
        except TimeoutError:
            return tuple(values), "It takes too long: it goes over the same text again and again."
        for text in texts:
            try:
                values.append(float(text or ""))
            except (TypeError, ValueError):
                said = "nothing" if text is None else repr(text[:40])
                return tuple(values), f"Its group finds {said}, which is no number."
    return tuple(values), "" if values else "It finds nothing in these lines."
