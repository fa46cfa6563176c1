"""CloudWatch: metrics put, listed and read; alarms are refused, as nothing here evaluates one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from .. import errors
from ..contract import ServiceError
from ..metrics.metrics import Datum, Series, Summary
from ..metrics.series import (
    check_period,
    check_times,
    dimensions,
    periods,
    rounded_start,
    wrong_together,
    wrong_value,
)
from ..metrics.statistics import SIMPLE, Statistic, statistic
from . import metric_data
from .page_tokens import opened, sealed
from .sagemaker import Answer, Call

#: Quotas and bounds of PutMetricData, GetMetricStatistics and ListMetrics (their documentation).
_MOST_METRICS = 1000
_MOST_VALUES = 150
_LARGEST = 2.0**360
_OLDEST = 14 * 86_400
_NEWEST = 2 * 3600
_MOST_DATAPOINTS = 1440
_LISTED = 500
_LISTED_FOR = 14 * 86_400
_RECENT = 3 * 3600


async def answer(call: Call) -> Answer:
    """Answer one call, in a thread: files are slow. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("cloudwatch", call.operation)
    return await asyncio.to_thread(handler, call)


def _put(call: Call) -> Answer:
    given = call.parameters
    if "EntityMetricData" in given:
        raise wrong_value("The local engine keeps no entities; put the metrics in MetricData.")
    data = given.get("MetricData", [])
    if not data:
        raise _left_out("MetricData")
    if len(data) > _MOST_METRICS:
        raise wrong_value(f"The collection MetricData must not have a size over {_MOST_METRICS}.")
    if given["Namespace"].startswith("AWS/"):
        raise wrong_value("The value AWS/ for parameter Namespace is invalid.")
    _check_word("Namespace", given["Namespace"])
    now = time.time()
    measured = [
        one
        for number, datum in enumerate(data, 1)
        for one in _measured(datum, f"MetricData.member.{number}", now)
    ]
    call.engine.metrics.put(call.region, given["Namespace"], measured)
    return {}


def _left_out(what: str) -> ServiceError:
    message = f"The parameter {what} is required."
    return ServiceError("MissingRequiredParameterException", message)


def _check_word(where: str, text: str) -> None:
    # "ASCII control characters are not supported" (Dimension); XML could not say them.
    if any(c < " " or c == "\x7f" for c in text):
        raise wrong_value(f"The parameter {where} must not contain control characters.")


def _measured(datum: Mapping[str, Any], where: str, now: float) -> list[Datum | Summary]:
    """What one MetricDatum says was measured. Raises ServiceError."""
    when = datum.get("Timestamp", now)
    if not now - _OLDEST <= when <= now + _NEWEST:
        raise wrong_value(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks"
            " and no more than two hours in the future."
        )
    if datum.get("StorageResolution", 60) not in (1, 60):
        raise wrong_value(f"The parameter {where}.StorageResolution must be 1 or 60.")
    forms = [name for name in ("Value", "Values", "StatisticValues") if name in datum]
    if not forms:
        raise _left_out(f"{where}.Value")
    if len(forms) > 1:
        raise wrong_together(
            f"The parameters {where}.{forms[0]} and {forms[1]} are mutually exclusive."
        )
    if "Counts" in datum and "Values" not in datum:
        raise _left_out(f"{where}.Values")
    name, unit = datum["MetricName"], datum.get("Unit", "None")
    of = dimensions(datum.get("Dimensions", []))
    for word in (name, *of, *of.values()):
        _check_word(where, word)
    if "StatisticValues" in datum:
        given = datum["StatisticValues"]
        count, total, low, high = (
            given[member] for member in ("SampleCount", "Sum", "Minimum", "Maximum")
        )
        _check_size(where, count, total, low, high)
        if count <= 0 or low > high:
            raise wrong_value(
                f"The parameter {where}.StatisticValues needs a SampleCount over 0 and a Minimum"
                " that is not over its Maximum."
            )
        return [Summary(name, count, total, low, high, when, of, unit)]
    values = datum.get("Values", [datum.get("Value")])
    counts = datum.get("Counts", [1.0] * len(values))
    if not 1 <= len(values) <= _MOST_VALUES or len(values) != len(counts):
        raise wrong_value(
            f"The parameters {where}.Values and Counts need the same size, up to {_MOST_VALUES}."
        )
    _check_size(where, *values, *counts)
    if min(counts) <= 0:
        raise wrong_value(f"The parameter {where}.Counts must be over 0.")
    return [
        Datum(name, value, when, of, unit, count)
        for value, count in zip(values, counts, strict=True)
    ]


def _check_size(where: str, *numbers: float) -> None:
    if any(abs(number) > _LARGEST for number in numbers):
        raise wrong_value(f"The parameter {where} must have values between -2^360 and 2^360.")


def _list(call: Call) -> Answer:
    given = call.parameters
    metrics = call.engine.metrics
    now = time.time()
    since = now - (_RECENT if "RecentlyActive" in given else _LISTED_FOR)
    wanted = given.get("Dimensions", [])
    found: dict[tuple[str, str, str], Series] = {}
    if given.get("OwningAccount", call.engine.account) == call.engine.account:
        for one in metrics.all(
            call.region, namespace=given.get("Namespace", ""), name=given.get("MetricName", "")
        ):
            # A metric leaves the list when two weeks bring nothing new (ListMetrics).
            if one.last >= since and all(_has(one, each) for each in wanted):
                found.setdefault((one.namespace, one.name, _text(one)), one)
    behind = _behind(given["NextToken"]) if "NextToken" in given else None
    left = [key for key in sorted(found) if behind is None or key > behind]
    shown = left[:_LISTED]
    answer: Answer = {
        "Metrics": [
            {
                "Namespace": found[key].namespace,
                "MetricName": found[key].name,
                "Dimensions": [
                    {"Name": name, "Value": value} for name, value in found[key].dimensions.items()
                ],
            }
            for key in shown
        ]
    }
    if given.get("IncludeLinkedAccounts"):
        answer["OwningAccounts"] = [call.engine.account] * len(shown)
    if len(left) > _LISTED:
        answer["NextToken"] = sealed(list(shown[-1]))
    return answer


def _has(series: Series, wanted: Mapping[str, str]) -> bool:
    value = series.dimensions.get(wanted["Name"])
    return value is not None and wanted.get("Value", value) == value


def _text(series: Series) -> str:
    return json.dumps(series.dimensions, sort_keys=True)


def _behind(token: str) -> tuple[str, str, str]:
    value = opened(token, metric_data.bad_token())
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not all(isinstance(one, str) for one in value)
    ):
        raise metric_data.bad_token()
    return value[0], value[1], value[2]


def _statistics(call: Call) -> Answer:
    given, metrics = call.parameters, call.engine.metrics
    start, end, period = given["StartTime"], given["EndTime"], given["Period"]
    check_times(start, end)
    check_period(period)
    plain, extended = given.get("Statistics", []), given.get("ExtendedStatistics", [])
    if bool(plain) == bool(extended):
        raise wrong_together("Specify either Statistics or ExtendedStatistics, and not both.")
    functions: dict[str, Statistic] = {name: SIMPLE[name] for name in plain}
    for name in extended:
        found = statistic(name)
        if found is None or name in SIMPLE:
            raise wrong_value(
                f"The value {name} for parameter ExtendedStatistics is not supported."
            )
        functions[name] = found
    begin = rounded_start(start, period)
    asked = -int(-(end - begin) // period)
    if asked > _MOST_DATAPOINTS:
        raise wrong_together(
            f"You have requested up to {asked:,} datapoints, which exceeds the limit of"
            f" {_MOST_DATAPOINTS:,}. You may reduce the datapoints requested by increasing Period,"
            " or decreasing the time range."
        )
    shown = []
    for series in metrics.series(
        call.region,
        given["Namespace"],
        given["MetricName"],
        dimensions(given.get("Dimensions", [])),
    ):
        if given.get("Unit", series.unit) != series.unit:
            continue
        found_here = periods(metrics, [series], begin, end, period, exact=bool(extended))
        for when, points in found_here:
            values = {name: function(points) for name, function in functions.items()}
            known = {name: value for name, value in values.items() if value is not None}
            if known:
                told = {"ExtendedStatistics": known} if extended else known
                shown.append({"Timestamp": when, "Unit": series.unit, **told})
    return {"Label": given["MetricName"], "Datapoints": shown}


def _describe_alarms(call: Call) -> Answer:
    """None: PutMetricAlarm is refused, so there is none that could be in a state."""
    if "NextToken" in call.parameters:
        raise metric_data.bad_token()
    return {"MetricAlarms": [], "CompositeAlarms": [], "LogAlarms": []}


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "DescribeAlarms": _describe_alarms,
    "GetMetricData": metric_data.get,
    "GetMetricStatistics": _statistics,
    "ListMetrics": _list,
    "PutMetricData": _put,
}
