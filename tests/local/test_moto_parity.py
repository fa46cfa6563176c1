"""moto, written by others, is asked the same: where it answers otherwise, the table says why.

Agreement with moto proves agreement with moto, not with AWS; a difference is worth a reason.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from jupyter_smext.local import nouns
from jupyter_smext.local.contract import service_model
from tests.local import beside_moto
from tests.local.beside_moto import Outcome
from tests.local.minimal import value
from tests.local_engine import RunningEngine

MODEL = service_model("sagemaker")
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
LISTED_BY = {noun: operation for operation, noun in nouns.list_operations().items()}

#: Members that moto's code reads although AWS's model leaves them optional.
MORE: dict[str, dict[str, Any]] = {
    "EndpointConfig": {
        "ProductionVariants": [
            {
                "VariantName": "v",
                "ModelName": "base",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ]
    },
    "FeatureGroup": {
        "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://bucket/key"}},
        "RoleArn": ROLE,
    },
    "Model": {"PrimaryContainer": {"Image": "image"}, "ExecutionRoleArn": ROLE},
    "ModelExplainabilityJobDefinition": {
        "ModelExplainabilityBaselineConfig": {},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    },
    "ModelPackage": {"ModelPackageName": "test-1", "ModelPackageDescription": "words"},
    "ModelQualityJobDefinition": {"StoppingCondition": {"MaxRuntimeInSeconds": 60}},
    "Pipeline": {"PipelineDefinition": "{}"},
    "Trial": {"ExperimentName": "base"},
}

KINDS = [
    "DataQualityJobDefinition",
    "EndpointConfig",
    "Experiment",
    "FeatureGroup",
    "Model",
    "ModelBiasJobDefinition",
    "ModelCard",
    "ModelPackage",
    "ModelPackageGroup",
    "NotebookInstanceLifecycleConfig",
    "Pipeline",
    "Trial",
    "TrialComponent",
]
#: Of these moto knows only what is not there.
ABSENT = [
    "CompilationJob",
    "Endpoint",
    "HyperParameterTuningJob",
    "NotebookInstance",
    "ProcessingJob",
    "TrainingJob",
    "TransformJob",
]

_DUPLICATE = "moto overwrites; AWS says the name is taken (errors.py)"
_ARN = "AWS's model answers the ARN of what was deleted; moto nothing"
_EXPERIMENTS = "the models list ResourceNotFound; moto sends ValidationException without a source"
_CRASH = "moto fails with KeyError"
_MISSING = "moto has no such operation"

DIFFERENT: dict[tuple[str, str], str] = {
    ("DataQualityJobDefinition", "create again"): _DUPLICATE,
    ("EndpointConfig", "create again"): _DUPLICATE,
    ("Experiment", "create again"): _DUPLICATE,
    ("Experiment", "delete"): _ARN,
    ("Experiment", "delete missing"): _EXPERIMENTS,
    ("Experiment", "describe missing"): _CRASH,
    ("FeatureGroup", "delete"): _MISSING,
    ("FeatureGroup", "delete missing"): _MISSING,
    ("FeatureGroup", "describe"): "the engine says that no offline store runs, and when it changed",
    ("FeatureGroup", "describe missing"): _CRASH,
    ("FeatureGroup", "list"): _MISSING,
    ("Model", "create again"): _DUPLICATE,
    ("ModelBiasJobDefinition", "create again"): _DUPLICATE,
    ("ModelPackage", "create again"): _DUPLICATE,
    ("ModelPackage", "delete"): _MISSING,
    ("ModelPackage", "delete missing"): _MISSING,
    ("ModelPackage", "describe"): "moto adds CertifyForMarketplace, and knows no time of change",
    ("ModelPackageGroup", "create again"): _DUPLICATE,
    ("ModelPackageGroup", "delete"): _MISSING,
    ("ModelPackageGroup", "delete missing"): _MISSING,
    ("NotebookInstanceLifecycleConfig", "list"): _MISSING,
    ("Pipeline", "delete missing"): _EXPERIMENTS,
    ("Pipeline", "describe"): "moto invents the users, and a display name out of the name",
    ("Pipeline", "describe missing"): _EXPERIMENTS,
    ("Trial", "create again"): _DUPLICATE,
    ("Trial", "delete"): _ARN,
    ("Trial", "delete missing"): _EXPERIMENTS,
    ("Trial", "describe missing"): _EXPERIMENTS,
    ("TrialComponent", "create again"): _DUPLICATE,
    ("TrialComponent", "delete"): _ARN,
    ("TrialComponent", "delete missing"): _EXPERIMENTS,
    ("TrialComponent", "describe"): "moto invents a display name and the users",
    ("TrialComponent", "describe missing"): _EXPERIMENTS,
}


def ask(client: Any, operation: str, parameters: dict[str, Any]) -> Outcome:
    """What came back, without the values: the members that are set, or the code and the status."""
    try:
        answer = getattr(client, xform_name(operation))(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return ("error", error.response["Error"]["Code"], status)
    except (KeyError, NotImplementedError) as crash:
        return ("crash", type(crash).__name__)
    del answer["ResponseMetadata"]
    # moto sends members that were never given as null; AWS leaves them out.
    return ("ok", sorted(name for name, found in answer.items() if found not in (None, [], {}, "")))


def request(operation: str, noun: str, **more: Any) -> dict[str, Any]:
    shape = MODEL.operation_model(operation).input_shape
    parameters: dict[str, Any] = {**value(shape), **more}
    label = nouns.find(noun).label
    if label in parameters and label not in nouns.parents(noun) and label not in more:
        parameters[label] = "test-1"
    return parameters


def missing(client: Any, noun: str) -> dict[str, Outcome]:
    """The calls about a record that is not there."""
    identity = nouns.find(noun).identity[0]
    steps = {
        "describe missing": ask(client, f"Describe{noun}", {identity: "nowhere"}),
    }
    if noun in KINDS or noun == "Endpoint":
        operation = f"Delete{noun}"
        steps["delete missing"] = ask(
            client, operation, request(operation, noun, **{identity: "nowhere"})
        )
    return steps


def life(client: Any, noun: str) -> dict[str, Outcome]:
    """Every call that both have, in the order of a record's life."""
    made = request(f"Create{noun}", noun, **MORE.get(noun, {}))
    identity = {member: made[member] for member in nouns.find(noun).identity if member in made}
    delete = request(f"Delete{noun}", noun, **identity)
    return {
        "create": ask(client, f"Create{noun}", made),
        "create again": ask(client, f"Create{noun}", made),
        "describe": ask(client, f"Describe{noun}", identity),
        "list": ask(client, LISTED_BY[noun], {}),
        "delete": ask(client, f"Delete{noun}", delete),
    }


def all_of(client: Any) -> dict[tuple[str, str], Outcome]:
    ask(client, "CreateModel", {"ModelName": "base", **MORE["Model"]})
    ask(client, "CreateExperiment", {"ExperimentName": "base"})
    found = {}
    for noun in KINDS:
        for step, outcome in {**life(client, noun), **missing(client, noun)}.items():
            found[noun, step] = outcome
    for noun in ABSENT:
        for step, outcome in missing(client, noun).items():
            found[noun, step] = outcome
    return found


@pytest.fixture(scope="module")
def of_moto() -> dict[tuple[str, str], Outcome]:
    """moto's answers; its patches of botocore are gone again when the engine is asked."""
    with mock_aws():
        return all_of(beside_moto.client("sagemaker"))


@pytest.fixture(scope="module")
def of_engine(running_engine: RunningEngine) -> dict[tuple[str, str], Outcome]:
    return all_of(running_engine.client("sagemaker"))


def test_differences_from_moto_are_the_known_ones(
    of_moto: dict[tuple[str, str], Outcome], of_engine: dict[tuple[str, str], Outcome]
) -> None:
    beside_moto.compare(of_moto, of_engine, DIFFERENT, alike=60)
