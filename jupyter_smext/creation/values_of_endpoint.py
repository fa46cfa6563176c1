"""The values of an endpoint's form that say the same as the configuration of one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol import LayoutValues
from .endpoint_values import VARIANT

_START = {
    "download_timeout": "ModelDataDownloadTimeoutInSeconds",
    "startup_timeout": "ContainerStartupHealthCheckTimeoutInSeconds",
    "volume": "VolumeSizeInGB",
}
_CAPTURED = {
    frozenset({"Input", "Output"}): "both",
    frozenset({"Input"}): "input",
    frozenset({"Output"}): "output",
}


def values_of(endpoint: Mapping[str, Any], config: Mapping[str, Any]) -> LayoutValues:
    """Of parameters of CreateEndpoint, and of the CreateEndpointConfig that made what it names."""
    given = {name: value for name, value in config.items() if name != "EndpointConfigName"}
    tags = given.pop("Tags", ())
    found: dict[str, Any] = {
        "name": endpoint.get("EndpointName", ""),
        "source": "model",
        "tags": {tag["Key"]: tag["Value"] for tag in endpoint.get("Tags", tags)},
    }
    lost = [n for n in endpoint if n not in ("EndpointName", "EndpointConfigName", "Tags")]
    first, *others = (dict(each) for each in given.pop("ProductionVariants", ({},)))
    found["model"] = first.pop("ModelName", "")
    shadows = [dict(each) for each in given.pop("ShadowProductionVariants", ())]
    if "ServerlessConfig" in first:
        found |= _serverless(first)
    else:
        found["mode"] = "async" if "AsyncInferenceConfig" in given else "instances"
        found["variant"] = first.pop("VariantName", VARIANT)
        found["instance_type"] = first.pop("InstanceType", "")
        found["count"] = first.pop("InitialInstanceCount", 1)
        found["weight"] = weight = first.pop("InitialVariantWeight", 1.0)
        found |= {name: first.pop(m) for name, m in _START.items() if m in first}
        found["variants"] = [
            {**_row(each), "weight": each.pop("InitialVariantWeight", 1.0)} for each in others
        ]
        found["shadows"] = [
            {**_row(each), "share": _share(each.pop("InitialVariantWeight", 1.0), weight)}
            for each in shadows
        ]
        if any(not 0 < each["share"] <= 100 for each in found["shadows"]):
            lost.append("ShadowProductionVariants.InitialVariantWeight")
    lost += [f"ProductionVariants.{name}" for each in (first, *others) for name in each]
    lost += [f"ShadowProductionVariants.{name}" for each in shadows for name in each]
    if queue := given.pop("AsyncInferenceConfig", None):
        found |= _queue(dict(queue), lost)
    if capture := given.pop("DataCaptureConfig", None):
        found |= _capture(dict(capture), lost)
    if "KmsKeyId" in given:
        found["kms_key"] = given.pop("KmsKeyId")
    lost += given
    return LayoutValues(None if lost else found, tuple(dict.fromkeys(lost)))


def _row(variant: dict[str, Any]) -> dict[str, Any]:
    """A row of its own for a variant; what is left in the variant has no field."""
    members = {
        "name": "VariantName",
        "model": "ModelName",
        "instance_type": "InstanceType",
        "count": "InitialInstanceCount",
    }
    return {name: variant.pop(member) for name, member in members.items() if member in variant}


def _share(weight: float, of: float) -> float:
    """In percent. A weight is a float of 32 bits at AWS, which has 7 digits."""
    return float(f"{100 * weight / of:.6g}") if of else 0.0


def _serverless(variant: dict[str, Any]) -> dict[str, Any]:
    config = dict(variant.pop("ServerlessConfig"))
    # There is one, so neither its name nor its share is of a meaning.
    variant.pop("VariantName", None)
    variant.pop("InitialVariantWeight", None)
    members = {
        "memory": "MemorySizeInMB",
        "concurrency": "MaxConcurrency",
        "provisioned": "ProvisionedConcurrency",
    }
    found = {name: config.pop(m) for name, m in members.items() if m in config}
    variant |= {f"ServerlessConfig.{name}": value for name, value in config.items()}
    return {**found, "mode": "serverless", "memory": str(found.get("memory", ""))}


def _queue(queue: dict[str, Any], lost: list[str]) -> dict[str, Any]:
    output = dict(queue.pop("OutputConfig", {}))
    topics = dict(output.pop("NotificationConfig", {}))
    client = dict(queue.pop("ClientConfig", {}))
    parts = (
        (output, {"output": "S3OutputPath", "failures": "S3FailurePath"}),
        (topics, {"success_topic": "SuccessTopic", "error_topic": "ErrorTopic"}),
        (client, {"at_once": "MaxConcurrentInvocationsPerInstance"}),
    )
    found: dict[str, Any] = {}
    for part, members in parts:
        found |= {name: part.pop(m) for name, m in members.items() if m in part}
    left = {**queue, **output, **topics, **client}
    lost += [f"AsyncInferenceConfig.{name}" for name in left]
    return found


def _capture(capture: dict[str, Any], lost: list[str]) -> dict[str, Any]:
    modes = frozenset(each["CaptureMode"] for each in capture.pop("CaptureOptions", ()))
    found: dict[str, Any] = {"captures": capture.pop("EnableCapture", False)}
    found["capture_what"] = _CAPTURED.get(modes, "both")
    if modes not in _CAPTURED:
        lost.append("DataCaptureConfig.CaptureOptions")
    members = {"capture_share": "InitialSamplingPercentage", "capture_to": "DestinationS3Uri"}
    found |= {name: capture.pop(m) for name, m in members.items() if m in capture}
    lost += [f"DataCaptureConfig.{name}" for name in capture]
    return found
