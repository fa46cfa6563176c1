"""Lineage, tags and Search work over the stored records."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

START = 1_700_000_000.0


@pytest.fixture
def client(engine: RunningEngine) -> Any:
    return engine.client("sagemaker")


def test_components_belong_to_trials(client: Any) -> None:
    client.create_experiment(ExperimentName="exp")
    client.create_trial(TrialName="trial", ExperimentName="exp")
    for name in ("in", "out"):
        client.create_trial_component(TrialComponentName=name)
    client.associate_trial_component(TrialName="trial", TrialComponentName="in")
    client.associate_trial_component(TrialName="trial", TrialComponentName="in")

    def components(**asked: str) -> list[str]:
        found = client.list_trial_components(**asked)["TrialComponentSummaries"]
        return [one["TrialComponentName"] for one in found]

    assert components(TrialName="trial") == ["in"]
    assert components(ExperimentName="exp") == ["in"]
    trials = client.list_trials(TrialComponentName="in")["TrialSummaries"]
    assert [one["TrialName"] for one in trials] == ["trial"]
    for delete, names in (
        (client.delete_trial, {"TrialName": "trial"}),
        (client.delete_trial_component, {"TrialComponentName": "in"}),
        (client.delete_experiment, {"ExperimentName": "exp"}),
    ):
        with pytest.raises(ClientError, match="Unable to delete"):
            delete(**names)
    client.disassociate_trial_component(TrialName="trial", TrialComponentName="in")
    with pytest.raises(ClientError):
        client.disassociate_trial_component(TrialName="trial", TrialComponentName="in")
    assert components(TrialName="trial") == []
    client.delete_trial(TrialName="trial")
    client.delete_trial_component(TrialComponentName="in")
    client.delete_experiment(ExperimentName="exp")


def test_parameters_of_a_component_are_merged_and_removed(client: Any) -> None:
    client.create_trial_component(
        TrialComponentName="params",
        Parameters={"a": {"StringValue": "x"}, "b": {"NumberValue": 1.0}},
    )
    client.update_trial_component(
        TrialComponentName="params",
        Parameters={"a": {"NumberValue": 2.0}, "c": {"StringValue": "y"}},
        ParametersToRemove=["b"],
    )
    found = client.describe_trial_component(TrialComponentName="params")
    assert found["Parameters"] == {"a": {"NumberValue": 2.0}, "c": {"StringValue": "y"}}


def test_associations_join_entities(client: Any) -> None:
    source = client.create_artifact(
        ArtifactName="data", Source={"SourceUri": "s3://b/k"}, ArtifactType="DataSet"
    )["ArtifactArn"]
    target = client.create_action(
        ActionName="train", Source={"SourceUri": "s3://b/j"}, ActionType="Training"
    )["ActionArn"]
    client.add_association(SourceArn=source, DestinationArn=target, AssociationType="ContributedTo")
    (found,) = client.list_associations(SourceArn=source)["AssociationSummaries"]
    assert (found["SourceType"], found["DestinationName"]) == ("DataSet", "train")
    assert client.list_associations(SourceArn=target)["AssociationSummaries"] == []
    listed = client.list_artifacts(SourceUri="s3://b/k")["ArtifactSummaries"]
    assert [one["ArtifactArn"] for one in listed] == [source]
    with pytest.raises(ClientError):
        client.add_association(SourceArn=source, DestinationArn=target)
    with pytest.raises(ClientError):
        client.add_association(SourceArn=source, DestinationArn=target[:-1] + "x")
    client.delete_association(SourceArn=source, DestinationArn=target)
    with pytest.raises(ClientError):
        client.delete_association(SourceArn=source, DestinationArn=target)
    client.delete_artifact(Source={"SourceUri": "s3://b/k"})
    with pytest.raises(ClientError):
        client.describe_artifact(ArtifactArn=source)


def test_properties_are_replaced_or_removed(client: Any) -> None:
    client.create_context(
        ContextName="ctx",
        Source={"SourceUri": "s"},
        ContextType="T",
        Properties={"a": "1", "b": "2"},
    )
    client.update_context(ContextName="ctx", PropertiesToRemove=["a"])
    assert client.describe_context(ContextName="ctx")["Properties"] == {"b": "2"}
    client.update_context(ContextName="ctx", Properties={"c": "3"})
    assert client.describe_context(ContextName="ctx")["Properties"] == {"c": "3"}


def test_tags_are_set_read_and_taken_away(client: Any) -> None:
    arn = client.create_hub(
        HubName="tagged", HubDescription="d", Tags=[{"Key": "team", "Value": "a"}]
    )["HubArn"]

    def tags() -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in client.list_tags(ResourceArn=arn)["Tags"]}

    assert tags() == {"team": "a"}
    modified = client.describe_hub(HubName="tagged")["LastModifiedTime"]
    client.add_tags(
        ResourceArn=arn, Tags=[{"Key": "team", "Value": "b"}, {"Key": "größe", "Value": "x y"}]
    )
    assert tags() == {"team": "b", "größe": "x y"}
    client.delete_tags(ResourceArn=arn, TagKeys=["team", "absent"])
    assert tags() == {"größe": "x y"}
    assert client.describe_hub(HubName="tagged")["LastModifiedTime"] == modified
    assert "Tags" not in client.describe_hub(HubName="tagged")
    with pytest.raises(ClientError) as error:
        client.add_tags(ResourceArn=arn, Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)])
    assert error.value.response["Error"]["Code"] == "ResourceLimitExceeded"
    assert tags() == {"größe": "x y"}
    with pytest.raises(ClientError):
        client.list_tags(ResourceArn=arn + "x")
    client.delete_hub(HubName="tagged")
    client.create_hub(HubName="tagged", HubDescription="d")
    assert tags() == {}


@pytest.fixture(scope="module")
def searched(running_engine: RunningEngine) -> Any:
    """A client of a region with twenty training jobs."""
    for n in range(20):
        running_engine.put(
            "TrainingJob",
            {
                "TrainingJobName": f"job-{n:02}",
                "TrainingJobArn": f"arn:aws:sagemaker:eu-central-1:000000000000:training-job/{n}",
                "TrainingJobStatus": "Completed" if n % 2 else "Failed",
                "CreationTime": START + n,
                "LastModifiedTime": START + n,
                "HyperParameters": {"max.depth": str(n)},
                "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": n},
                "FinalMetricDataList": [{"MetricName": "auc", "Value": n / 20, "Timestamp": START}],
                "InputDataConfig": [{"ChannelName": "train"}, {"ChannelName": f"c{n}"}],
                **({"FailureReason": "no reason"} if n == 4 else {}),
                "_tags": {"owner": "me" if n < 3 else "you"},
            },
            "eu-central-1",
        )
    return running_engine.client("sagemaker", "eu-central-1")


def search(client: Any, *filters: dict[str, str], **more: Any) -> list[int]:
    answer = client.search(
        Resource="TrainingJob",
        SearchExpression={**({"Filters": list(filters)} if filters else {}), **more},
        SortBy="CreationTime",
        SortOrder="Ascending",
        MaxResults=100,
    )
    assert answer["TotalHits"]["Value"] == len(answer["Results"])
    return [int(one["TrainingJob"]["TrainingJobName"][4:]) for one in answer["Results"]]


def where(name: str, operator: str, value: str | None = None) -> dict[str, str]:
    given = {"Name": name, "Operator": operator}
    return given if value is None else {**given, "Value": value}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([where("TrainingJobName", "Equals", "job-07")], [7]),
        ([where("TrainingJobName", "Contains", "B-1")], list(range(10, 20))),
        ([where("TrainingJobStatus", "NotEquals", "Failed")], list(range(1, 20, 2))),
        ([where("ResourceConfig.InstanceCount", "GreaterThan", "17")], [18, 19]),
        ([where("ResourceConfig.InstanceCount", "LessThanOrEqualTo", "1")], [0, 1]),
        ([where("CreationTime", "GreaterThanOrEqualTo", "2023-11-14T22:13:37Z")], [17, 18, 19]),
        ([where("FailureReason", "Exists")], [4]),
        ([where("FailureReason", "NotExists")], [n for n in range(20) if n != 4]),
        ([where("Tags.owner", "Equals", "me")], [0, 1, 2]),
        ([where("HyperParameters.max.depth", "In", "3,5")], [3, 5]),
        ([where("InputDataConfig.ChannelName", "Equals", "c9")], [9]),
        ([where("Nothing.Here", "Equals", "x")], []),
        (
            [where("Tags.owner", "Equals", "me"), where("TrainingJobStatus", "Equals", "Failed")],
            [0, 2],
        ),
        ([], list(range(20))),
    ],
)
def test_search_reads_its_filters(
    searched: Any, filters: list[dict[str, str]], found: list[int]
) -> None:
    assert search(searched, *filters) == found


def test_search_combines_expressions(searched: Any) -> None:
    first, second = where("TrainingJobName", "Equals", "job-01"), where("FailureReason", "Exists")
    assert search(searched, first, second, Operator="Or") == [1, 4]
    assert search(searched, first, second, Operator="And") == []
    sub = {"SubExpressions": [{"Filters": [first]}, {"Filters": [second]}], "Operator": "Or"}
    assert search(searched, **sub) == [1, 4]
    nested = {
        "NestedFilters": [
            {
                "NestedPropertyName": "InputDataConfig",
                "Filters": [where("InputDataConfig.ChannelName", "Equals", "c3")],
            }
        ]
    }
    assert search(searched, **nested) == [3]


def test_search_pages_full_records(searched: Any) -> None:
    found, token = [], None
    while True:
        more: dict[str, str] = {"NextToken": token} if token else {}
        page = searched.search(Resource="TrainingJob", MaxResults=7, **more)
        found += [one["TrainingJob"] for one in page["Results"]]
        token = page.get("NextToken")
        if token is None:
            break
        with pytest.raises(ClientError):
            searched.search(Resource="Endpoint", MaxResults=7, NextToken=token)
    assert [one["TrainingJobName"] for one in found] == [f"job-{n:02}" for n in range(19, -1, -1)]
    assert found[0]["ResourceConfig"]["InstanceType"] == "ml.m5.large"
    assert found[0]["Tags"] == [{"Key": "owner", "Value": "you"}]
    assert found[0]["InputDataConfig"]


def test_search_answers_every_resource_type(searched: Any) -> None:
    enum = searched.meta.service_model.operation_model("Search").input_shape.members["Resource"]
    for resource in enum.enum:
        answer = searched.search(Resource=resource)
        assert bool(answer["Results"]) is (resource == "TrainingJob")


def test_a_model_is_found_as_the_dashboard_shows_it(engine: RunningEngine) -> None:
    client = engine.client("sagemaker", "sa-east-1")
    client.create_model(ModelName="seen", PrimaryContainer={"Image": "image"})
    (found,) = client.search(Resource="Model")["Results"]
    assert found["Model"]["Model"]["ModelName"] == "seen"
