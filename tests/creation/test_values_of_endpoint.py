"""The form of an endpoint from a configuration that is there, and what it cannot show."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_smext.creation.endpoint_config import config_of
from jupyter_smext.creation.endpoint_values import Endpoint
from jupyter_smext.creation.values import read
from jupyter_smext.creation.values_of_endpoint import values_of

ENDPOINT = {"EndpointName": "shop", "EndpointConfigName": "shop-config"}
VARIANT: dict[str, Any] = {
    "VariantName": "blue",
    "ModelName": "one",
    "InstanceType": "ml.m5.large",
    "InitialInstanceCount": 2,
    "InitialVariantWeight": 1.0,
}
GREEN = {**VARIANT, "VariantName": "green", "InitialVariantWeight": 0.25}
SERVERLESS = {
    "VariantName": "AllTraffic",
    "ModelName": "one",
    "ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 7, "ProvisionedConcurrency": 2},
}
QUEUE = {
    "OutputConfig": {
        "S3OutputPath": "s3://bucket/out",
        "S3FailurePath": "s3://bucket/failed",
        "NotificationConfig": {"SuccessTopic": "arn:aws:sns:us-east-1:000000000000:done"},
    },
    "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 3},
}
CAPTURE = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 20,
    "DestinationS3Uri": "s3://bucket/captured",
    "CaptureOptions": [{"CaptureMode": "Output"}],
}


def config(*variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"EndpointConfigName": "shop-config", "ProductionVariants": list(variants), **more}


@pytest.mark.parametrize(
    "given",
    [
        config(VARIANT),
        config({**VARIANT, "VolumeSizeInGB": 9, "ModelDataDownloadTimeoutInSeconds": 90}),
        config(VARIANT, GREEN, DataCaptureConfig=CAPTURE, KmsKeyId="alias/mine"),
        config(VARIANT, ShadowProductionVariants=[GREEN]),
        config(
            {**VARIANT, "InitialVariantWeight": 3.0},
            ShadowProductionVariants=[{**GREEN, "InitialVariantWeight": 0.3}],
        ),
        config(SERVERLESS, DataCaptureConfig=CAPTURE),
        config(VARIANT, AsyncInferenceConfig=QUEUE),
    ],
)
def test_a_configuration_comes_back_as_it_was(given: dict[str, Any]) -> None:
    found = values_of({**ENDPOINT, "Tags": [{"Key": "team", "Value": "x"}]}, given)
    assert found.lost == ()
    assert found.values is not None
    values, errors = read(Endpoint, found.values)
    assert errors == ()
    made = config_of(values, "shop-config", values.model)
    assert made == {**given, "Tags": [{"Key": "team", "Value": "x"}]}


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        (config({**VARIANT, "RoutingConfig": {}}), "ProductionVariants.RoutingConfig"),
        (config(VARIANT, {**GREEN, "VolumeSizeInGB": 9}), "ProductionVariants.VolumeSizeInGB"),
        (
            config(VARIANT, ShadowProductionVariants=[{**GREEN, "VolumeSizeInGB": 9}]),
            "ShadowProductionVariants.VolumeSizeInGB",
        ),
        (
            config(GREEN, ShadowProductionVariants=[{**VARIANT, "InitialVariantWeight": 9.0}]),
            "ShadowProductionVariants.InitialVariantWeight",
        ),
        (config(VARIANT, ExplainerConfig={}), "ExplainerConfig"),
        (
            config(VARIANT, DataCaptureConfig={**CAPTURE, "CaptureOptions": []}),
            "DataCaptureConfig.CaptureOptions",
        ),
        (
            config(VARIANT, DataCaptureConfig={**CAPTURE, "KmsKeyId": "k"}),
            "DataCaptureConfig.KmsKeyId",
        ),
    ],
)
def test_what_has_no_field_is_told(given: dict[str, Any], lost: str) -> None:
    found = values_of(ENDPOINT, given)
    assert (found.values, found.lost) == (None, (lost,))


def test_how_an_endpoint_was_to_be_rolled_out_has_no_field() -> None:
    found = values_of({**ENDPOINT, "DeploymentConfig": {}}, config(VARIANT))
    assert (found.values, found.lost) == (None, ("DeploymentConfig",))
