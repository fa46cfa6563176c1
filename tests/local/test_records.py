"""Every record kind is created, described, listed, updated and deleted by its model alone."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from jupyter_smext.local import nouns
from jupyter_smext.local.contract import service_model
from jupyter_smext.local.nouns import find
from jupyter_smext.local.runners import RUNNERS
from tests.local.minimal import faults_of, value
from tests.local_engine import RunningEngine

MODEL = service_model("sagemaker")
CREATED = sorted(n for n in nouns.all_nouns() if f"Create{n}" in MODEL.operation_names)
RUN = {noun for runner in RUNNERS for noun in runner.nouns}
RECORDS = [noun for noun in CREATED if not find(noun).computes]
COMPUTED = [noun for noun in CREATED if find(noun).computes and noun not in RUN]
LISTED_BY = {noun: operation for operation, noun in nouns.list_operations().items()}

#: Where AWS itself does not keep to its model.
UNTOLD = (
    # Required by the model, and absent in AWS's own last page.
    "DescribeFeatureGroup.NextToken is missing",
    # The model's pattern is IAM's; AWS's "Actions, resources, and condition keys" says sagemaker,
    # and terraform-provider-aws tests for that.
    "DescribeDeviceFleet.DeviceFleetArn is arn:aws:sagemaker:",
    "ListDeviceFleets.DeviceFleetSummaries[].DeviceFleetArn is arn:aws:sagemaker:",
)


def call(client: Any, operation: str, **parameters: Any) -> dict[str, Any]:
    """The answer to one call, held against all that the model says of it."""
    answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
    shape = MODEL.operation_model(operation).output_shape
    if shape is not None:
        told = {name: found for name, found in answer.items() if name != "ResponseMetadata"}
        faults = faults_of(shape, told, operation)
        assert [fault for fault in faults if not fault.startswith(UNTOLD)] == []
    return answer


def request(client: Any, noun: str, name: str) -> dict[str, Any]:
    """A minimal Create request with a name of its own, its parents created."""
    parameters: dict[str, Any] = value(MODEL.operation_model(f"Create{noun}").input_shape)
    label = find(noun).label
    if label in parameters and label not in nouns.parents(noun):
        parameters[label] = name
    for member, parent in nouns.parents(noun).items():
        if member in parameters:
            parameters[member] = create(client, parent, f"{name}-parent")[member]
    if noun == "Model":
        parameters["PrimaryContainer"] = {"Image": "image"}
    if noun.endswith("JobDefinition"):
        watched = {"EndpointName": "e", "LocalPath": "/opt/ml/processing/input"}
        parameters[f"{noun.removesuffix('Definition')}Input"]["EndpointInput"] = watched
    if noun == "ModelPackage":
        parameters["ModelPackageName"] = name
    if noun == "Pipeline":
        parameters["PipelineDefinition"] = "{}"
    if noun == "AIWorkloadConfig":
        parameters["AIWorkloadConfigs"] = {"WorkloadSpec": {"Inline": "{}"}}
    if noun == "EndpointConfig":
        model = create(client, "Model", f"{name}-model")["ModelName"]
        parameters["ProductionVariants"][0]["ModelName"] = model
    return parameters


def create(client: Any, noun: str, name: str) -> dict[str, Any]:
    """Create one; its parameters and its answer together."""
    parameters = request(client, noun, name)
    return {**parameters, **call(client, f"Create{noun}", **parameters)}


def identify(noun: str, made: dict[str, Any]) -> dict[str, Any]:
    """What Describe and Delete ask for."""
    members = MODEL.operation_model(f"Describe{noun}").input_shape.required_members
    return {member: made[member] for member in members}


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize("noun", RECORDS)
def test_a_record_lives_and_goes(engine: RunningEngine, noun: str) -> None:
    client = engine.client("sagemaker")
    made = create(client, noun, f"life-{noun.lower()}")
    identity = identify(noun, made)
    described = call(client, f"Describe{noun}", **identity)
    facts = described.get(find(noun).envelope or "", described)
    members = nouns.described(noun)
    for name in identity:
        if name in members:
            assert facts[name] == made[name]
    arn = facts.get(find(noun).arn_member) or made.get(find(noun).arn_member)
    if arn:
        assert arn.startswith("arn:aws:sagemaker:us-east-1:000000000000:")
    listing = LISTED_BY.get(noun)
    if listing:
        assert arn_listed(client, listing, made, arn)
    call(client, f"Delete{noun}", **delete_request(noun, identity))
    with pytest.raises(ClientError) as error:
        call(client, f"Describe{noun}", **identity)
    assert code(error) in ("ResourceNotFound", "ValidationException")
    if listing:
        assert not arn_listed(client, listing, made, arn)


def delete_request(noun: str, identity: dict[str, Any]) -> dict[str, Any]:
    members = MODEL.operation_model(f"Delete{noun}").input_shape
    extra = {
        name: value(members.members[name])
        for name in members.required_members
        if name not in identity
    }
    return {**identity, **extra}


def arn_listed(client: Any, operation: str, made: dict[str, Any], arn: str | None) -> bool:
    shape = MODEL.operation_model(operation)
    parameters = {name: made[name] for name in shape.input_shape.required_members}
    found: list[Any] = []
    while True:
        page = call(client, operation, **parameters)
        found += next(v for v in page.values() if isinstance(v, list))
        if "NextToken" not in page:
            break
        parameters["NextToken"] = page["NextToken"]
    names = {str(v) for one in found for v in (one.values() if isinstance(one, dict) else [one])}
    label = find(nouns.list_operations()[operation]).label
    return arn in names or str(made.get(label)) in names


@pytest.mark.parametrize("noun", RECORDS)
def test_a_name_is_taken_once(engine: RunningEngine, noun: str) -> None:
    generated = {"Artifact": "its id is made", "ImageVersion": "its number is made"}
    client = engine.client("sagemaker")
    made = create(client, noun, f"twice-{noun.lower()}")
    parameters = {k: v for k, v in made.items() if k in create_members(noun)}
    if noun in generated:
        call(client, f"Create{noun}", **parameters)
        return
    with pytest.raises(ClientError) as error:
        call(client, f"Create{noun}", **parameters)
    assert code(error) in ("ResourceInUse", "ValidationException", "ConflictException")
    assert "lready exist" in str(error.value) or "duplicate" in str(error.value)


def create_members(noun: str) -> set[str]:
    return set(MODEL.operation_model(f"Create{noun}").input_shape.members)


@pytest.mark.parametrize("noun", COMPUTED)
def test_work_that_needs_aws_is_refused_and_leaves_nothing(
    engine: RunningEngine, noun: str
) -> None:
    client = engine.client("sagemaker")
    parameters = value(MODEL.operation_model(f"Create{noun}").input_shape)
    with pytest.raises(ClientError) as error:
        call(client, f"Create{noun}", **parameters)
    assert code(error) == "UnsupportedOperation"
    assert "needs AWS" in str(error.value)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert engine.store.all(noun) == []


UPDATED = [noun for noun in RECORDS if f"Update{noun}" in MODEL.operation_names]


@pytest.mark.parametrize("noun", UPDATED)
def test_an_update_shows_in_describe(engine: RunningEngine, noun: str) -> None:
    client = engine.client("sagemaker")
    made = create(client, noun, f"update-{noun.lower()}")
    identity = identify(noun, made)
    before = call(client, f"Describe{noun}", **identity)
    shape = MODEL.operation_model(f"Update{noun}").input_shape
    asked = {**identity, **made}
    parameters = {
        name: asked.get(name) or value(shape.members[name]) for name in shape.required_members
    }
    for name, text in (
        ("Description", "new words"),
        ("ModelCardStatus", "Archived"),
        ("DisplayName", "New"),
        ("ProjectDescription", "new words"),
        ("HubDisplayName", "New"),
    ):
        if name in shape.members:
            parameters[name] = text
            break
    call(client, f"Update{noun}", **parameters)
    after = call(client, f"Describe{noun}", **identity)
    facts = after.get(find(noun).envelope or "", after)
    for name, new in parameters.items():
        if name in nouns.described(noun) and name in facts:
            assert facts[name] == new or isinstance(new, dict)
    modified = find(noun).modified
    if modified:
        assert facts[modified] >= before.get(find(noun).envelope or "", before)[modified]


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ("Domain", "UserProfile", "ResourceInUse"),
        ("Domain", "Space", "ResourceInUse"),
        ("Experiment", "Trial", "ValidationException"),
    ],
)
def test_a_parent_stays_while_it_has_children(
    engine: RunningEngine, parent: str, child: str, expected: str
) -> None:
    client = engine.client("sagemaker")
    made = create(client, child, f"held-{child.lower()}")
    owner = {
        member: made[member] for member, noun in nouns.parents(child).items() if noun == parent
    }
    with pytest.raises(ClientError) as error:
        call(client, f"Delete{parent}", **owner)
    assert code(error) == expected
    assert child in str(error.value)
    call(client, f"Describe{parent}", **owner)
    call(client, f"Delete{child}", **delete_request(child, identify(child, made)))
    call(client, f"Delete{parent}", **owner)


def test_a_child_needs_its_parent(engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    with pytest.raises(ClientError) as error:
        client.create_trial(TrialName="orphan", ExperimentName="nowhere")
    assert code(error) == "ResourceNotFound"
    with pytest.raises(ClientError) as error:
        client.create_endpoint_config(
            EndpointConfigName="c", ProductionVariants=[{"VariantName": "v", "ModelName": "nope"}]
        )
    assert "Could not find model" in str(error.value)
    assert client.list_trials(ExperimentName="nowhere")["TrialSummaries"] == []


def test_records_are_found_by_arn_where_aws_allows(engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    arn = client.create_hub(HubName="by-arn", HubDescription="d")["HubArn"]
    assert client.describe_hub(HubName=arn)["HubName"] == "by-arn"


def test_regions_are_apart(engine: RunningEngine) -> None:
    engine.client("sagemaker", "eu-west-1").create_hub(HubName="far", HubDescription="d")
    assert (
        "eu-west-1" in engine.client("sagemaker", "eu-west-1").describe_hub(HubName="far")["HubArn"]
    )
    with pytest.raises(ClientError):
        engine.client("sagemaker").describe_hub(HubName="far")


def test_every_operation_of_the_model_is_answered_or_refused_by_name(
    engine: RunningEngine,
) -> None:
    """No operation ends in the engine's own failure, whatever minimal request it gets."""
    client = engine.client("sagemaker", "us-west-2")
    for name in MODEL.operation_names:
        if name.removeprefix("Create") in RUN:
            continue  # would start processes: its runner's own tests do that
        shape = MODEL.operation_model(name).input_shape
        parameters = value(shape) if shape is not None else {}
        try:
            call(client, name, **parameters)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            assert 400 <= status < 500, f"{name}: {error}"
            assert error.response["ResponseMetadata"]["RequestId"]


def test_what_only_aws_begins_is_refused_in_words(engine: RunningEngine) -> None:
    with pytest.raises(ClientError, match="PipelineExecution needs AWS"):
        engine.client("sagemaker").start_pipeline_execution(PipelineName="any")
