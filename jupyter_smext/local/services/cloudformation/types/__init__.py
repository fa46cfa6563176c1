"""The resource types that stacks can be made of here."""

from __future__ import annotations

from collections.abc import Mapping

from .iam import IAM
from .logs import LOGS
from .nested import NESTED
from .place import Failed, Made, Place, ResourceType, Stopped
from .s3 import S3
from .sagemaker import SAGEMAKER
from .scaling import SCALING

__all__ = ["TYPES", "Failed", "Made", "Place", "ResourceType", "Stopped"]

TYPES: Mapping[str, ResourceType] = {
    **IAM,
    **LOGS,
    **NESTED,
    **S3,
    **SAGEMAKER,
    **SCALING,
}
