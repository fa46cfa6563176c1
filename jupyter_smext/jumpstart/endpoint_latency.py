"""How much of a call's time is the model's, by CloudWatch.

"SageMaker AI endpoint invocation metrics" in the developer guide: ModelLatency is from the
container's view, OverheadLatency what SageMaker adds; both in microseconds, minute by minute.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..protocol import EndpointLatency

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_NAMESPACE = "AWS/SageMaker"
_MINUTE = 60
#: Nobody repeats a call for longer; more would be many minutes of other callers.
LONGEST = 86_400.0


def endpoint_latency(
    sessions: Sessions,
    connection: str,
    region: str,
    endpoint: str,
    variant: str,
    component: str | None,
    since: float,
    until: float,
) -> EndpointLatency:
    """The medians of the minutes from `since` to `until`, epoch seconds. Blocking.

    Raises ProblemError.
    """
    start = math.floor(since / _MINUTE) * _MINUTE
    period = max(1, math.ceil((until - start) / _MINUTE)) * _MINUTE
    of = (
        {"InferenceComponentName": component}
        if component
        else {"EndpointName": endpoint, "VariantName": variant}
    )
    dimensions = [{"Name": name, "Value": value} for name, value in of.items()]

    def query(id: str, metric: str, stat: str) -> dict[str, Any]:
        named = {"Namespace": _NAMESPACE, "MetricName": metric, "Dimensions": dimensions}
        return {"Id": id, "MetricStat": {"Metric": named, "Period": period, "Stat": stat}}

    with calling(connection, "GetMetricData", "cloudwatch"):
        answer = sessions.client(connection, region, "cloudwatch").get_metric_data(
            MetricDataQueries=[
                query("calls", "Invocations", "Sum"),
                query("model", "ModelLatency", "p50"),
                query("overhead", "OverheadLatency", "p50"),
            ],
            StartTime=start,
            EndTime=start + period,
        )
    found = {
        each["Id"]: float(each["Values"][0])
        for each in answer["MetricDataResults"]
        if each["Values"]
    }
    calls = found.get("calls")
    return EndpointLatency(
        calls=None if calls is None else round(calls),
        model=_seconds(found.get("model")),
        overhead=_seconds(found.get("overhead")),
    )


def _seconds(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / 1e6
