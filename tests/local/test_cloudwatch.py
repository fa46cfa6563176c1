"""CloudWatch's metrics as boto3 and the AWS CLI see them, in JSON, query and CBOR."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.metrics.metrics import Datum
from tests.local_engine import RunningEngine

SPACE = "Train/x"
#: The start of a whole hour of the recent past.
HOUR = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)


@pytest.fixture
def cloudwatch(fresh_engine: RunningEngine) -> Any:
    return fresh_engine.client("cloudwatch")


def at(seconds: float) -> datetime:
    return HOUR + timedelta(seconds=seconds)


def refusal(function: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    found = error.value.response["Error"]
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return found["Code"], found["Message"]


def put(cloudwatch: Any, *data: dict[str, Any], space: str = SPACE) -> None:
    cloudwatch.put_metric_data(
        Namespace=space,
        MetricData=[{"MetricName": "loss", "Timestamp": HOUR, **datum} for datum in data],
    )


def query(
    name: str = "q", stat: str = "Average", period: int = 60, metric: str = "loss", **more: Any
) -> dict[str, Any]:
    dimensions = more.pop("Dimensions", [])
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": SPACE, "MetricName": metric, "Dimensions": dimensions},
            "Period": period,
            "Stat": stat,
        },
        **more,
    }


def data(cloudwatch: Any, *queries: dict[str, Any], hours: float = 1, **more: Any) -> Any:
    return cloudwatch.get_metric_data(
        MetricDataQueries=list(queries), StartTime=HOUR, EndTime=at(3600 * hours), **more
    )


def values(cloudwatch: Any, *queries: dict[str, Any], **more: Any) -> list[list[float]]:
    found = data(cloudwatch, *queries, ScanBy="TimestampAscending", **more)
    return [result["Values"] for result in found["MetricDataResults"]]


def statistics(cloudwatch: Any, **more: Any) -> list[dict[str, Any]]:
    asked = {"Namespace": SPACE, "MetricName": "loss", "StartTime": HOUR, "EndTime": at(3600)}
    if "ExtendedStatistics" not in more:
        more = {"Statistics": ["Sum"], **more}
    found = cloudwatch.get_metric_statistics(**{**asked, "Period": 60, **more})
    assert found["Label"] == "loss"
    return sorted(found["Datapoints"], key=lambda point: point["Timestamp"])


def test_values_counts_and_summaries_add_up(cloudwatch: Any) -> None:
    put(
        cloudwatch,
        {"Value": 4.0},
        {"Values": [1.0, 2.0], "Counts": [3.0, 2.0], "Timestamp": at(59)},
        {"Value": 10.5, "Timestamp": at(60)},
        {
            "StatisticValues": {"SampleCount": 4, "Sum": 8, "Minimum": 1, "Maximum": 5},
            "Timestamp": at(120),
        },
    )
    every = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]
    first, second, third = statistics(cloudwatch, Statistics=every)
    assert first == {
        "Timestamp": HOUR,
        "SampleCount": 6,
        "Sum": 11,
        "Average": pytest.approx(11 / 6),
        "Minimum": 1,
        "Maximum": 4,
        "Unit": "None",
    }
    assert (second["Timestamp"], second["Sum"]) == (at(60), 10.5)
    assert (third["SampleCount"], third["Minimum"], third["Maximum"]) == (4, 1, 5)
    found = statistics(cloudwatch, ExtendedStatistics=["p50", "p90"])
    # The third minute is known as a summary only.
    assert [point["ExtendedStatistics"] for point in found] == [
        {"p50": 1, "p90": 4},
        {"p50": 10.5, "p90": 10.5},
    ]
    assert values(cloudwatch, query("a", "Sum", 3600), query("b", "TM(:50%)")) == [
        [29.5],
        [1, 10.5],
    ]


def test_series_are_told_apart_by_dimensions_and_unit(cloudwatch: Any) -> None:
    host = [{"Name": "Host", "Value": "algo-1"}, {"Name": "Job", "Value": "j"}]
    put(
        cloudwatch,
        {"Value": 1},
        {"Value": 2, "Dimensions": host},
        {"Value": 3, "Unit": "Seconds"},
        {"Value": 4, "Unit": "Seconds"},
    )
    assert values(cloudwatch, query(Dimensions=host[::-1])) == [[2]]
    assert values(cloudwatch, query(Dimensions=host[:1])) == [[]]
    found = statistics(cloudwatch)
    assert [(p["Unit"], p["Sum"]) for p in found] == [("None", 1), ("Seconds", 7)]
    assert [p["Sum"] for p in statistics(cloudwatch, Unit="Seconds")] == [7]
    assert statistics(cloudwatch, Unit="Bytes") == []
    asked = query(stat="Sum")
    assert values(cloudwatch, asked) == [[8]]
    asked["MetricStat"]["Unit"] = "Seconds"
    assert values(cloudwatch, asked) == [[7]]


def test_periods_begin_with_the_rounded_start_and_end_before_the_end(cloudwatch: Any) -> None:
    put(cloudwatch, *({"Value": i, "Timestamp": at(30 * i)} for i in range(12)))
    assert values(cloudwatch, query(stat="Sum", period=120)) == [[6, 22, 38]]
    assert values(cloudwatch, query(stat="Sum", period=10), hours=100 / 3600) == [[0, 1, 2, 3]]
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[query(stat="Sum", period=120)], StartTime=at(65), EndTime=at(300)
    )["MetricDataResults"][0]
    assert found["Timestamps"] == [at(180), at(60)]
    assert found["Values"] == [6 + 7 + 8 + 9, 2 + 3 + 4 + 5]
    points = statistics(cloudwatch, StartTime=at(7), EndTime=at(10), Period=1)
    assert points == []
    points = statistics(cloudwatch, StartTime=at(30), EndTime=at(90), Period=1)
    assert [point["Sum"] for point in points] == [1, 2]


def test_results_are_ordered_labelled_and_hidden_as_asked(cloudwatch: Any) -> None:
    put(cloudwatch, *({"Value": i, "Timestamp": at(60 * i)} for i in range(3)))
    answer = data(
        cloudwatch,
        query("m1", Label="my loss"),
        query("m2", "Sum"),
        query("m3", ReturnData=False),
        query("none", metric="nothing"),
        {"Id": "e1", "Expression": "m3 * 2"},
    )
    results = {result["Id"]: result for result in answer["MetricDataResults"]}
    assert list(results) == ["m1", "m2", "none", "e1"]
    assert [result["Label"] for result in results.values()] == [
        "my loss",
        "loss Sum",
        "nothing",
        "e1",
    ]
    assert results["m1"]["Values"] == [2, 1, 0]
    assert results["m1"]["Timestamps"] == [at(120), at(60), at(0)]
    assert results["e1"]["Values"] == [4, 2, 0]
    assert results["none"]["Values"] == results["none"]["Timestamps"] == []
    assert {result["StatusCode"] for result in results.values()} == {"Complete"}
    assert "NextToken" not in answer


def test_data_comes_by_pages(cloudwatch: Any) -> None:
    put(cloudwatch, *({"Value": i, "Timestamp": at(60 * i)} for i in range(50)))
    put(cloudwatch, *({"MetricName": "b", "Value": i, "Timestamp": at(60 * i)} for i in range(5)))
    asked = [query("a"), query("none", metric="c"), query("b", metric="b")]
    pages: list[Any] = []
    token: dict[str, str] = {}
    while not pages or token:
        pages.append(data(cloudwatch, *asked, MaxDatapoints=20, **token))
        token = {"NextToken": pages[-1]["NextToken"]} if "NextToken" in pages[-1] else {}
    assert [[(r["Id"], len(r["Values"])) for r in p["MetricDataResults"]] for p in pages] == [
        [("a", 20), ("none", 0)],
        [("a", 20)],
        [("a", 10), ("b", 5)],
    ]
    statuses = [[r["StatusCode"] for r in page["MetricDataResults"]] for page in pages]
    assert statuses == [["PartialData", "Complete"], ["PartialData"], ["Complete", "Complete"]]
    of_a = [r for page in pages for r in page["MetricDataResults"] if r["Id"] == "a"]
    assert [value for r in of_a for value in r["Values"]] == list(range(49, -1, -1))
    for bad in ("x", "bnVsbA==", "LTE="):
        assert (
            refusal(
                cloudwatch.get_metric_data,
                MetricDataQueries=asked,
                StartTime=HOUR,
                EndTime=at(60),
                NextToken=bad,
            )[0]
            == "InvalidNextToken"
        )


def test_metrics_are_listed_filtered_and_paged(fresh_engine: RunningEngine) -> None:
    cloudwatch = fresh_engine.client("cloudwatch")
    for name in ("a", "b"):
        put(
            cloudwatch,
            *(
                {"Value": 1, "MetricName": name, "Dimensions": d}
                for d in (
                    [],
                    [{"Name": "Job", "Value": "1"}],
                    [{"Name": "Job", "Value": "2"}, {"Name": "Host", "Value": "h"}],
                )
            ),
            {"Value": 1, "MetricName": name, "Unit": "Bytes"},
        )

    def listed(**wanted: Any) -> list[tuple[str, int]]:
        found = cloudwatch.list_metrics(**wanted)["Metrics"]
        return [(one["MetricName"], len(one["Dimensions"])) for one in found]

    assert sorted(listed()) == [(name, count) for name in "ab" for count in (0, 1, 2)]
    assert len(listed(MetricName="a", Namespace=SPACE)) == 3
    assert listed(Namespace="other") == []
    assert listed(Dimensions=[{"Name": "Host"}]) == [("a", 2), ("b", 2)]
    assert listed(Dimensions=[{"Name": "Job", "Value": "1"}]) == [("a", 1), ("b", 1)]
    assert listed(OwningAccount="111111111111", IncludeLinkedAccounts=True) == []
    assert len(listed(RecentlyActive="PT3H")) == 6
    metrics = [Datum("m", 1, time.time(), {"n": f"{i:04}"}) for i in range(700)]
    fresh_engine.engine.metrics.put("us-east-1", "Many", metrics)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="Many"))
    assert [len(page["Metrics"]) for page in pages] == [500, 200]
    names = [one["Dimensions"][0]["Value"] for page in pages for one in page["Metrics"]]
    assert names == [f"{i:04}" for i in range(700)]
    code, _ = refusal(cloudwatch.list_metrics, NextToken="x")
    assert code == "InvalidNextToken"


@pytest.mark.parametrize(
    ("datum", "code", "words"),
    [
        ({}, "MissingParameter", "Value is required"),
        ({"Value": 1, "Values": [1]}, "InvalidParameterCombination", "mutually exclusive"),
        ({"Counts": [1], "Value": 1}, "MissingParameter", "Values is required"),
        ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue", "same size"),
        ({"Values": [1.0] * 151}, "InvalidParameterValue", "up to 150"),
        ({"Values": []}, "InvalidParameterValue", "same size"),
        ({"Values": [1], "Counts": [0]}, "InvalidParameterValue", "over 0"),
        ({"Value": 2.0**361}, "InvalidParameterValue", "2^360"),
        ({"Value": 1, "StorageResolution": 5}, "InvalidParameterValue", "1 or 60"),
        ({"Value": 1, "Timestamp": at(-15 * 86_400)}, "InvalidParameterValue", "two weeks"),
        ({"Value": 1, "Timestamp": at(9 * 3600)}, "InvalidParameterValue", "two hours"),
        (
            {"Value": 1, "Dimensions": [{"Name": "a", "Value": "b"}] * 2},
            "InvalidParameterValue",
            "duplicate",
        ),
        (
            {"Value": 1, "Dimensions": [{"Name": "a", "Value": "b\x01"}]},
            "InvalidParameterValue",
            "control characters",
        ),
        (
            {"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}},
            "InvalidParameterValue",
            "Minimum",
        ),
    ],
)
def test_wrong_data_is_refused_and_nothing_of_its_call_is_kept(
    engine: RunningEngine, datum: dict[str, Any], code: str, words: str
) -> None:
    cloudwatch = engine.client("cloudwatch")
    with pytest.raises(ClientError) as error:
        put(cloudwatch, {"Value": 1}, datum)
    assert error.value.response["Error"]["Code"] == code
    assert words in error.value.response["Error"]["Message"]
    assert "member.2" in error.value.response["Error"]["Message"] or words == "duplicate"
    assert cloudwatch.list_metrics()["Metrics"] == []


def test_what_is_no_number_or_no_namespace_is_refused(engine: RunningEngine) -> None:
    cloudwatch = engine.client("cloudwatch", parameter_validation=False)
    for value in (float("nan"), float("inf")):
        with pytest.raises(ClientError) as error:
            put(cloudwatch, {"Value": value})
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    wrong = "InvalidParameterValue"
    for space, code in (("AWS/SageMaker", wrong), (":x", "ValidationError"), ("\x00", wrong)):
        with pytest.raises(ClientError) as error:
            put(cloudwatch, {"Value": 1}, space=space)
        assert error.value.response["Error"]["Code"] == code
    assert cloudwatch.list_metrics()["Metrics"] == []


def test_errors_are_the_exceptions_of_the_client(engine: RunningEngine) -> None:
    cloudwatch = engine.client("cloudwatch")
    with pytest.raises(cloudwatch.exceptions.InvalidParameterCombinationException):
        statistics(cloudwatch, ExtendedStatistics=["p50"], Statistics=["Sum"])
    with pytest.raises(cloudwatch.exceptions.MissingRequiredParameterException):
        put(cloudwatch, {})


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"Period": 45}, "InvalidParameterValue", "multiple of 60"),
        ({"EndTime": HOUR}, "ValidationError", "must be less than"),
        ({"Period": 1}, "InvalidParameterCombination", "requested up to 3,600 datapoints"),
        ({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue", "p101"),
        ({"ExtendedStatistics": ["Sum"]}, "InvalidParameterValue", "Sum"),
    ],
)
def test_wrong_statistics_are_refused(
    engine: RunningEngine, more: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as error:
        statistics(engine.client("cloudwatch"), **more)
    assert error.value.response["Error"]["Code"] == code
    assert words in error.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("queries", "words"),
    [
        ([], "between 1 and 500"),
        ([query("Q")], "expected pattern"),
        ([query("q"), query("q")], "not unique"),
        ([{"Id": "q"}], "needs one of"),
        ([query(stat="average")], "parameter Stat is not supported"),
        ([query(period=61)], "multiple of 60"),
        ([query(Label="${MAX}")], "dynamic labels"),
        ([query(ReturnData=False)], "must return data"),
        ([query(AccountId="111111111111")], "one account"),
        ([query("m"), {"Id": "e", "Expression": "FILL(m, 0)"}], "Error in expression 'e'"),
        ([query("m"), {"Id": "e", "Expression": "x", "ReturnData": False}], "'x'"),
    ],
)
def test_wrong_queries_are_refused(
    engine: RunningEngine, queries: list[dict[str, Any]], words: str
) -> None:
    code, message = refusal(
        engine.client("cloudwatch").get_metric_data,
        MetricDataQueries=queries,
        StartTime=HOUR,
        EndTime=at(60),
    )
    assert code in ("ValidationError", "InvalidParameterValue")
    assert words in message


def test_alarms_are_refused_as_nothing_evaluates_them(engine: RunningEngine) -> None:
    cloudwatch = engine.client("cloudwatch")
    code, message = refusal(
        cloudwatch.put_metric_alarm,
        AlarmName="a",
        MetricName="loss",
        Namespace=SPACE,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert (code, "needs AWS" in message) == ("InvalidAction", True)
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_metrics_survive_a_restart(fresh_engine: RunningEngine) -> None:
    put(fresh_engine.client("cloudwatch"), {"Value": 7})
    fresh_engine.restart()
    assert values(fresh_engine.client("cloudwatch"), query()) == [[7]]


def speaking(engine: RunningEngine, protocol: str) -> Any:
    """A client in one protocol of the service's model, as other versions of botocore choose it."""
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    described = loader.load_service_model("cloudwatch", "service-2")
    metadata = {**described["metadata"], "protocol": protocol, "protocols": [protocol]}
    if protocol == "query":
        del metadata["awsQueryCompatible"]

    class OneProtocol:
        def __getattr__(self, name: str) -> Any:
            return getattr(loader, name)

        def load_service_model(self, service: str, *rest: Any, **more: Any) -> Any:
            found = loader.load_service_model(service, *rest, **more)
            return {**found, "metadata": metadata} if found is described else found

    session.register_component("data_loader", OneProtocol())
    return boto3.session.Session(botocore_session=session).client(
        "cloudwatch",
        region_name="us-east-1",
        endpoint_url=engine.url,
        aws_access_key_id=engine.keys.access_key,
        aws_secret_access_key=engine.keys.secret_key,
    )


@pytest.mark.parametrize(
    ("protocol", "mark"),
    [
        ("json", b'{"Namespace"'),
        ("query", b"Action=PutMetricData"),
        ("smithy-rpc-v2-cbor", b"iNamespace"),
    ],
)
def test_every_protocol_of_the_model_is_spoken(
    fresh_engine: RunningEngine, protocol: str, mark: bytes
) -> None:
    cloudwatch = speaking(fresh_engine, protocol)
    bodies: list[Any] = []
    cloudwatch.meta.events.register(
        "before-send.cloudwatch", lambda request, **_: bodies.append(request.body)
    )
    host = [{"Name": "Host", "Value": "a&b"}]
    put(cloudwatch, {"Values": [1.0, 2.0], "Counts": [1.0, 3.0], "Dimensions": host})
    assert mark in (bodies[0] if isinstance(bodies[0], bytes) else bodies[0].encode())
    (point,) = statistics(cloudwatch, Dimensions=host, ExtendedStatistics=["p90"])
    assert point == {"Timestamp": HOUR, "ExtendedStatistics": {"p90": 2}, "Unit": "None"}
    assert values(cloudwatch, query(stat="Sum", Dimensions=host)) == [[7]]
    assert cloudwatch.list_metrics()["Metrics"][0]["Dimensions"] == host
    many = [{"Value": i, "MetricName": f"metric-{i}"} for i in range(900)]
    put(cloudwatch, *many)
    assert max(len(body) for body in bodies) < 30_000, "it was to be compressed"
    with pytest.raises(cloudwatch.exceptions.MissingRequiredParameterException) as error:
        put(cloudwatch, {})
    assert error.value.response["Error"]["Code"] == "MissingParameter"
    with pytest.raises(ClientError) as refused:
        cloudwatch.delete_alarms(AlarmNames=["a"])
    assert refused.value.response["Error"]["Code"] == "InvalidAction"


def test_the_cli_gets_statistics(fresh_engine: RunningEngine) -> None:
    put(fresh_engine.client("cloudwatch"), {"Value": 3}, {"Value": 5, "Timestamp": at(61)})
    words = [
        *("get-metric-statistics", "--namespace", SPACE, "--metric-name", "loss"),
        *("--start-time", HOUR.isoformat(), "--end-time", at(600).isoformat()),
        *("--period", "60", "--statistics", "Average", "Maximum", "--output", "json"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "cloudwatch", *words],
        env={**os.environ, **fresh_engine.environment(), "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    points = json.loads(done.stdout)["Datapoints"]
    assert sorted(point["Average"] for point in points) == [3, 5]
