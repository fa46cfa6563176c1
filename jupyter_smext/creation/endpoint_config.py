"""The configuration that the values of an endpoint's form ask for."""

from __future__ import annotations

from typing import Any

from .endpoint_values import VARIANT, Endpoint, Shadow, Variant
from .offered import tags_of


def config_of(values: Endpoint, name: str, model: str) -> dict[str, Any]:
    """Parameters of CreateEndpointConfig."""
    variants = [_first_variant(values, model)]
    variants += [_variant(each) for each in values.variants]
    found: dict[str, Any] = {"EndpointConfigName": name, "ProductionVariants": variants}
    if values.shadows:
        found["ShadowProductionVariants"] = [_shadow(each, values) for each in values.shadows]
    if values.mode == "async":
        found["AsyncInferenceConfig"] = _async(values)
    elif values.captures:
        modes = {"both": ("Input", "Output"), "input": ("Input",), "output": ("Output",)}
        found["DataCaptureConfig"] = {
            "EnableCapture": True,
            "InitialSamplingPercentage": values.capture_share,
            "DestinationS3Uri": values.capture_to,
            "CaptureOptions": [{"CaptureMode": mode} for mode in modes[values.capture_what]],
        }
    if values.kms_key and values.mode != "serverless":
        found["KmsKeyId"] = values.kms_key
    return {**found, **tags_of(values.tags)}


def _first_variant(values: Endpoint, model: str) -> dict[str, Any]:
    if values.mode == "serverless":
        serverless = {
            "MemorySizeInMB": int(values.memory),
            "MaxConcurrency": values.concurrency,
        }
        if values.provisioned is not None:
            serverless["ProvisionedConcurrency"] = values.provisioned
        return {"VariantName": VARIANT, "ModelName": model, "ServerlessConfig": serverless}
    found = _variant(
        Variant(values.variant, model, values.instance_type, values.count, values.weight)
    )
    more = {
        "VolumeSizeInGB": values.volume,
        "ModelDataDownloadTimeoutInSeconds": values.download_timeout,
        "ContainerStartupHealthCheckTimeoutInSeconds": values.startup_timeout,
    }
    return {**found, **{member: value for member, value in more.items() if value is not None}}


def _variant(given: Variant) -> dict[str, Any]:
    return {
        "VariantName": given.name,
        "ModelName": given.model,
        "InstanceType": given.instance_type,
        "InitialInstanceCount": given.count,
        "InitialVariantWeight": given.weight,
    }


def _shadow(given: Shadow, values: Endpoint) -> dict[str, Any]:
    weight = values.weight * given.share / 100
    return _variant(Variant(given.name, given.model, given.instance_type, given.count, weight))


def _async(values: Endpoint) -> dict[str, Any]:
    output: dict[str, Any] = {"S3OutputPath": values.output}
    if values.failures:
        output["S3FailurePath"] = values.failures
    topics = {"SuccessTopic": values.success_topic, "ErrorTopic": values.error_topic}
    if given := {name: topic for name, topic in topics.items() if topic}:
        output["NotificationConfig"] = given
    found: dict[str, Any] = {"OutputConfig": output}
    if values.at_once is not None:
        found["ClientConfig"] = {"MaxConcurrentInvocationsPerInstance": values.at_once}
    return found
