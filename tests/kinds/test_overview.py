"""What a resource's Overview is made of: facts, relations and the instances it runs on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest

from jupyter_smext.kinds import Kind, facts, groups_of, kind, kinds, related, row_id, written

MADE = datetime(2026, 11, 22, tzinfo=timezone.utc)
ARN = "arn:aws:sagemaker:us-east-1:123456789012"

NOTEBOOK: dict[str, Any] = {
    "NotebookInstanceName": "nb",
    "NotebookInstanceArn": f"{ARN}:notebook-instance/nb",
    "NotebookInstanceStatus": "InService",
    "Url": "nb.notebook.us-east-1.sagemaker.aws",
    "InstanceType": "ml.t3.medium",
    "RoleArn": "arn:aws:iam::123456789012:role/r",
    "CreationTime": MADE,
    "VolumeSizeInGB": 5,
    "NotebookInstanceLifecycleConfigName": "on-start",
    "SecurityGroups": ["sg-1", "sg-2"],
    "Tags": [{"Key": "a", "Value": "b"}],
    "ResponseMetadata": {"RequestId": "r"},
}


def test_facts_lead_with_what_matters() -> None:
    found = [
        (fact.label, fact.value, fact.format) for fact in facts(kind("notebook-instance"), NOTEBOOK)
    ]
    assert found == [
        ("Status", "InService", "text"),
        ("Instance type", "ml.t3.medium", "text"),
        ("Volume size (GB)", 5, "number"),
        ("Created", MADE.timestamp(), "time"),
        ("Role", "arn:aws:iam::123456789012:role/r", "code"),
        ("Lifecycle config name", "on-start", "text"),
        ("Security groups", "sg-1, sg-2", "list"),
    ]


def test_facts_reach_into_structures() -> None:
    answer = {
        "TrainingJobName": "t",
        "TrainingJobStatus": "Completed",
        "AlgorithmSpecification": {"TrainingImage": "1.dkr/image:1"},
        "BillableTimeInSeconds": 42,
        "FinalMetricDataList": [
            {"MetricName": "train:loss", "Value": 0.041234, "Timestamp": MADE},
            {"MetricName": "validation:accuracy", "Value": 0.95, "Timestamp": MADE},
        ],
    }
    found = [(fact.label, fact.value, fact.format) for fact in facts(kind("training-job"), answer)]
    assert found == [
        ("Status", "Completed", "text"),
        ("Final metrics", "train:loss 0.04123, validation:accuracy 0.95", "list"),
        ("Training image", "1.dkr/image:1", "code"),
        ("Billable time", 42, "seconds"),
    ]


def test_a_job_says_what_it_waits_for_and_in_the_end_what_did_the_work() -> None:
    def told(*steps: tuple[str, str, bool]) -> list[Any]:
        transitions = [
            {"Status": status, "StatusMessage": words, **({"EndTime": MADE} if over else {})}
            for status, words, over in steps
        ]
        answer = {"TrainingJobStatus": "x", "SecondaryStatusTransitions": transitions}
        found = {fact.label: fact.value for fact in facts(kind("training-job"), answer)}
        return [found.get("Status message")]

    waits = ("Pending", "Waiting for churn-2", False)
    trained = ("Training", "Training with scikit-learn", True)
    assert told(("Starting", "Starting", True), waits) == ["Waiting for churn-2"]
    assert told(trained, ("Uploading", "Uploading the model", False)) == ["Uploading the model"]
    assert told(trained, ("Completed", "Completed", True)) == ["Training with scikit-learn"]
    assert told(("Failed", "No such image", True)) == ["No such image"]
    assert told() == [None]


def links(id: str, answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(link.role, link.kind, link.id) for link in related(kind(id), answer)]


def test_relations_by_name() -> None:
    assert links("notebook-instance", NOTEBOOK) == [
        (
            "NotebookInstanceLifecycleConfigName",
            "notebook-instance-lifecycle-config",
            "on-start",
        )
    ]
    config = {
        "EndpointConfigName": "c",
        "EndpointConfigArn": f"{ARN}:endpoint-config/c",
        "ProductionVariants": [{"ModelName": "m"}, {"ModelName": "m"}, {"ModelName": "n"}],
    }
    assert links("endpoint-config", config) == [
        ("ModelName", "model", "m"),
        ("ModelName", "model", "n"),
    ]


def test_relations_by_several_parts() -> None:
    app = {
        "AppArn": f"{ARN}:app/d-1/s/jupyterlab/default",
        "DomainId": "d-1",
        "SpaceName": "s",
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    assert links("app", app) == [("DomainId", "domain", "d-1"), ("SpaceName", "space", "d-1,s")]


def test_relations_by_arn() -> None:
    job = {
        "TrainingJobName": "t",
        "TrainingJobArn": f"{ARN}:training-job/t",
        "TuningJobArn": f"{ARN}:hyper-parameter-tuning-job/h",
        "AutoMLJobArn": f"{ARN}:automl-job/a",
        "OutputDataConfig": {"KmsKeyId": "arn:aws:kms:us-east-1:1:key/k"},
    }
    assert links("training-job", job) == [
        ("TuningJobArn", "hyper-parameter-tuning-job", "h"),
        ("AutoMLJobArn", "auto-ml-job", "a"),
    ]
    container = {"ModelPackageName": f"{ARN}:model-package/churn/3"}
    model = {"ModelName": "m", "PrimaryContainer": container}
    [link] = related(kind("model"), model)
    assert (link.kind, link.name) == ("model-package", "churn/3")
    assert link.id == row_id(
        kind("model-package"), {"ModelPackageArn": container["ModelPackageName"]}
    )


def test_relations_of_several_parts_by_arn() -> None:
    answer = {
        "ActionName": "a",
        "Source": {"SourceUri": f"{ARN}:pipeline/churn/execution/abc"},
        "Properties": {
            "who": f"{ARN}:user-profile/d-1/ann",
            "where": f"{ARN}:hub-content/h/Model/m/1.0.0",
            "cluster": f"{ARN}:cluster/k3j4",
            "other": "arn:aws:s3:::bucket/key",
        },
    }
    execution = f"{ARN}:pipeline/churn/execution/abc".replace(":", "%3A").replace("/", "%2F")
    assert links("action", answer) == [
        ("SourceUri", "pipeline-execution", execution),
        ("who", "user-profile", "d-1,ann"),
        ("where", "hub-content", "h,Model,m,1.0.0"),
    ]


def test_a_schedule_leads_to_its_own_kind_of_definition() -> None:
    config = {"MonitoringJobDefinitionName": "q", "MonitoringType": "ModelQuality"}
    schedule = {
        "MonitoringScheduleName": "s",
        "MonitoringScheduleConfig": config,
        "EndpointName": "Chat",
        "EndpointArn": f"{ARN}:endpoint/chat",
    }
    assert links("monitoring-schedule", schedule) == [
        ("EndpointName", "endpoint", "Chat"),
        ("MonitoringJobDefinitionName", "model-quality-job-definition", "q"),
    ]


@pytest.mark.parametrize("declared", kinds().values(), ids=lambda declared: declared.noun)
def test_nothing_is_related_to_itself(declared: Kind) -> None:
    answer = {name: f"x-{index}" for index, name in enumerate(declared.identity)}
    if declared.arn_member and declared.arn_pattern:
        pattern = declared.arn_pattern.replace("([^/]+)", "{}").replace(".+", "y")
        answer[declared.arn_member] = f"{ARN}:{pattern.format(*answer.values())}".replace(
            "[^/]+", "z"
        )
    assert (declared.id, row_id(declared, answer)) not in [
        (link.kind, link.id) for link in related(declared, answer)
    ]


@pytest.mark.parametrize(
    ("id", "answer", "expected"),
    [
        ("notebook-instance", NOTEBOOK, "ml.t3.medium"),
        (
            "training-job",
            {"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2}},
            "2 × ml.m5.xlarge",
        ),
        (
            "training-job",
            {
                "ResourceConfig": {
                    "InstanceGroups": [
                        {"InstanceType": "ml.m5.large", "InstanceCount": 1},
                        {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2},
                    ]
                }
            },
            "ml.m5.large + 2 × ml.g5.xlarge",
        ),
        (
            "hyper-parameter-tuning-job",
            {
                "TrainingJobDefinitions": [
                    {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}}
                ]
            },
            "ml.m5.large",
        ),
        (
            "processing-job",
            {
                "ProcessingResources": {
                    "ClusterConfig": {"InstanceType": "ml.t3.large", "InstanceCount": 1}
                }
            },
            "ml.t3.large",
        ),
        (
            "transform-job",
            {"TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 3}},
            "3 × ml.m5.large",
        ),
        (
            "cluster",
            {"InstanceGroups": [{"InstanceType": "ml.p5.48xlarge", "CurrentCount": 4}]},
            "4 × ml.p5.48xlarge",
        ),
        ("app", {"ResourceSpec": {"InstanceType": "ml.t3.medium"}}, "ml.t3.medium"),
        ("app", {}, None),
        ("training-job", {}, None),
        ("model", {"ModelName": "m"}, None),
    ],
)
def test_instances(id: str, answer: dict[str, Any], expected: str | None) -> None:
    assert written(groups_of(kind(id), answer)) == expected


def test_an_endpoint_asks_its_config() -> None:
    endpoint = {
        "EndpointName": "chat",
        "EndpointConfigName": "c",
        "ProductionVariants": [{"VariantName": "a", "CurrentInstanceCount": 3}],
    }
    config = {
        "ProductionVariants": [
            {"VariantName": "a", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1},
            {"VariantName": "b", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1},
            {"VariantName": "serverless", "ServerlessConfig": {"MemorySizeInMB": 2048}},
        ]
    }
    asked = []

    def describe(id: str, name: str) -> Mapping[str, Any]:
        asked.append((id, name))
        return config

    groups = groups_of(kind("endpoint"), endpoint, describe)
    assert written(groups) == "3 × ml.g5.xlarge + ml.m5.large"
    assert {group.billed_as for group in groups} == {"hosting"}
    assert asked == [("endpoint-config", "c")]
    assert groups_of(kind("endpoint"), endpoint) == (), "no config, no type"
