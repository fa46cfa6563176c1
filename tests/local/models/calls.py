"""The calls that a model's document makes, as anybody with boto3 would write them."""

from __future__ import annotations

import json
from typing import Any

from tests.local.endpoint_models import ROLE, invoke, settled, wait_for
from tests.local_engine import RunningEngine

HUB = {"HubName": "SageMakerPublicHub", "HubContentType": "Model"}


def document(engine: RunningEngine, id: str, region: str = "us-east-1") -> dict[str, Any]:
    """A model's HubContentDocument."""
    found = engine.client("sagemaker", region).describe_hub_content(**HUB, HubContentName=id)
    read: dict[str, Any] = json.loads(found["HubContentDocument"])
    return read


def defaults(declared: list[dict[str, Any]]) -> dict[str, str]:
    """The default of each environment variable or hyperparameter."""
    return {each["Name"]: str(each["Default"]) for each in declared}


def deploy(engine: RunningEngine, name: str, found: dict[str, Any], data: str = "") -> None:
    """CreateModel, CreateEndpointConfig and CreateEndpoint; the endpoint is in service.

    `data` is a job's archive, in place of the document's artifact.
    """
    client = engine.client("sagemaker")
    source = {"S3DataType": "S3Prefix", "CompressionType": "None"}
    source["S3Uri"] = found["HostingPrepackedArtifactUri"]
    where = {"ModelDataUrl": data} if data else {"ModelDataSource": {"S3DataSource": source}}
    client.create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": found["HostingEcrUri"],
            "Environment": defaults(found["InferenceEnvironmentVariables"]),
            **where,
        },
    )
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": found["DefaultInferenceInstanceType"],
        "InitialInstanceCount": 1,
    }
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    settled(engine, name, "InService", 120)


def ended(engine: RunningEngine, job: str) -> dict[str, Any]:
    """What Describe says of a training job that has ended."""
    detail: dict[str, Any] = {}

    def there() -> bool:
        detail.update(engine.client("sagemaker").describe_training_job(TrainingJobName=job))
        return detail["TrainingJobStatus"] not in ("InProgress", "Stopping")

    wait_for(there, 240)
    return detail


def fine_tune(
    engine: RunningEngine, job: str, found: dict[str, Any], data: str, **own: str
) -> dict[str, Any]:
    """CreateTrainingJob from a model's document; what Describe says when it has ended.

    `own` are hyperparameters beside the document's defaults.
    """
    client = engine.client("sagemaker")
    if "out" not in [each.name for each in engine.engine.objects.buckets()]:
        engine.client("s3").create_bucket(Bucket="out")

    def channel(name: str, uri: str) -> dict[str, Any]:
        source = {"S3DataType": "S3Prefix", "S3Uri": uri}
        return {"ChannelName": name, "DataSource": {"S3DataSource": source}}

    client.create_training_job(
        TrainingJobName=job,
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": found["TrainingEcrUri"],
            "TrainingInputMode": "File",
            "MetricDefinitions": found["TrainingMetrics"],
        },
        HyperParameters={
            **defaults(found["Hyperparameters"]),
            "sagemaker_submit_directory": found["TrainingScriptUri"],
            **own,
        },
        InputDataConfig=[
            channel("training", data),
            channel("model", found["TrainingArtifactUri"]),
        ],
        OutputDataConfig={"S3OutputPath": "s3://out/"},
        ResourceConfig={
            "InstanceType": found["DefaultTrainingInstanceType"],
            "InstanceCount": 1,
            "VolumeSizeInGB": 5,
        },
        StoppingCondition={"MaxRuntimeInSeconds": found["MaxRuntimeInSeconds"]},
    )
    return ended(engine, job)


def answer_of(
    engine: RunningEngine,
    name: str,
    body: bytes | str,
    content_type: str = "application/x-image",
    accept: str = "application/json;verbose",
) -> Any:
    """An endpoint's JSON."""
    more = {"Accept": accept} if accept else {}
    answer = invoke(engine, name, body, ContentType=content_type, **more)
    assert answer["ContentType"] == "application/json"
    return json.loads(answer["Body"])
