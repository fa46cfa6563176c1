"""The better of the demo's models, in the model registry, approved."""

from __future__ import annotations

import json

from . import training
from .stage import GROUP, TAGS, Stage, found

_APPROVED = "Approved"


def register(stage: Stage) -> str:
    """A group, and a version made from the better job's artifact; that version is kept if known."""
    client = stage.sagemaker
    job = training.better(stage)
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    accuracy = training.accuracy_of(job)
    if found(client.describe_model_package_group, ModelPackageGroupName=GROUP) is None:
        client.create_model_package_group(
            ModelPackageGroupName=GROUP,
            ModelPackageGroupDescription="Tells handwritten digits apart (made by the demo)",
            Tags=TAGS,
        )
    arn = _version_of(stage, artifact)
    kept = arn is not None
    if arn is None:
        container = {
            "Image": training.IMAGE.format(region=stage.region),
            "ModelDataUrl": artifact,
            "Environment": training.environment(stage),
        }
        arn = client.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelPackageDescription=f"From {job['TrainingJobName']}",
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv", "application/json"],
                "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
            },
            ModelMetrics={"ModelQuality": {"Statistics": _statistics(stage, job, accuracy)}},
        )["ModelPackageArn"]
    client.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus=_APPROVED,
        ApprovalDescription=f"Validation accuracy {accuracy:.3f}, the better of two jobs",
    )
    stage.found["package"] = arn
    version = arn.rpartition("/")[2]
    how = "kept" if kept else f"made from {job['TrainingJobName']} and approved"
    return f"{GROUP} version {version}: {how}."


def _version_of(stage: Stage, artifact: str) -> str | None:
    """The ARN of the group's version with that artifact."""
    pages = stage.sagemaker.get_paginator("list_model_packages")
    for page in pages.paginate(ModelPackageGroupName=GROUP):
        for summary in page["ModelPackageSummaryList"]:
            arn = str(summary["ModelPackageArn"])
            package = stage.sagemaker.describe_model_package(ModelPackageName=arn)
            containers = package["InferenceSpecification"]["Containers"]
            if containers[0].get("ModelDataUrl") == artifact:
                return arn
    return None


def _statistics(stage: Stage, job: dict[str, object], accuracy: float) -> dict[str, str]:
    """What the job measured, as a file in S3 in the form of SageMaker's model quality reports."""
    key = f"models/{job['TrainingJobName']}/statistics.json"
    quality = {"multiclass_classification_metrics": {"accuracy": {"value": accuracy}}}
    stage.s3.put_object(Bucket=stage.bucket, Key=key, Body=json.dumps(quality).encode())
    return {"ContentType": "application/json", "S3Uri": f"s3://{stage.bucket}/{key}"}
