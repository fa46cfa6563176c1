"""What a resource type takes and gives is compared with CloudFormation's own schemas (cfn-lint)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from jupyter_smext.local.contract import service_model
from jupyter_smext.local.services.cloudformation.types import TYPES
from jupyter_smext.local.services.cloudformation.types.sagemaker import (
    _FOR_UPDATES,
    _NAMED_BY_STACK,
    _REF,
    _RENAMED,
    SAGEMAKER,
    SageMakerType,
)
from tests.local.cloudformation.test_stacks import HOSTING
from tests.local.cloudformation.test_trouble import ENDPOINT, SCALING

#: Properties that Create does not take: what a resource shows, or what only its update knows.
NOT_TAKEN = {
    "DataQualityJobDefinition": {"EndpointName"},
    "ImageVersion": {"Alias"},
    "InferenceComponent": {"DeploymentConfig", "EndpointArn"},
    "InferenceExperiment": {"DesiredState", "StatusReason"},
    "ModelBiasJobDefinition": {"EndpointName"},
    "ModelExplainabilityJobDefinition": {"EndpointName"},
    "ModelPackage": {
        "AdditionalInferenceSpecificationsToAdd",
        "ApprovalDescription",
        "ModelPackageStatusDetails",
        "ModelPackageVersion",
    },
    "ModelPackageGroup": {"ModelPackageGroupPolicy"},
    "ModelQualityJobDefinition": {"EndpointName"},
    "MonitoringSchedule": {
        "EndpointName",
        "FailureReason",
        "LastMonitoringExecutionSummary",
        "MonitoringScheduleStatus",
    },
    "PartnerApp": {"AppVersion"},
}

#: What a type shows on AWS and not here: it would need AWS, or is about what is not here.
NOT_SHOWN: Mapping[str, set[str]] = {
    "Bucket": {"WebsiteURL"},
    "InferenceExperiment": {"EndpointMetadata"},
    "ManagedPolicy": {
        "AttachmentCount",
        "CreateDate",
        "DefaultVersionId",
        "IsAttachable",
        "PermissionsBoundaryUsageCount",
        "UpdateDate",
    },
    "Stack": {"StackId"},
}


def schema(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema
    return found


def member(path: str) -> str:
    return path.removeprefix("/properties/").partition("/")[0]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_one_of_cloudformations(name: str) -> None:
    assert schema(name)["typeName"] == name


@pytest.mark.parametrize("name", SAGEMAKER)
def test_a_sagemaker_type_takes_the_properties_of_its_schema(name: str) -> None:
    noun, described = name.rpartition("::")[2], schema(name)
    shown = {member(path) for path in described.get("readOnlyProperties", ())}
    renamed = _RENAMED.get(noun, {})
    properties = {renamed.get(one, one) for one in described["properties"].keys() - shown}
    properties -= _FOR_UPDATES if noun == "Endpoint" else set()
    given = service_model("sagemaker").operation_model(f"Create{noun}").input_shape.members
    assert properties - given.keys() == NOT_TAKEN.get(noun, set())
    assert f"Delete{noun}" in service_model("sagemaker").operation_names or noun in (
        "InferenceExperiment",
        "ProcessingJob",
    )


@pytest.mark.parametrize("name", SAGEMAKER)
def test_ref_gives_the_primary_identifier(name: str) -> None:
    kind = SAGEMAKER[name]
    assert isinstance(kind, SageMakerType)
    identifier = tuple(member(path) for path in schema(name)["primaryIdentifier"])
    assert _REF.get(kind.name, (kind._arn,)) == identifier


@pytest.mark.parametrize("name", SAGEMAKER)
def test_a_stack_names_what_a_template_may_leave_unnamed(name: str) -> None:
    kind = SAGEMAKER[name]
    assert isinstance(kind, SageMakerType)
    required = schema(name).get("required", ())
    made = service_model("sagemaker").operation_model(f"Create{kind.name}").input_shape
    label = kind.noun.label
    may_be_unnamed = label in made.required_members and label not in required
    assert (kind.name in _NAMED_BY_STACK) == (may_be_unnamed or label == "ModelName")


@pytest.mark.parametrize("name", TYPES)
def test_get_att_gives_what_is_read_only(name: str) -> None:
    shown = {
        path.removeprefix("/properties/")
        for path in schema(name).get("readOnlyProperties", ())
        if "/" not in path.removeprefix("/properties/")
    }
    lacking = {one for one in shown if not TYPES[name].has(one)}
    assert lacking <= NOT_SHOWN.get(name.rpartition("::")[2], set())


@pytest.mark.parametrize("template", [HOSTING, ENDPOINT, SCALING])
def test_what_is_made_here_is_what_cloudformation_takes(template: str) -> None:
    found = lint(template, config=ManualArgs(regions=["us-east-1"]))
    assert [str(one) for one in found] == []
