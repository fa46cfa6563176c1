"""MetricDefinitions: numbers that a job prints, found by the caller's regular expressions."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...contract import ServiceError
from ...metrics.metrics import Datum

#: A metric is a few words and a number: an expression is not let loose on more of a line.
_LONGEST = 4096


def compiled(definitions: Sequence[Mapping[str, Any]]) -> list[tuple[str, re.Pattern[str]]]:
    """(name, expression) of each definition.

    Raises ServiceError ValidationException for an expression that is none, or captures nothing.
    """
    found = []
    for each in definitions:
        try:
            pattern = re.compile(each["Regex"])
        except re.error as error:
            raise _refused(each, f"is not a regular expression ({error})") from None
        if not pattern.groups:
            raise _refused(each, "has no group ( ) that captures the value")
        found.append((each["Name"], pattern))
    return found


def _refused(definition: Mapping[str, Any], why: str) -> ServiceError:
    return ServiceError(
        "ValidationException",
        f"The Regex {definition['Regex']!r} of the metric '{definition['Name']}' {why}.",
    )


class MetricReader:
    """Reads the metrics of one job; `finals` holds the last value of each, by name."""

    def __init__(
        self, definitions: Sequence[Mapping[str, Any]], dimensions: Mapping[str, str]
    ) -> None:
        self._definitions = compiled(definitions)
        self._dimensions = dict(dimensions)
        self.finals: dict[str, Datum] = {}

    def read(self, line: str, when: float) -> list[Datum]:
        """The values that a line of output holds; `when` is epoch seconds."""
        found = []
        for name, pattern in self._definitions:
            for match in pattern.finditer(line[:_LONGEST]):
                value = _number(match[1])
                if value is not None:
                    datum = Datum(name, value, when, self._dimensions)
                    self.finals[name] = datum
                    found.append(datum)
        return found

    def final_list(self) -> list[dict[str, Any]]:
        """FinalMetricDataList of a Describe answer."""
        return [
            {"MetricName": datum.name, "Value": datum.value, "Timestamp": datum.timestamp}
            for datum in self.finals.values()
        ]


def _number(text: str | None) -> float | None:
    """None for what is no finite number: CloudWatch takes no other."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
