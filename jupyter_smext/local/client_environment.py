"""The variables that point boto3, the AWS CLI and the SageMaker SDKs at an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .keys import Keys
from .sdk_settings import settings_file

if TYPE_CHECKING:
    from .engine import Engine


def client_environment(
    engine: Engine, region: str, own: Path, *, network: bool = True
) -> dict[str, str]:
    """The variables for a process that the engine starts; `own` is a folder that it can read.

    Without `network` the region alone: "no AWS credentials are made available to the container
    runtime environment" (Run Training and Inference Containers in Internet-Free Mode).
    """
    found = variables(engine.url, engine.keys, region)
    if not network:
        return {name: found[name] for name in ("AWS_DEFAULT_REGION", "AWS_REGION")}
    return found | sdk_variables(own, region, engine.account)


def sdk_variables(folder: Path, region: str, account: str) -> dict[str, str]:
    """What the SageMaker SDKs need more, kept in a folder. Raises ValueError: no such region."""
    return {"SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings_file(folder, region, account))}


def variables(url: str, keys: Keys, region: str) -> dict[str, str]:
    """The variables for any AWS client of the engine at `url`."""
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
