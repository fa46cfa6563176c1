"""Calls of AWS as data: what a launch will make, what the code of it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..aws.errors import ProblemError, problem
from .model_document import Hosting, ModelDocument, Training

PUBLIC_HUB = "SageMakerPublicHub"
LAUNCH_TAG = "smext:launch"
"""On all that a launch makes: the launch's id."""
SOLUTION_TAG = "smext:solution"
"""On all that a solution's launch makes: the solution's id."""

#: What the SageMaker SDKs put on all that they make of a JumpStart model (JumpStartTag).
MODEL_TAG = "sagemaker-sdk:jumpstart-model-id"
VERSION_TAG = "sagemaker-sdk:jumpstart-model-version"
CONFIG_TAG = "sagemaker-sdk:jumpstart-inference-config-name"
HUB_TAG = "sagemaker-sdk:hub-content-arn"

#: Instances with disks of their own, which take no volume (sagemaker.utils.volume_size_supported).
_OWN_DISKS = ("g5", "g6", "p5", "trn1")


def takes_volume(instance_type: str) -> bool:
    """Whether the size of an EBS volume may be given for an instance type."""
    family = instance_type.removeprefix("ml.").partition(".")[0]
    return "d" not in family and not family.startswith(_OWN_DISKS)


def is_private(document: ModelDocument) -> bool:
    """Whether it was read from a hub of the account's own."""
    return document.hub is not None and document.hub != PUBLIC_HUB


def reference(document: ModelDocument) -> str | None:
    """The ARN that gives access through a private hub; None where none is needed."""
    arn = document.arn
    return arn if is_private(document) and arn and "/ModelReference/" in arn else None


def access(document: ModelDocument, accept_eula: bool) -> dict[str, Any]:
    """What an S3DataSource of the model's is read with."""
    found: dict[str, Any] = {}
    if accept_eula and document.gated:
        found["ModelAccessConfig"] = {"AcceptEula": True}
    if arn := reference(document):
        found["HubAccessConfig"] = {"HubContentArn": arn}
    return found


def tags(
    document: ModelDocument,
    config: str,
    own: Mapping[str, str],
    launch: str,
    training_config: str = "",
) -> list[dict[str, str]]:
    """The SDK's tags of a JumpStart model, ours, and those asked for; the last win."""
    found = {
        MODEL_TAG: document.id,
        VERSION_TAG: document.version,
    }
    if document.proprietary:
        found["sagemaker-sdk:jumpstart-model-type"] = "proprietary"
    if config:
        found[CONFIG_TAG] = config
    if training_config:
        found["sagemaker-sdk:jumpstart-training-config-name"] = training_config
    if is_private(document) and document.arn:
        found[HUB_TAG] = document.arn
    if launch:
        found[LAUNCH_TAG] = launch
    return [{"Key": key, "Value": value} for key, value in {**found, **own}.items()]


def image_for(of: Hosting | Training, instance_type: str, region: str) -> str:
    """The container's image. Raises a 400 ProblemError: the document has none for that type."""
    image = of.image(instance_type)
    if image is None:
        raise ProblemError(
            problem(
                "invalid",
                f"The model has no image for {instance_type or 'this deployment'} in {region}",
                f"It names {', '.join(of.instance_types) or 'no instance type'}.",
                "Choose one of these, or another region.",
            )
        )
    return image


def own_name(base: str, launch: str, longest: int = 63) -> str:
    """A name of a launch's own, from which the launch can be told."""
    ending = f"-{launch[-8:]}" if launch else ""
    name = re.sub(r"[^a-zA-Z0-9-]", "-", base)[: longest - len(ending)].strip("-")
    return f"{name}{ending}"
