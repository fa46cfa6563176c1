"""SageMaker's service model as botocore ships it: what each operation takes and answers."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

ABBREVIATIONS = {
    "arn", "ebs", "efs", "gb", "iam", "id", "ids", "ip", "kms",
    "os", "s3", "sns", "sso", "ui", "uri", "url", "vpc",
}  # fmt: skip


@functools.cache
def loader() -> Any:
    """botocore's data loader. AWS sessions share it, so each model is read and kept once."""
    from botocore.loaders import create_loader

    return create_loader(os.environ.get("AWS_DATA_PATH"))


@functools.cache
def service_model() -> Any:
    """botocore's `ServiceModel` of SageMaker."""
    from botocore.model import ServiceModel

    return ServiceModel(loader().load_service_model("sagemaker", "service-2"), "sagemaker")


@functools.cache
def operation_names() -> frozenset[str]:
    return frozenset(service_model().operation_names)


@functools.cache
def input_members(operation: str) -> Mapping[str, Any]:
    """The shapes of what an operation takes, by member; empty when it takes nothing."""
    shape = service_model().operation_model(operation).input_shape
    return shape.members if shape is not None else {}


@functools.cache
def output_members(operation: str) -> Mapping[str, Any]:
    shape = service_model().operation_model(operation).output_shape
    return shape.members if shape is not None else {}


@functools.cache
def required_members(operation: str) -> tuple[str, ...]:
    """What a caller must give, in the model's order; tokens that botocore fills in are left out."""
    shape = service_model().operation_model(operation).input_shape
    if shape is None:
        return ()
    return tuple(
        name
        for name in shape.required_members
        if not shape.members[name].metadata.get("idempotencyToken")
    )


def enum_of(shape: Any) -> tuple[str, ...]:
    """The values that a shape allows; none when it is free text or not a string."""
    return tuple(getattr(shape, "enum", ()))


def member_at(members: Mapping[str, Any], path: str) -> Any:
    """The shape at a dotted path of structures, or None."""
    shape: Any = None
    for name in path.split("."):
        shape = members.get(name)
        if shape is None:
            return None
        members = getattr(shape, "members", {})
    return shape


def value_at(item: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path of an answer, or None."""
    value: Any = item
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def words(name: str) -> list[str]:
    """`AutoMLJob` → `["Auto", "ML", "Job"]`, `S3OutputPath` → `["S3", "Output", "Path"]`."""
    return re.findall(r"[A-Z]+[0-9]*(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)


def sentence(name: str) -> str:
    """`VolumeSizeInGB` → `Volume size in GB`, `SecurityGroupIds` → `Security group IDs`."""
    spoken = (
        word.upper() if word.lower() in ABBREVIATIONS else word if word.isupper() else word.lower()
        for word in words(name)
    )
    text = " ".join(spoken).replace(" IDS", " IDs")
    return text[:1].upper() + text[1:]


def plurals(noun: str) -> Iterator[str]:
    yield noun + "s"
    if noun.endswith("y"):
        yield noun[:-1] + "ies"
