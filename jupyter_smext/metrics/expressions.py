"""MetricDefinitions on lines of a log, searched as SageMaker searches the log of a job.

Expressions are others', and some never end: each has its time on a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

#: A metric is a few words and a number: an expression is not let loose on more of a line.
LONGEST = 4096
#: Seconds that an expression may take on a line.
PATIENCE = 0.05


def compiled(expression: str) -> regex.Pattern[str]:
    """Raises ValueError: it is none, in words."""
    import regex

    try:
        return regex.compile(expression)
    except (regex.error, RecursionError) as error:
        raise ValueError(str(error)) from error


def groups_in(line: str, pattern: regex.Pattern[str]) -> list[str | None]:
    """What the first group of each match has. Raises TimeoutError, IndexError: it has no group."""
    return [match[1] for match in pattern.finditer(line[:LONGEST], timeout=PATIENCE)]
