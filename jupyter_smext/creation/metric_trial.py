"""Metric definitions tried out on lines of a log, as SageMaker searches the log of a job."""

from __future__ import annotations

from ..protocol import MetricFound, MetricTrial

#: A metric is a few words and a number: an expression is not let loose on more of a line.
_LONGEST = 4096
#: Seconds that an expression may take on a line: some never end.
_PATIENCE = 0.05
_MOST = 40


def tried(trial: MetricTrial) -> tuple[MetricFound, ...]:
    """What each definition finds in the lines, in their order. Blocking."""
    lines = [line[:_LONGEST] for line in trial.text.splitlines()[:_MOST]]
    return tuple(
        MetricFound(name, *_found(expression, lines))
        for name, expression in list(trial.definitions.items())[:_MOST]
    )


def _found(expression: str, lines: list[str]) -> tuple[tuple[float, ...], str]:
    """The values, and what is wrong with the expression."""
    import regex

    try:
        compiled = regex.compile(expression)
    except (regex.error, RecursionError) as error:
        return (), f"This is no regular expression: {error}."
    if compiled.groups < 1:
        return (), "It has no group: put the number into parentheses."
    values: list[float] = []
    for line in lines:
        try:
            matches = [found[1] for found in compiled.finditer(line, timeout=_PATIENCE)]
        except TimeoutError:
            return tuple(values), "It takes too long: it goes over the same text again and again."
        for text in matches:
            try:
                values.append(float(text))
            except (TypeError, ValueError):
                said = "nothing" if text is None else repr(text[:40])
                return tuple(values), f"Its group finds {said}, which is no number."
    return tuple(values), "" if values else "It finds nothing in these lines."
