"""The variables that point boto3, the AWS CLI and the SageMaker SDKs at an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .keys import Keys

if TYPE_CHECKING:
    from .engine import Engine


def client_environment(engine: Engine, region: str) -> dict[str, str]:
    """The variables for a process that the engine starts."""
    return variables(engine.url, engine.keys, region)


def variables(url: str, keys: Keys, region: str) -> dict[str, str]:
    """The variables for any client of the engine at `url`."""
    return {
        "AWS_ENDPOINT_URL": url,
        # botocore takes the service's own before the common one, which a profile may set.
        "AWS_ENDPOINT_URL_SAGEMAKER": url,
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": url,
        "AWS_ENDPOINT_URL_S3": url,
        # What sagemaker-training and older SDKs read.
        "S3_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        # The engine is on this machine: no answer of EC2's metadata service is meant for it.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
