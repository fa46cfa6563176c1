"""What AWS says when it gives no instance: over the quota at once, without capacity later."""

from __future__ import annotations

from dataclasses import dataclass

from .contract import ServiceError


@dataclass(frozen=True)
class Words:
    """Of one noun: the quota of an instance type, what it counts, and the FailureReason."""

    quota: str
    unit: str
    failure: str


#: aws/sagemaker-python-sdk sagemaker/exceptions.py and its users match on "CapacityError".
_JOB = (
    "CapacityError: Unable to provision requested ML compute capacity. "
    "Please retry using a different ML instance type."
)
#: Seen on endpoints that stayed in Creating for half an hour.
_ENDPOINT = (
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type."
)
#: aws/amazon-sagemaker-feedback#99.
_APP = (
    "EC2InsufficientCapacityError: Instance type '{type}' is temporarily unavailable in supported "
    "availability zones. Try again in a few minutes, or try a different instance type."
)
#: aws/amazon-sagemaker-examples#207.
_NOTEBOOK = (
    "Insufficient notebook instance capacity. Retry later or with a different instance type."
)

#: The quotas' names are Service Quotas' own; apps: aws/amazon-sagemaker-feedback#157.
WORDS: dict[str, Words] = {
    "App": Words("Studio JupyterLab Apps running on {type} instances", "Apps", _APP),
    "Endpoint": Words("{type} for endpoint usage", "Instances", _ENDPOINT),
    "HyperParameterTuningJob": Words("{type} for training job usage", "Instances", _JOB),
    "NotebookInstance": Words("{type} for notebook instance usage", "Instances", _NOTEBOOK),
    "ProcessingJob": Words("{type} for processing job usage", "Instances", _JOB),
    "TrainingJob": Words("{type} for training job usage", "Instances", _JOB),
    "TransformJob": Words("{type} for transform job usage", "Instances", _JOB),
}


def over_quota(
    noun: str, instance_type: str, *, limit: int = 0, used: int = 0, asked: int = 1
) -> ServiceError:
    """ResourceLimitExceeded for `asked` more instances of a type, in AWS's words of the noun."""
    words = WORDS[noun]
    # The whole text: aws/sagemaker-python-sdk and notebooks that quote CreateTransformJob.
    return ServiceError(
        "ResourceLimitExceeded",
        f"The account-level service limit '{words.quota.replace('{type}', instance_type)}' is "
        f"{limit} {words.unit}, with current utilization of {used} {words.unit} and a request "
        f"delta of {asked} {words.unit}. Please use AWS Service Quotas to request an increase for "
        "this quota. If AWS Service Quotas is not available, contact AWS support to request an "
        "increase for this quota.",
    )


def no_capacity(noun: str, instance_type: str) -> str:
    """The FailureReason of an accepted create that AWS had no machine for."""
    return WORDS[noun].failure.replace("{type}", instance_type)
