"""Metrics read from CloudWatch: ListMetrics for what is not named, GetMetricData for the values."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..aws.problems import problem
from ..aws.profiles import LOCAL
from ..kinds import Kind
from ..protocol import Metrics, MetricSeries, Problem
from .queries import Query, queries_of
from .span import DAY, Span, span_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Of GetMetricData (its documentation): queries of a call.
_QUERIES = 500
#: Pages are followed so far: what a plot takes is far less.
_PAGES = 40
#: Seconds until values are worth asking for again: AWS takes money for each question, and has a
#: new value once a period.
_LOCAL, _SOONEST, _LATEST = 3.0, 30.0, 300.0

#: ListMetrics names what got a value within two weeks.
_LISTED = 14 * DAY

_MINUTE = 60
#: What CloudWatch calls a parameter that it does not take.
_REFUSED = ("ValidationError", "InvalidParameterValue")

Found = dict[str, list[tuple[float, float]]]


def metrics_of(
    sessions: Sessions,
    connection: str,
    region: str,
    kind: Kind,
    definition: Mapping[str, Any],
    start: float | None = None,
    end: float | None = None,
) -> Metrics:
    """What was measured of a resource with this describe answer, from `start` to `end`.

    Epoch seconds; without them a job's own time, and of what has none the last hour. Metrics of
    which there is nothing are left out. Blocking. Raises ProblemError.
    """
    measured = kind.metrics
    if measured is None:
        raise ProblemError(
            problem("invalid", f"CloudWatch has no metrics of {kind.plural.lower()}")
        )
    client = sessions.client(connection, region, "cloudwatch")
    now = time.time()
    span = span_of(measured, definition, start, end, now)

    def listing(namespace: str, dimension: str, beginning: str) -> list[str]:
        return _listed(client, connection, namespace, dimension, beginning)

    queries, problems = queries_of(measured, definition, listing)
    if not queries and any(each.listed for each in measured.sources) and now - span.end > _LISTED:
        problems.append(_forgotten(kind))
    # By the second AWS has, at most, what a job's own code reports; the local engine has all.
    groups = {"algorithm": span.period}
    usual = span.period if connection == LOCAL else max(span.period, _MINUTE)
    found: Found = {}
    for apart in sorted({span.period, usual}):
        asked = [query for query in queries if groups.get(query.group, usual) == apart]
        for first in range(0, len(asked), _QUERIES):
            batch = asked[first : first + _QUERIES]
            found |= _values(client, connection, batch, span._replace(period=apart), problems)
    return Metrics(
        start=span.start,
        end=span.end,
        period=span.period,
        read_at=now,
        live=span.live,
        every=_LOCAL if connection == LOCAL else min(max(_SOONEST, span.period), _LATEST),
        ranged=measured.times is None,
        series=tuple(_series(query, found[query.id]) for query in queries if found.get(query.id)),
        problems=tuple(problems),
    )


def _listed(
    client: Any, connection: str, namespace: str, dimension: str, beginning: str
) -> list[str]:
    """The values of a dimension that begin so, in order; each metric has them anew."""
    with calling(connection, "ListMetrics", "cloudwatch"):
        pages = client.get_paginator("list_metrics").paginate(
            Namespace=namespace,
            MetricName="CPUUtilization",
            Dimensions=[{"Name": dimension}],
            PaginationConfig={"MaxItems": 500 * _PAGES},
        )
        values = {
            each["Value"]
            for page in pages
            for metric in page["Metrics"]
            for each in metric["Dimensions"]
            if each["Name"] == dimension and each["Value"].startswith(beginning)
        }
    return sorted(values)


def _values(
    client: Any, connection: str, queries: Sequence[Query], span: Span, problems: list[Problem]
) -> Found:
    """The values of up to 500 queries.

    By the minute where CloudWatch refuses anything finer, or has nothing finer of any of them.
    """
    from botocore.exceptions import ClientError

    minutes = span._replace(period=_MINUTE, start=span.start // _MINUTE * _MINUTE)
    with calling(connection, "GetMetricData", "cloudwatch"):
        if span.period >= _MINUTE:
            return _read(client, queries, span, problems)
        try:
            found = _read(client, queries, span, problems)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _REFUSED:
                raise
            found = {}
        return found if any(found.values()) else _read(client, queries, minutes, problems)


def _read(client: Any, queries: Sequence[Query], span: Span, problems: list[Problem]) -> Found:
    ids = {f"q{number}": query for number, query in enumerate(queries)}
    found: dict[str, dict[float, float]] = {}
    told: dict[str, Problem] = {}
    broken: set[str] = set()
    for page in _pages(client, ids, span):
        for each in page.get("Messages", ()):
            told.setdefault(str(each.get("Code")), _message(each))
        for result in page.get("MetricDataResults", ()):
            query = ids.get(result.get("Id"))
            if query is None:
                continue
            values = found.setdefault(query.id, {})
            for at, value in zip(result["Timestamps"], result["Values"], strict=False):
                if math.isfinite(value):
                    values[at.timestamp()] = value
                else:
                    broken.add(query.metric.words)
            for each in result.get("Messages", ()):
                told.setdefault(str(each.get("Code")), _message(each))
            if result.get("StatusCode") in ("InternalError", "Forbidden"):
                told.setdefault(result["StatusCode"], _refused(query, result["StatusCode"]))
    problems += told.values()
    if broken:
        names = ", ".join(sorted(broken))
        problems.append(
            problem(
                "broken",
                "Some values are no numbers",
                f"They are left out of: {names}.",
                "See what the resource reports.",
            )
        )
    return {id: sorted(values.items()) for id, values in found.items()}


def _pages(client: Any, ids: Mapping[str, Query], span: Span) -> Iterator[dict[str, Any]]:
    asked: dict[str, Any] = {
        "MetricDataQueries": [query.asked(id, span.period) for id, query in ids.items()],
        "StartTime": span.start,
        "EndTime": span.end,
        "ScanBy": "TimestampAscending",
    }
    for _ in range(_PAGES if ids else 0):
        page = client.get_metric_data(**asked)
        yield page
        token = page.get("NextToken")
        # A token that comes again would go on for ever.
        if not token or token == asked.get("NextToken"):
            return
        asked["NextToken"] = token


def _forgotten(kind: Kind) -> Problem:
    return problem(
        "not_found",
        "What was measured can no longer be found",
        f"The hosts of a {kind.label.lower()} are named by CloudWatch alone, which lists them for"
        " two weeks.",
        "The CloudWatch console has the values for 15 months, by the names of the hosts.",
    )


def _message(message: Mapping[str, Any]) -> Problem:
    return problem(
        "broken",
        "CloudWatch says that something is missing",
        str(message.get("Value") or ""),
        code=message.get("Code"),
    )


def _refused(query: Query, code: str) -> Problem:
    return problem(
        "denied" if code == "Forbidden" else "broken",
        f"{query.metric.words} is not complete",
        "CloudWatch may not read it." if code == "Forbidden" else "CloudWatch failed.",
        "Try again." if code != "Forbidden" else "",
        code=code,
    )


def _series(query: Query, values: Sequence[tuple[float, float]]) -> MetricSeries:
    unit, factor = query.unit
    return MetricSeries(
        id=query.id,
        name=query.metric.name,
        label=query.metric.words,
        group=query.group,
        unit=unit,
        statistic=query.statistic,
        of=query.of,
        times=tuple(at for at, _ in values),
        values=tuple(value * factor for _, value in values),
    )
