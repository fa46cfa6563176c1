"""Which of botocore's service models a request is for, by the name in its signature."""

from __future__ import annotations

#: Signing names that differ from the name of botocore's model (`signingName`, `endpointPrefix`).
_MODELS = {
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}


def service_of(signed_for: str, path: str) -> str:
    """The name of botocore's model. SageMaker's runtime signs as SageMaker, with paths."""
    if signed_for == "sagemaker" and path != "/":
        return "sagemaker-runtime"
    return _MODELS.get(signed_for, signed_for)
