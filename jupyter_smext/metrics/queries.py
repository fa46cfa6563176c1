"""The metrics of a resource as CloudWatch is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..aws.problems import problem
from ..kinds.measured import Measured, Metric, Place, Source
from ..protocol import MetricGroup, Problem

#: Places of one source: each is asked for all its metrics, and each question is paid for.
MOST_PLACES = 16
#: CloudWatch's word for a unit → ours, and by what its values are multiplied.
_UNITS = {
    "Percent": ("%", 1.0),
    "Microseconds": ("ms", 1e-3),
    "Milliseconds": ("ms", 1.0),
    "Seconds": ("s", 1.0),
}

Listing = Callable[[str, str, str], list[str]]
"""`listing(namespace, dimension, beginning)` → the values of the dimension that begin so."""


@dataclass(frozen=True)
class Query:
    """One statistic of one metric at one place."""

    namespace: str
    group: MetricGroup
    metric: Metric
    statistic: str
    of: str
    dimensions: Mapping[str, str]

    @property
    def id(self) -> str:
        """The same for the same of another resource."""
        return "|".join((self.group, self.metric.name, self.statistic, self.of))

    @property
    def unit(self) -> tuple[str, float]:
        return _UNITS.get(self.metric.unit, ("", 1.0))

    def asked(self, id: str, period: int) -> dict[str, Any]:
        """The MetricDataQuery of that id."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions.items()]
        metric = {
            "Namespace": self.namespace,
            "MetricName": self.metric.name,
            "Dimensions": dimensions,
        }
        return {
            "Id": id,
            "MetricStat": {"Metric": metric, "Period": period, "Stat": self.statistic},
        }


def queries_of(
    measured: Measured, definition: Mapping[str, Any], listing: Listing
) -> tuple[list[Query], list[Problem]]:
    """All that is worth asking of a resource, by its describe answer; and what is left out."""
    found: list[Query] = []
    problems: list[Problem] = []
    for source in measured.sources:
        places = _places(source, definition, listing)
        if len(places) > MOST_PLACES:
            problems.append(
                problem(
                    "limit",
                    f"The first {MOST_PLACES} of {len(places)} instances are shown",
                    "Each would be asked for by itself.",
                    "The others are in the CloudWatch console.",
                )
            )
        found += (
            Query(source.namespace, source.group, metric, statistic, of, dimensions)
            for of, dimensions in places[:MOST_PLACES]
            for metric in source.metrics(definition)
            for statistic in metric.statistics
        )
    return found, problems


def _places(source: Source, definition: Mapping[str, Any], listing: Listing) -> list[Place]:
    if source.listed is None:
        return list(source.places(definition))
    dimension, beginning = source.listed(definition)
    values = listing(source.namespace, dimension, beginning)
    return [(value[len(beginning) :], {dimension: value}) for value in values]
