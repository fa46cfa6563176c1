"""Lists answer every record once, in the order and through the filters that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_smext.local import nouns
from jupyter_smext.local.contract import ServiceError, service_model
from jupyter_smext.local.services import list_plan
from jupyter_smext.local.services.filters import FILTERS, filter_for
from tests.local_engine import RunningEngine

MODEL = service_model("sagemaker")
REGION = "ap-south-1"
START = 1_700_000_000.0
STATUSES = ("InService", "Failed", "Creating")

#: Endpoints for the property tests: times repeat, so that order within a time matters.
ENDPOINTS = [
    {
        "EndpointName": f"{'red' if n % 3 else 'blue'}-{n:03}",
        "EndpointArn": f"arn:aws:sagemaker:{REGION}:000000000000:endpoint/e-{n}",
        "EndpointConfigName": "config",
        "EndpointStatus": STATUSES[n % len(STATUSES)],
        "CreationTime": START + (n * 7 % 20),
        "LastModifiedTime": START + n,
    }
    for n in range(60)
]


@pytest.fixture(scope="module")
def client(running_engine: RunningEngine) -> Any:
    """A client of a region that holds the endpoints above."""
    for endpoint in ENDPOINTS:
        running_engine.put("Endpoint", endpoint, REGION)
    return running_engine.client("sagemaker", REGION)


def pages(ask: Callable[..., dict[str, Any]], result: str, **asked: Any) -> list[dict[str, Any]]:
    """Every element of every page, with no token twice."""
    found: list[dict[str, Any]] = []
    tokens: set[str] = set()
    page = ask(**asked)
    while True:
        found += page[result]
        token = page.get("NextToken")
        if token is None:
            return found
        assert page[result], "a page before the last is not empty"
        assert token not in tokens
        tokens.add(token)
        page = ask(**asked, NextToken=token)


def times(name: str) -> st.SearchStrategy[float]:
    return st.integers(-2, 62).map(lambda second: START + second)


@settings(max_examples=60, deadline=None)
@given(
    asked=st.fixed_dictionaries(
        {},
        optional={
            "MaxResults": st.integers(1, 100),
            "SortBy": st.sampled_from(["Name", "CreationTime", "Status"]),
            "SortOrder": st.sampled_from(["Ascending", "Descending"]),
            "NameContains": st.sampled_from(["red", "blue", "-00", "9", "zzz"]),
            "StatusEquals": st.sampled_from([*STATUSES, "Deleting"]),
            "CreationTimeAfter": times("CreationTime"),
            "CreationTimeBefore": times("CreationTime"),
            "LastModifiedTimeAfter": times("LastModifiedTime"),
            "LastModifiedTimeBefore": times("LastModifiedTime"),
        },
    )
)
def test_a_list_is_what_a_plain_reading_of_its_parameters_gives(
    client: Any, asked: dict[str, Any]
) -> None:
    found = [one["EndpointName"] for one in pages(client.list_endpoints, "Endpoints", **asked)]
    expected = [
        one
        for one in ENDPOINTS
        if asked.get("NameContains", "") in str(one["EndpointName"])
        and asked.get("StatusEquals", one["EndpointStatus"]) == one["EndpointStatus"]
        and asked.get("CreationTimeAfter", 0) <= one["CreationTime"]
        and asked.get("CreationTimeBefore", 1e12) > one["CreationTime"]
        and asked.get("LastModifiedTimeAfter", 0) <= one["LastModifiedTime"]
        and asked.get("LastModifiedTimeBefore", 1e12) > one["LastModifiedTime"]
    ]
    assert sorted(found) == sorted(str(one["EndpointName"]) for one in expected)
    by = {"Name": "EndpointName", "Status": "EndpointStatus"}.get(
        asked.get("SortBy", ""), "CreationTime"
    )
    value: dict[Any, Any] = {one["EndpointName"]: one[by] for one in ENDPOINTS}
    order = [value[name] for name in found]
    assert order == sorted(order, reverse=asked.get("SortOrder") != "Ascending")


def test_a_page_holds_ten_unless_more_are_asked_for(client: Any) -> None:
    assert len(client.list_endpoints()["Endpoints"]) == 10
    assert len(client.list_endpoints(MaxResults=100)["Endpoints"]) == 60


@pytest.mark.parametrize("size", [0, 101, -1])
def test_page_sizes_out_of_range_are_refused(running_engine: RunningEngine, size: int) -> None:
    plain = running_engine.client("sagemaker", REGION, parameter_validation=False)
    with pytest.raises(ClientError) as error:
        plain.list_endpoints(MaxResults=size)
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_token_is_good_for_its_own_query_only(client: Any) -> None:
    token = client.list_endpoints(NameContains="red")["NextToken"]
    client.list_endpoints(NameContains="red", NextToken=token)
    client.list_endpoints(NameContains="red", NextToken=token, MaxResults=50)
    for asked in (
        {"NameContains": "blue"},
        {},
        {"NameContains": "red", "SortBy": "Name"},
        {"NameContains": "red", "SortOrder": "Ascending"},
    ):
        with pytest.raises(ClientError) as error:
            client.list_endpoints(**asked, NextToken=token)
        assert error.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("token", ["x", "AAAA", "é", "=" * 8, "a" * 8000])
def test_a_made_up_token_is_refused(client: Any, token: str) -> None:
    with pytest.raises(ClientError) as error:
        client.list_endpoints(NextToken=token)
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_what_is_written_between_pages_moves_nothing_twice(fresh_engine: RunningEngine) -> None:
    client = fresh_engine.client("sagemaker", REGION)
    for endpoint in ENDPOINTS[:20]:
        fresh_engine.put("Endpoint", endpoint, REGION)
    first = client.list_endpoints(SortBy="Name", SortOrder="Ascending", MaxResults=5)
    fresh_engine.put("Endpoint", {**ENDPOINTS[0], "EndpointName": "aaa"}, REGION)
    gone = first["Endpoints"][0]["EndpointName"]
    fresh_engine.store.delete(REGION, "Endpoint", gone)
    rest = pages(
        lambda **asked: client.list_endpoints(
            **{"NextToken": first["NextToken"], **asked},
            SortBy="Name",
            SortOrder="Ascending",
            MaxResults=5,
        ),
        "Endpoints",
    )
    names = [one["EndpointName"] for one in first["Endpoints"] + rest]
    assert names == sorted(str(one["EndpointName"]) for one in ENDPOINTS[:20])


def test_a_store_filled_from_outside_is_seen(fresh_engine: RunningEngine) -> None:
    from jupyter_smext.local.store import Store

    client = fresh_engine.client("sagemaker", REGION)
    assert client.list_endpoints()["Endpoints"] == []
    other = Store(fresh_engine.home / "state.db")
    other.put(REGION, "Endpoint", "outside", ENDPOINTS[0])
    other.close()
    assert len(client.list_endpoints()["Endpoints"]) == 1


@pytest.mark.parametrize("operation", sorted(nouns.list_operations()))
def test_every_list_answers_an_empty_account(fresh: Any, operation: str) -> None:
    """Nothing there is an empty list, or a parent that is not found; never a failure."""
    from tests.local.minimal import value

    shape = MODEL.operation_model(operation).input_shape
    try:
        answer = getattr(fresh, xform_name(operation))(**value(shape))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert shape.required_members or code == "UnknownOperationException"
        assert code in ("ResourceNotFound", "ValidationException", "UnknownOperationException")
    else:
        assert next(v for v in answer.values() if isinstance(v, list)) == []


@pytest.fixture(scope="module")
def fresh(running_engine: RunningEngine) -> Any:
    """A client of a region with nothing in it."""
    return running_engine.client("sagemaker", "eu-north-1")


#: Filters of lists whose records only a runner can make: with no records there is nothing to
#: filter, and a record that a test puts there makes the engine refuse, not ignore, the filter.
UNKNOWN = {
    ("ListCandidatesForAutoMLJob", "AutoMLJobName"),
    ("ListCandidatesForAutoMLJob", "StatusEquals"),
    ("ListClusterEvents", "NodeId"),
    ("ListClusterNodes", "CreationTimeAfter"),
    ("ListClusterNodes", "CreationTimeBefore"),
    ("ListClusterNodes", "IncludeNodeLogicalIds"),
    ("ListDevices", "ModelName"),
    ("ListGlobalInferenceGateways", "Filters"),
    ("ListInferenceGateways", "Filters"),
    ("ListInferenceGateways", "Identifier"),
    ("ListLabelingJobsForWorkteam", "WorkteamArn"),
    ("ListMlflowApps", "DefaultForDomainId"),
    ("ListMonitoringAlertHistory", "StatusEquals"),
    ("ListMonitoringAlerts", "MonitoringScheduleName"),
    ("ListOptimizationJobs", "OptimizationContains"),
    ("ListPipelineExecutionSteps", "PipelineExecutionArn"),
    ("ListPipelineExecutions", "PipelineVersionAlias"),
    ("ListPipelineParametersForExecution", "PipelineExecutionArn"),
    ("ListPipelines", "ManagedBy"),
    ("ListStageDevices", "ExcludeDevicesDeployedInOtherStage"),
    ("ListTrainingJobsForHyperParameterTuningJob", "HyperParameterTuningJobName"),
    ("ListTrainingPlans", "Filters"),
    ("ListUltraServersByReservedCapacity", "ReservedCapacityArn"),
}


def test_every_filter_of_every_list_is_understood_or_known_not_to_be() -> None:
    from jupyter_smext.local.services.sagemaker import OPERATIONS, generic

    refused = set()
    for operation in nouns.list_operations():
        if operation in OPERATIONS or generic(operation) is None:
            continue
        how = list_plan.plan(operation)
        for name, shape in MODEL.operation_model(operation).input_shape.members.items():
            if name in ("NextToken", "MaxResults", "SortBy", "SortOrder"):
                continue
            if (operation, name) in FILTERS:
                continue
            try:
                filter_for(how, name, "x" if shape.type_name == "string" else 1)
            except ServiceError:
                refused.add((operation, name))
    assert refused == UNKNOWN


@pytest.mark.parametrize(
    ("operation", "sort", "descending", "page"),
    [
        ("ListTransformJobs", "CreationTime", True, 10),
        ("ListEndpoints", "CreationTime", True, 10),
        ("ListModels", "CreationTime", True, 10),
        ("ListCodeRepositories", "CodeRepositoryName", False, 10),
        ("ListNotebookInstances", "NotebookInstanceName", False, 10),
        ("ListDomains", "CreationTime", True, 10),
        ("ListUserProfiles", "CreationTime", False, 10),
        ("ListJobs", "CreationTime", True, 50),
        ("ListMonitoringAlerts", "CreationTime", True, 100),
    ],
)
def test_defaults_are_those_of_the_documentation(
    operation: str, sort: str, descending: bool, page: int
) -> None:
    how = list_plan.plan(operation)
    assert (how.sort, how.descending, how.page) == (sort, descending, page)


@pytest.mark.parametrize("operation", sorted(nouns.list_operations()))
def test_every_sort_word_means_a_member(operation: str) -> None:
    how = list_plan.plan(operation)
    sort = MODEL.operation_model(operation).input_shape.members.get("SortBy")
    for word in getattr(sort, "enum", ()) or ():
        assert list_plan.sort_member(how.noun, how.element, word)


def test_summaries_reach_into_the_record(fresh_engine: RunningEngine) -> None:
    client = fresh_engine.client("sagemaker")
    fresh_engine.put(
        "DataQualityJobDefinition",
        {
            "JobDefinitionName": "watch",
            "JobDefinitionArn": "arn:aws:sagemaker:us-east-1:000000000000:x/watch",
            "CreationTime": START,
            "DataQualityJobInput": {"EndpointInput": {"EndpointName": "e", "LocalPath": "/x"}},
        },
    )
    (found,) = client.list_data_quality_job_definitions(EndpointName="e")["JobDefinitionSummaries"]
    assert found["MonitoringJobDefinitionName"] == "watch"
    assert found["EndpointName"] == "e"
    assert (
        client.list_data_quality_job_definitions(EndpointName="f")["JobDefinitionSummaries"] == []
    )
