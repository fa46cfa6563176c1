"""Metrics as CloudWatch has them come out as series, and what is missing is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.kinds import kind, kinds
from jupyter_smext.local.metrics.metrics import Datum
from jupyter_smext.metrics import metrics_of, reading
from jupyter_smext.metrics.queries import MOST_PLACES
from jupyter_smext.protocol import Metrics
from tests.local_engine import RunningEngine

REGION = "us-east-1"
HOSTILE = '<img src=x onerror="alert(1)">\u202e\x00'


@pytest.fixture
def asked(engine: RunningEngine, local: tuple[str, str], sessions: Sessions) -> Iterator[Any]:
    def ask(name: str, definition: dict[str, Any], *span: float) -> Metrics:
        return metrics_of(sessions, *local, kind(name), definition, *span)

    yield ask


def training(name: str, began: float, **more: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "CreationTime": began,
        "TrainingStartTime": began,
        "ResourceConfig": {"InstanceCount": 1},
        **more,
    }


def put(engine: RunningEngine, namespace: str, *data: Datum) -> None:
    engine.engine.metrics.put(REGION, namespace, data)


JOBS = "/aws/sagemaker/TrainingJobs"


def test_a_jobs_own_metrics_and_its_hosts(engine: RunningEngine, asked: Any) -> None:
    began = int(time.time()) - 40
    of = {"TrainingJobName": "two-hosts"}
    losses = [Datum("train:loss", 2 - at / 20, began + at, of) for at in range(20)]
    hosts = [
        Datum("CPUUtilization", 10.0 * host, began + 5, {"Host": f"two-hosts/algo-{host}"})
        for host in (1, 2)
    ]
    put(engine, JOBS, *losses, *hosts)
    job = training(
        "two-hosts",
        began,
        ResourceConfig={"InstanceGroups": [{"InstanceCount": 1}, {"InstanceCount": 1}]},
        AlgorithmSpecification={"MetricDefinitions": [{"Name": "train:loss", "Regex": "x(.)"}]},
    )
    found = asked("training-job", job)
    assert (found.live, found.ranged, found.problems) == (True, False, ())
    loss = found.series[0]
    assert (loss.id, loss.group, loss.unit) == ("algorithm|train:loss|Average|", "algorithm", "")
    assert loss.times == tuple(began + at for at in range(20))
    assert loss.values == pytest.approx([2 - at / 20 for at in range(20)])
    cpu = [one for one in found.series if one.statistic == "Average" and one.unit == "%"]
    assert [(one.of, one.label, one.values) for one in cpu] == [
        ("algo-1", "CPU utilization", (10.0,)),
        ("algo-2", "CPU utilization", (20.0,)),
    ]


def test_final_metrics_tell_the_names_too(engine: RunningEngine, asked: Any) -> None:
    began = int(time.time()) - 40
    put(engine, JOBS, Datum(HOSTILE.replace("\x00", ""), 1.5, began, {"TrainingJobName": "names"}))
    job = training("names", began, FinalMetricDataList=[{"MetricName": HOSTILE[:-1], "Value": 1}])
    (series,) = asked("training-job", job).series
    assert series.label == HOSTILE[:-1]


def test_an_endpoints_latencies_are_in_milliseconds(engine: RunningEngine, asked: Any) -> None:
    now = int(time.time()) - 5
    of = {"EndpointName": "measured", "VariantName": "shadow"}
    calls = [
        Datum("ModelLatency", 1000.0 * each, now, of, "Microseconds") for each in range(1, 101)
    ]
    put(engine, "AWS/SageMaker", *calls, Datum("Invocations", 1, now, of, count=100))
    endpoint = {
        "EndpointName": "measured",
        "ProductionVariants": [{"VariantName": "AllTraffic"}],
        "ShadowProductionVariants": [{"VariantName": "shadow"}],
    }
    found = asked("endpoint", endpoint)
    assert (found.ranged, found.live, found.period) == (True, True, 60)
    values = {(one.name, one.statistic): one.values[-1] for one in found.series}
    assert values["ModelLatency", "p50"] == 50 and values["ModelLatency", "p99"] == 99
    assert values["ModelLatency", "Average"] == pytest.approx(50.5)
    assert values["Invocations", "Sum"] == 100
    assert {one.of for one in found.series} == {"shadow"}


def test_the_hosts_of_a_transform_job_are_found_by_its_name(
    engine: RunningEngine, asked: Any
) -> None:
    began = int(time.time()) - 60
    for host in ("found/i-0a", "found-not/i-0b"):
        put(
            engine,
            "/aws/sagemaker/TransformJobs",
            Datum("CPUUtilization", 50, began + 1, {"Host": host}, "Percent"),
        )
    job = {"TransformJobName": "found", "TransformStartTime": began}
    assert {one.of for one in asked("transform-job", job).series} == {"i-0a"}


def test_hosts_that_cloudwatch_lists_no_more_are_told(asked: Any) -> None:
    ended = time.time() - 20 * 86_400
    job = {"TransformJobName": "old", "CreationTime": ended - 60, "TransformEndTime": ended}
    found = asked("transform-job", job)
    assert found.series == () and "no longer" in found.problems[0].title


def test_what_was_never_measured_is_no_series(asked: Any) -> None:
    found = asked("training-job", training("nothing", time.time() - 60))
    assert (found.series, found.problems) == ((), ())


def test_of_many_hosts_it_is_said_that_some_are_left_out(asked: Any) -> None:
    job = training("many", time.time() - 60, ResourceConfig={"InstanceCount": 64})
    (problem,) = asked("training-job", job).problems
    assert f"first {MOST_PLACES} of 64" in problem.title


def test_a_long_series_comes_in_pages(
    engine: RunningEngine, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_QUERIES", 3)
    began = int(time.time()) - 7000
    of = {"TrainingJobName": "long"}
    put(engine, JOBS, *(Datum("m", at, began + at, of) for at in range(7000)))
    job = training("long", began, FinalMetricDataList=[{"MetricName": "m"}])
    (series,) = asked("training-job", job).series
    assert 200 < len(series.values) <= 480 and list(series.times) == sorted(series.times)


class CloudWatch:
    """Answers what it was given, in order."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def get_metric_data(self, **asked: Any) -> Any:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Answering:
    def __init__(self, *answers: Any) -> None:
        self.cloudwatch = CloudWatch(*answers)

    def client(self, *_: Any) -> CloudWatch:
        return self.cloudwatch


def told(*answers: Any, hosts: int = 0) -> tuple[Metrics, CloudWatch]:
    sessions = Answering(*answers)
    finals = [{"MetricName": "m"}]
    resources = {"InstanceCount": hosts}
    job = training("told", time.time() - 60, FinalMetricDataList=finals, ResourceConfig=resources)
    found = metrics_of(sessions, "profile:x", REGION, kind("training-job"), job)  # type: ignore[arg-type]
    return found, sessions.cloudwatch


def result(id: str, values: list[float], **more: Any) -> dict[str, Any]:
    times = [datetime.fromtimestamp(1_800_000_000 + at, timezone.utc) for at in range(len(values))]
    return {"Id": id, "Timestamps": times, "Values": values, "StatusCode": "Complete", **more}


def test_what_is_no_number_is_left_out_and_said() -> None:
    page = {"MetricDataResults": [result("q0", [1.0, float("nan"), float("inf"), 2.0])]}
    found, _ = told(page)
    assert found.series[0].values == (1.0, 2.0)
    assert "no numbers" in found.problems[0].title and "m" in found.problems[0].detail


def test_what_cloudwatch_did_not_finish_is_said() -> None:
    message = {"Code": "MaxMetricsExceeded", "Value": "Too many."}
    page = {
        "MetricDataResults": [result("q0", [1.0], StatusCode="InternalError"), result("odd", [1])],
        "Messages": [message],
    }
    found, _ = told(page)
    assert [problem.code for problem in found.problems] == ["MaxMetricsExceeded", "InternalError"]


def test_pages_are_put_together_and_a_repeated_token_ends_them() -> None:
    first = {"MetricDataResults": [result("q0", [1.0])], "NextToken": "again"}
    more = {"MetricDataResults": [result("q0", [1.0, 2.0])], "NextToken": "again"}
    found, cloudwatch = told(first, more)
    assert found.series[0].values == (1.0, 2.0)
    assert len(cloudwatch.asked) == 2


def periods(cloudwatch: CloudWatch) -> list[int]:
    return [asked["MetricDataQueries"][0]["MetricStat"]["Period"] for asked in cloudwatch.asked]


def test_what_is_not_had_by_the_second_is_asked_for_by_the_minute() -> None:
    from botocore.exceptions import ClientError

    refused = ClientError({"Error": {"Code": "ValidationError"}}, "GetMetricData")
    for first in (refused, {"MetricDataResults": [result("q0", [])]}):
        found, cloudwatch = told(first, {"MetricDataResults": [result("q0", [3.0])]})
        assert periods(cloudwatch) == [1, 60] and found.series[0].values == (3.0,)
    # As often as a person waits for it, not as a value comes.
    assert found.every == 30


def test_instances_are_asked_for_by_the_minute() -> None:
    found, cloudwatch = told(
        {"MetricDataResults": [result("q0", [1.0])]},
        {"MetricDataResults": [result("q0", [50.0])]},
        hosts=1,
    )
    assert periods(cloudwatch) == [1, 60]
    assert [one.group for one in found.series] == ["algorithm", "instance"]


def test_a_denial_names_the_permission() -> None:
    from botocore.exceptions import ClientError

    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetMetricData")
    with pytest.raises(ProblemError) as caught:
        told(denied)
    assert caught.value.problem.permission == "cloudwatch:GetMetricData"


def test_every_declared_kind_can_be_asked_of_its_model() -> None:
    """The members that a declaration names are in what AWS describes."""
    from jupyter_smext.kinds.model import output_members

    for each in kinds().values():
        if each.metrics and each.metrics.times:
            assert each.describe_operation is not None
            members = output_members(each.describe_operation)
            for names in each.metrics.times:
                assert set(names) <= members.keys(), each
        if each.metrics:
            for source in each.metrics.sources:
                assert source.metrics({}) or source.group == "algorithm"
