"""Row ids: made from AWS's answers, and read back as AWS's parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_smext.kinds import (
    BadId,
    Kind,
    chains,
    is_running,
    kind,
    kinds,
    model,
    name_of,
    parameters_of,
    parent_id,
    row_id,
    status_of,
)

PACKAGE = {
    "ModelPackageGroupName": "churn",
    "ModelPackageVersion": 3,
    "ModelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/churn/3",
}
EXECUTION = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abc123"


def test_single_and_several_parts() -> None:
    assert row_id(kind("endpoint"), {"EndpointName": "chat"}) == "chat"
    user = {"DomainId": "d-1", "UserProfileName": "ann"}
    assert row_id(kind("user-profile"), user) == "d-1,ann"
    assert parameters_of(kind("user-profile"), "d-1,ann") == user


def test_optional_parts_are_empty() -> None:
    app = {"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "AppName": "default"}
    id = row_id(kind("app"), app)
    assert id == "d-1,,s,JupyterLab,default"
    assert parameters_of(kind("app"), id) == app


def test_a_model_package_is_known_by_its_arn() -> None:
    package = kind("model-package")
    id = row_id(package, PACKAGE)
    assert "/" not in id and ":" not in id
    assert parameters_of(package, id) == {"ModelPackageName": PACKAGE["ModelPackageArn"]}
    assert parameters_of(package, id, "UpdateModelPackage") == {
        "ModelPackageArn": PACKAGE["ModelPackageArn"]
    }
    assert parent_id(package, PACKAGE) == "churn"
    assert name_of(package, PACKAGE) == "churn/3"
    alone = {"ModelPackageName": "own", "ModelPackageArn": "arn:aws:x:y:z:model-package/own"}
    assert parent_id(package, alone) is None
    assert name_of(package, alone) == "own"


def test_a_definition_is_known_by_either_member() -> None:
    definition = kind("data-quality-job-definition")
    assert row_id(definition, {"MonitoringJobDefinitionName": "q"}) == "q"
    assert row_id(definition, {"JobDefinitionName": "q"}) == "q"
    assert parameters_of(definition, "q") == {"JobDefinitionName": "q"}


def test_children_are_listed_by_their_parent() -> None:
    content = kind("hub-content")
    asked = chains(content, "my-hub")
    assert {chain["HubName"] for chain in asked} == {"my-hub"}
    types = model.enum_of(model.input_members("ListHubContents")["HubContentType"])
    assert [chain["HubContentType"] for chain in asked] == list(types)
    item = {"HubContentType": "Model", "HubContentName": "m", "HubContentVersion": "1.0.0"}
    assert row_id(content, item, asked[0]) == "my-hub,Model,m,1.0.0"
    assert parent_id(content, item, asked[0]) == "my-hub"
    assert chains(kind("pipeline-execution"), "churn") == ({"PipelineName": "churn"},)
    assert chains(kind("trial"), "exp") == ({"ExperimentName": "exp"},)
    assert chains(kind("inference-component"), "chat") == ({"EndpointNameEquals": "chat"},)
    assert chains(kind("endpoint")) == ({},)
    with pytest.raises(BadId, match="Endpoints have no parent"):
        chains(kind("endpoint"), "x")


def test_an_app_is_named_by_whose_it_is_where_its_own_name_says_nothing() -> None:
    app = {"DomainId": "d-1", "SpaceName": "team", "AppType": "JupyterLab", "AppName": "default"}
    assert name_of(kind("app"), app) == "team · JupyterLab"
    server = {"DomainId": "d-1", "UserProfileName": "ann", "AppType": "JupyterServer"}
    assert name_of(kind("app"), {**server, "AppName": "default"}) == "ann · JupyterServer"
    assert name_of(kind("app"), {**server, "AppName": "kernels-of-ann"}) == "kernels-of-ann"


def test_an_execution_is_named_by_the_end_of_its_arn() -> None:
    execution = kind("pipeline-execution")
    assert name_of(execution, {"PipelineExecutionArn": EXECUTION}) == "abc123"


def test_required_values_must_be_there() -> None:
    with pytest.raises(BadId, match="without its EndpointName"):
        row_id(kind("endpoint"), {})
    with pytest.raises(BadId, match="without its HubName"):
        row_id(kind("hub-content"), {"HubContentType": "Model", "HubContentName": "m"})


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("", "EndpointName is empty"),
        ("a,b", "has 1 parts"),
        ("%ff", "not text in UTF-8"),
        ("a%00b", "control characters"),
        ("x" * 1_000_000, "1,000,000 characters"),
        ("x" * 64, "AWS allows 63"),
    ],
)
def test_malformed_ids(id: str, why: str) -> None:
    with pytest.raises(BadId, match=why):
        parameters_of(kind("endpoint"), id)


@pytest.mark.parametrize("declared", kinds().values(), ids=lambda declared: declared.noun)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_ids_survive_the_way_there_and_back(declared: Kind, data: Any) -> None:
    """Whatever the names hold, commas and slashes too."""
    text = st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=10
    )
    given_ = {name: data.draw(text) for name in declared.identity}
    item = {declared.members.get(name, name): value for name, value in given_.items()}
    assert parameters_of(declared, row_id(declared, item)) == given_


def test_status_and_running() -> None:
    endpoint, server, app = kind("endpoint"), kind("mlflow-tracking-server"), kind("app")
    assert status_of(kind("trial-component"), {"Status": {"PrimaryStatus": "Failed"}}) == "Failed"
    assert status_of(kind("model"), {"ModelName": "m"}) == ""
    assert is_running(endpoint, {"EndpointStatus": "InService"})
    assert not is_running(endpoint, {"EndpointStatus": "Failed"})
    assert not is_running(endpoint, {})
    assert is_running(server, {"TrackingServerStatus": "Created", "IsActive": "Active"})
    assert not is_running(server, {"TrackingServerStatus": "Created", "IsActive": "Inactive"})
    lab = {"Status": "InService", "ResourceSpec": {"InstanceType": "ml.t3.medium"}}
    assert is_running(app, lab)
    assert not is_running(app, {**lab, "ResourceSpec": {"InstanceType": "system"}})
