"""The error codes and words AWS uses, each with the source that says so."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from .contract import ServiceError, service_model


@dataclass(frozen=True)
class Words:
    """An error of one noun. `{name}` and `{arn}` are filled in; `source` says where it was seen."""

    code: str
    message: str
    source: str


#: Amazon's own controllers, which match on these codes and prefixes:
#: github.com/aws-controllers-k8s/sagemaker-controller generator.yaml, commit 00c8afb.
_ACK = "ACK generator.yaml"
#: github.com/hashicorp/terraform-provider-aws internal/service/sagemaker, which matches on these.
_TERRAFORM = "terraform-provider-aws"
_MOTO = "moto 5.2.5 sagemaker/models.py"
_MODEL = "botocore's model"

#: What AWS answers to Describe, Update and Delete of a record that is not there, where it differs
#: from the rule (ResourceNotFound when Describe's model lists it, else ValidationException).
MISSING: dict[str, Words] = {
    "Algorithm": Words("ValidationException", "Algorithm {arn} does not exist.", _TERRAFORM),
    "CodeRepository": Words("ValidationException", "Cannot find CodeRepository: {arn}", _TERRAFORM),
    "Device": Words("ValidationException", "No device with name {name} found", _TERRAFORM),
    "DeviceFleet": Words(
        "ValidationException", "No devicefleet with name {name} found", _TERRAFORM
    ),
    "Endpoint": Words("ValidationException", 'Could not find endpoint "{arn}".', _ACK),
    "EndpointConfig": Words(
        "ValidationException", 'Could not find endpoint configuration "{arn}".', _ACK
    ),
    "Model": Words("ValidationException", 'Could not find model "{arn}".', _ACK),
    "ModelPackage": Words("ValidationException", "ModelPackage {arn} does not exist.", _ACK),
    "ModelPackageGroup": Words(
        "ValidationException", "ModelPackageGroup {arn} does not exist.", _ACK
    ),
    "NotebookInstance": Words("ValidationException", "RecordNotFound", _ACK),
    "NotebookInstanceLifecycleConfig": Words(
        "ValidationException",
        "Unable to describe Notebook Instance Lifecycle Config '{arn}'. "
        "(Details: Notebook Instance Lifecycle Config does not exist.)",
        f"{_ACK}; {_MOTO}",
    ),
    "ProcessingJob": Words(
        "ValidationException", "Could not find requested job with name: {name}", _ACK
    ),
    "Project": Words("ValidationException", "Project {arn} does not exist.", _TERRAFORM),
    "TrainingJob": Words(
        "ValidationException",
        "Requested resource not found.",
        f"{_ACK}; boto3#2808 and aws-sdk#165: the model says ResourceNotFound",
    ),
    "TransformJob": Words(
        "ValidationException", "Could not find requested job with name: {name}", _ACK
    ),
    "Workforce": Words("ValidationException", "No workforce found: {name}", _TERRAFORM),
    "Workteam": Words("ValidationException", "The work team {name} does not exist.", _TERRAFORM),
}

#: What AWS answers to Create of a name that is taken, where it differs from the rule (the first of
#: ResourceInUse, ResourceAlreadyExists and ConflictException that Create's model lists, else
#: ValidationException).
DUPLICATE: dict[str, Words] = {
    "EndpointConfig": Words(
        "ValidationException",
        'Cannot create already existing endpoint configuration "{arn}".',
        "awslabs/spot-tagging-bot-for-digital-assets#2",
    ),
    "Model": Words(
        "ValidationException",
        'Cannot create already existing model "{arn}".',
        "R and Python clients on GitHub that match on these words",
    ),
    "NotebookInstance": Words(
        "ValidationException", "Cannot create a duplicate Notebook Instance ({arn})", _MOTO
    ),
    "NotebookInstanceLifecycleConfig": Words(
        "ValidationException",
        "Unable to create Notebook Instance Lifecycle Config {arn}. "
        "(Details: Notebook Instance Lifecycle Config already exists.)",
        _MOTO,
    ),
    "Pipeline": Words(
        "ValidationException",
        "Pipeline names must be unique within an AWS account and region. "
        "Pipeline with name ({name}) already exists.",
        _MOTO,
    ),
    "TrainingJob": Words(
        "ResourceInUse",
        "Training job names must be unique within an AWS account and region, and a training job "
        "with this name already exists ({arn})",
        "aws/amazon-sagemaker-examples#3108",
    ),
    "ModelCard": Words("ConflictException", "Modelcard {name} already exists", _MOTO),
}

_TAKEN = ("ResourceInUse", "ResourceAlreadyExists", "ConflictException")


@functools.cache
def _modelled(operation: str) -> frozenset[str]:
    model = service_model("sagemaker")
    if operation not in model.operation_names:
        return frozenset()
    return frozenset(shape.name for shape in model.operation_model(operation).error_shapes)


def missing(noun: str, name: str, arn: str) -> ServiceError:
    """The error for a record that is not there."""
    words = MISSING.get(noun)
    if words is None:
        found = "ResourceNotFound" in _modelled(f"Describe{noun}")
        code = "ResourceNotFound" if found else "ValidationException"
        words = Words(code, "Could not find {noun} '{name}'.", _MODEL)
    return ServiceError(words.code, _fill(words.message, noun, name, arn))


def duplicate(noun: str, name: str, arn: str) -> ServiceError:
    """The error for a name that is taken."""
    words = DUPLICATE.get(noun)
    if words is None:
        listed = _modelled(f"Create{noun}")
        code = next((code for code in _TAKEN if code in listed), "ValidationException")
        message = "Resource Already Exists: {noun} with name {name} already exists."
        words = Words(code, message + " Choose a different name.", _MODEL)
    return ServiceError(words.code, _fill(words.message, noun, name, arn))


def in_use(noun: str, name: str, by: str) -> ServiceError:
    """The error for a delete that something else stands on; `by` says what.

    The words are those for a user profile with apps (aws/amazon-sagemaker-feedback#113).
    """
    listed = _modelled(f"Delete{noun}")
    code = next((code for code in _TAKEN if code in listed), "ValidationException")
    return ServiceError(code, f"Unable to delete {noun} [{name[:256]}] because {by}.")


def too_many_tags(most: int) -> ServiceError:
    """The refusal of more tags than a resource may carry."""
    return ServiceError("ResourceLimitExceeded", f"A resource carries at most {most} tags.")


def needs_aws(noun: str) -> ServiceError:
    """The refusal of work that only AWS has the machines for."""
    return ServiceError(
        "UnsupportedOperation",
        f"{noun} needs AWS: this local engine does not run it yet. "
        "Choose an AWS connection to create one.",
    )


def not_run(service: str, operation: str = "") -> ServiceError:
    """The refusal of an operation, or a whole service, that AWS has and the engine has not."""
    what = f"{service}:{operation}" if operation else f"the service {service}"
    return ServiceError(
        "UnknownOperationException",
        f"The local engine does not run {what}; it needs AWS. Choose an AWS connection to use it.",
    )


def _fill(message: str, noun: str, name: str, arn: str) -> str:
    # Not str.format: a name is data and may hold braces.
    for field, value in (("{noun}", noun), ("{arn}", arn[:512]), ("{name}", name[:256])):
        message = message.replace(field, value)
    return message
