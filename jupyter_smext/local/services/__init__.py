"""The AWS services the engine answers for, a module each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from . import (
    application_autoscaling,
    cloudformation,
    cloudwatch,
    hubs,
    iam,
    lineage,
    logs,
    pricing,
    registry,
    resource_groups_tagging,
    runtime,
    s3,
    sagemaker,
    search,
    servicequotas,
    sts,
    studio,
    tags,
)
from .sagemaker import Answer, Call

__all__ = ["SERVICES", "Answer", "Call", "hubs", "lineage", "registry", "search", "studio", "tags"]

#: By the name that a signature's scope carries.
SERVICES: Mapping[str, Callable[[Call], Awaitable[Answer]]] = {
    "application-autoscaling": application_autoscaling.answer,
    "cloudformation": cloudformation.answer,
    "cloudwatch": cloudwatch.answer,
    "iam": iam.answer,
    "logs": logs.answer,
    "pricing": pricing.answer,
    "resourcegroupstaggingapi": resource_groups_tagging.answer,
    "s3": s3.answer,
    "sagemaker": sagemaker.answer,
    "sagemaker-runtime": runtime.answer,
    "service-quotas": servicequotas.answer,
    "sts": sts.answer,
}
