"""The smallest request that a botocore shape calls valid, and what is wrong with an answer."""

from __future__ import annotations

from typing import Any

from botocore.model import Shape

from jupyter_smext.local.patterns import matches

_ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
_WORDS = (
    "test-1",
    _ROLE,
    "arn:aws:sagemaker:us-east-1:000000000000:cluster/abcdefgh1234",
    "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/team",
    "arn:aws:lambda:us-east-1:000000000000:function:one",
    "s3://bucket/key",
    "https://example.com/repository.git",
    "123456789012",
    "1",
    "1.0.0",
    "us-east-1_abcdefghi",
    "d-abcdefgh1234",
    "arn:aws:sagemaker:us-east-1:000000000000:endpoint/one",
    "arn:aws:sagemaker:us-east-1:000000000000:artifact/one",
    "arn:aws:sagemaker:us-east-1:000000000000:extension/eks-one/two/three",
    "arn:aws:sagemaker:us-east-1:000000000000:model-package/one",
    "arn:aws:sagemaker:us-east-1:000000000000:reserved-capacity/one",
    "arn:aws:sagemaker:us-east-1:000000000000:training-plan/one",
    "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/one",
    "i-0123456789abcdef0",
    "eni-0123456789abcdef0",
    "vol-0123456789abcdef0",
    "01234567-0123-0123-0123-0123456789ab",
    "arn:aws:sagemaker:us-east-1:000000000000:pipeline/one/execution/two",
    "arn:aws:sagemaker:us-east-1:000000000000:mlflow-app/app-ABCDEFGH1234",
    "arn:aws:sagemaker:us-east-1:000000000000:model-card/one/export-job/two",
    "arn:aws:sagemaker:us-east-1:000000000000:partner-app/app-ABCDEFGH1234",
    "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/one/1.0.0",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:tag",
    "bucket.example.com/image@sha256:" + "0" * 64,
    "subnet-12345678",
    "/opt/ml/processing/input",
    "dGVzdA==",
)


def value(shape: Shape) -> Any:
    """A valid value; structures hold required members only."""
    kind, rules = shape.type_name, shape.metadata
    if kind == "structure":
        required = list(shape.required_members)
        if rules.get("union") or (getattr(shape, "is_tagged_union", False) and not required):
            required = [next(iter(shape.members))]
        return {name: value(shape.members[name]) for name in required}
    if kind == "list":
        return [value(shape.member)] * max(rules.get("min", 0), 1)
    if kind == "map":
        return {value(shape.key): value(shape.value)} if rules.get("min") else {}
    if kind == "string":
        return _text(shape)
    if kind in ("integer", "long"):
        return max(rules.get("min", 1), 1)
    if kind in ("float", "double"):
        return float(rules.get("min", 1))
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return 1_700_000_000
    return b"test"


def _text(shape: Shape) -> str:
    if shape.enum:
        return str(shape.enum[0])
    low, high = shape.metadata.get("min", 1), shape.metadata.get("max", 1 << 20)
    pattern = shape.metadata.get("pattern", ".*")
    for word in (*_WORDS, "a" * low, "1" * low, "test-1-".ljust(low, "a")):
        if low <= len(word) <= high and matches(pattern, word):
            return word
    raise AssertionError(f"no word of {shape.name} fits {pattern} ({low} to {high})")


def faults_of(shape: Shape, answer: Any, path: str = "") -> list[str]:
    """What is wrong with an answer: members that its shape requires, lacks or does not allow."""
    kind = shape.type_name
    if kind == "structure":
        lacking = [name for name in shape.required_members if name not in answer]
        faults = [f"{path}.{name} is missing" for name in lacking]
        for name, found in answer.items():
            if name in shape.members:
                faults += faults_of(shape.members[name], found, f"{path}.{name}")
            else:
                faults.append(f"{path}.{name} is not in {shape.name}")
        return faults
    if kind in ("list", "map"):
        inner = shape.member if kind == "list" else shape.value
        elements = answer if kind == "list" else answer.values()
        return [fault for one in elements for fault in faults_of(inner, one, f"{path}[]")]
    if kind == "string":
        if shape.enum and answer not in shape.enum:
            return [f"{path} is {answer}, not one of {shape.enum}"]
        pattern = shape.metadata.get("pattern")
        if pattern and not matches(pattern, answer):
            return [f"{path} is {answer}, which does not fit {pattern}"]
    return []
