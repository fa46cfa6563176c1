"""GetMetricData: many metrics, and sums made of them, in one call and by pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..contract import ServiceError
from ..metrics.math import Expression, Sums
from ..metrics.series import check_period, check_times, dimensions, periods, rounded_start
from ..metrics.statistics import SIMPLE, statistic
from .page_tokens import behind, sealed
from .sagemaker import Answer, Call

#: Quotas of GetMetricData (its documentation).
_MOST_QUERIES = 500
_MOST_DATAPOINTS = 100_800

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class _Result:
    id: str
    label: str
    times: list[int]
    values: list[float]


def refused(message: str) -> ServiceError:
    """The error for a query, as CloudWatch words it."""
    return ServiceError("ValidationError", message)


def bad_token() -> ServiceError:
    """The error for a token that no answer gave."""
    return ServiceError("InvalidNextToken", "The parameter NextToken is invalid.")


def get(call: Call) -> Answer:
    """The values of each query that returns data, a page of them. Raises ServiceError."""
    given = call.parameters
    queries = given["MetricDataQueries"]
    check_times(given["StartTime"], given["EndTime"])
    _check(queries)
    most = given.get("MaxDatapoints", _MOST_DATAPOINTS)
    if not 1 <= most <= _MOST_DATAPOINTS:
        raise refused(f"MaxDatapoints must be between 1 and {_MOST_DATAPOINTS}.")
    skipped = behind(given["NextToken"], bad_token()) if "NextToken" in given else 0
    down = given.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    return _page(_results(call, down), skipped, most)


def _check(queries: Sequence[Mapping[str, Any]]) -> None:
    if not 1 <= len(queries) <= _MOST_QUERIES:
        raise refused(f"The number of MetricDataQueries must be between 1 and {_MOST_QUERIES}.")
    names = [query["Id"] for query in queries]
    for number, query in enumerate(queries, 1):
        where = f"MetricDataQueries.member.{number}"
        if not _ID.fullmatch(query["Id"]):
            raise refused(
                f"The value {query['Id']} for parameter {where}.Id is not matching"
                " the expected pattern ^[a-z][a-zA-Z0-9_]*$."
            )
        if names.index(query["Id"]) != number - 1:
            raise refused(f"The values for parameter id in {where} is not unique.")
        if ("MetricStat" in query) == ("Expression" in query):
            raise refused(f"{where} needs one of MetricStat and Expression.")
        if "${" in query.get("Label", ""):
            raise refused(f"{where}.Label: the local engine does not fill in dynamic labels.")
        if "MetricStat" in query:
            metric = query["MetricStat"]["Metric"]
            if "Namespace" not in metric or "MetricName" not in metric:
                raise refused(f"{where}.MetricStat.Metric needs a Namespace and a MetricName.")
            check_period(query["MetricStat"]["Period"], f"{where}.MetricStat.Period")
            if "Period" in query:
                raise refused(f"{where}: Period stands in MetricStat.")
        elif "Period" in query:
            check_period(query["Period"], f"{where}.Period")
    if not any(query.get("ReturnData", True) for query in queries):
        raise refused("At least one of the MetricDataQueries must return data.")


def _results(call: Call, down: bool) -> list[_Result]:
    """What the queries that return data come to, whole, in their order."""
    queries = call.parameters["MetricDataQueries"]
    sums = Sums()
    for query in queries:
        if "MetricStat" in query:
            sums.add_series(query["Id"], _series(call, query), query["MetricStat"]["Period"])
        else:
            sums.add_expression(query["Id"], Expression(query["Id"], query["Expression"]))
    labels = _labels(queries)
    found = []
    for query in queries:
        # What is not shown is evaluated too: a wrong expression is wrong anyhow.
        series = sums.series(query["Id"])
        if query.get("ReturnData", True):
            times = sorted(series, reverse=down)
            values = [series[when] for when in times]
            found.append(_Result(query["Id"], labels[query["Id"]], times, values))
    return found


def _series(call: Call, query: Mapping[str, Any]) -> dict[int, float]:
    given, wanted = call.parameters, query["MetricStat"]
    metric, period = wanted["Metric"], wanted["Period"]
    function = statistic(wanted["Stat"])
    if function is None:
        raise refused(f"The value {wanted['Stat'][:100]} for parameter Stat is not supported.")
    if query.get("AccountId", call.engine.account) != call.engine.account:
        raise refused(f"The local engine has one account, {call.engine.account}.")
    metrics = call.engine.metrics
    series = [
        one
        for one in metrics.series(
            call.region,
            metric["Namespace"],
            metric["MetricName"],
            dimensions(metric.get("Dimensions", [])),
        )
        if wanted.get("Unit", one.unit) == one.unit
    ]
    begin, end = rounded_start(given["StartTime"], period), given["EndTime"]
    exact = wanted["Stat"] not in SIMPLE
    found: dict[int, float] = {}
    for when, points in periods(metrics, series, begin, end, period, exact=exact):
        value = function(points)
        if value is not None:
            found[when] = value
    return found


def _labels(queries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A label for each query: its own, else the metric's name with what tells it from others."""
    metrics = {query["Id"]: query["MetricStat"] for query in queries if "MetricStat" in query}

    def name(stat: Mapping[str, Any]) -> str:
        return str(stat["Metric"]["MetricName"])

    names = [name(stat) for stat in metrics.values()]
    stats = {stat["Stat"] for stat in metrics.values()}
    labels = {query["Id"]: query["Id"] for query in queries}
    for key, stat in metrics.items():
        parts = [one["Value"] for one in stat["Metric"].get("Dimensions", [])]
        several = names.count(name(stat)) > 1
        end = [stat["Stat"]] if several and len(stats) > 1 else []
        labels[key] = " ".join([*(parts if several else []), name(stat), *end])
    return {query["Id"]: query.get("Label") or labels[query["Id"]] for query in queries}


def _page(results: Sequence[_Result], skipped: int, most: int) -> Answer:
    """The datapoints from number `skipped` on, counted over all queries one after another."""
    shown = []
    first, end = 0, skipped + most
    for result in results:
        last = first + len(result.times)
        low, high = max(skipped, first) - first, min(end, last) - first
        if low < high or (not result.times and not skipped):
            shown.append(
                {
                    "Id": result.id,
                    "Label": result.label,
                    "Timestamps": result.times[low:high],
                    "Values": result.values[low:high],
                    "StatusCode": "PartialData" if first < end < last else "Complete",
                }
            )
        first = last
    answer: Answer = {"MetricDataResults": shown, "Messages": []}
    if first > end:
        answer["NextToken"] = sealed(end)
    return answer
