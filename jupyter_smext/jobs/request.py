"""A notebook job as a request of CreateTrainingJob: what is checked, and what is asked of AWS.

Script mode, as the SageMaker SDK has it: the image's own `train` (sagemaker-training) fetches
`sagemaker_submit_directory` and runs `sagemaker_program`. All framework images of AWS have it, the
local engine has it on every system, and the role alone decides what the job may read.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from ..aws.bucket import split
from ..aws.errors import ProblemError, problem
from ..kinds import service_model
from ..kinds.instances import TYPE_SHAPES
from ..protocol import NotebookJobRequest
from . import images
from .source import PROGRAM

#: "The maximum value is 28 days." (StoppingCondition)
MAX_SECONDS = 28 * 24 * 3600
#: The size of an EBS volume of type gp2, in GiB.
MAX_VOLUME = 16384
CHECKPOINTS = "/opt/ml/checkpoints"

_IMAGE = re.compile(r"[^\s]{1,255}")
_KERNEL = re.compile(r"[A-Za-z0-9._-]{1,100}")


def checked(request: NotebookJobRequest) -> NotebookJobRequest:
    """The request with its image filled in. Raises a 400 ProblemError for what cannot be meant.

    What only AWS knows (quota, role, bucket) is asked by the job's own first steps.
    """
    model = service_model()
    if request.instance_type not in model.shape_for(TYPE_SHAPES["training"]).enum:
        raise _wrong(
            "There is no such instance type for training",
            f"{request.instance_type[:80]!r} is none that CreateTrainingJob takes.",
            "Choose one that does, like ml.m5.large.",
        )
    role = model.shape_for("RoleArn").metadata["pattern"]
    if not request.role:
        raise _wrong(
            "A role is missing",
            "SageMaker runs the job with a role's permissions: it reads and writes the bucket.",
            "Choose one that SageMaker may assume, or type its ARN.",
        )
    if not re.fullmatch(role, request.role):
        raise _wrong(
            "This is not the ARN of a role",
            f"{request.role[:200]!r} should read like arn:aws:iam::123456789012:role/NAME.",
            "Give the role's whole ARN.",
        )
    split(request.s3_uri)
    _numbers(request)
    for name in request.parameters:
        if not name.isidentifier():
            raise _wrong(
                "This is not the name of a parameter",
                f"{name[:80]!r} is no name that a cell could assign to.",
                "Use the names of the notebook's cell that is tagged parameters.",
            )
    if request.kernel is not None and not _KERNEL.fullmatch(request.kernel):
        raise _wrong(
            "This is not the name of a kernel",
            f"{request.kernel[:80]!r} has characters that no kernel's name has.",
            "Leave it empty for python3.",
        )
    image = request.image or images.default(request.region, request.instance_type)
    if image is None:
        raise _wrong(
            "An image is missing",
            f"No image of AWS's is known for {request.instance_type} in {request.region}.",
            "Give the URI of one that runs scripts by sagemaker-training.",
        )
    if not _IMAGE.fullmatch(image):
        raise _wrong(
            "This is not the URI of an image",
            f"{image[:80]!r} is longer than 255 characters or has spaces.",
            "Give it as ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG.",
        )
    from msgspec.structs import replace

    return replace(request, image=image)


def _numbers(request: NotebookJobRequest) -> None:
    for what, value, most in (
        ("The longest run, in seconds,", request.max_seconds, MAX_SECONDS),
        ("The volume's size, in GiB,", request.volume_gib, MAX_VOLUME),
    ):
        if not 1 <= value <= most:
            raise _wrong(f"{what} is from 1 to {most}", f"It is {value}.", "Change it.")


def _wrong(title: str, detail: str, next: str) -> ProblemError:
    return ProblemError(problem("invalid", title, detail, next))


def job_name(path: str, id: str) -> str:
    """A training job's name that tells the notebook: letters, digits, hyphens, 63 at most."""
    stem = path.rpartition("/")[2].removesuffix(".ipynb")
    slug = re.sub(r"[^a-zA-Z0-9]+", "-", stem).strip("-")[:30].strip("-") or "notebook"
    return f"{slug}-{time.strftime('%Y%m%d-%H%M%S')}-{id[-8:]}"


@dataclass(frozen=True)
class Place:
    """Where a job's objects are: all of them below `prefix`, without a slash at its end."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, s3_uri: str, job: str) -> Place:
        bucket, prefix = split(s3_uri)
        return cls(bucket, "/".join(part for part in (prefix, job) if part))

    def key(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    def uri(self, name: str) -> str:
        return f"s3://{self.bucket}/{self.key(name)}"

    @property
    def source(self) -> str:
        return self.key("source/sourcedir.tar.gz")

    @property
    def notebook(self) -> str:
        return self.key("results/notebook.ipynb")

    @property
    def files(self) -> str:
        """The prefix of what else the notebook wrote."""
        return self.key("results/files/")


def create_request(request: NotebookJobRequest, job: str) -> dict[str, Any]:
    """The parameters of CreateTrainingJob; the request is `checked`."""
    place = Place.of(request.s3_uri, job)
    stopping = {"MaxRuntimeInSeconds": request.max_seconds}
    if request.spot:
        # It counts the run too: as long again for the wait.
        stopping["MaxWaitTimeInSeconds"] = min(2 * request.max_seconds, MAX_SECONDS)
    toolkit = {
        "sagemaker_program": PROGRAM,
        "sagemaker_submit_directory": f"s3://{place.bucket}/{place.source}",
        "sagemaker_region": request.region,
        "sagemaker_job_name": job,
        "sagemaker_container_log_level": 20,
    }
    return {
        "TrainingJobName": job,
        "RoleArn": request.role,
        "AlgorithmSpecification": {"TrainingImage": request.image, "TrainingInputMode": "File"},
        "HyperParameters": {name: json.dumps(value) for name, value in toolkit.items()},
        "OutputDataConfig": {"S3OutputPath": place.uri("output")},
        "CheckpointConfig": {"S3Uri": place.uri("results"), "LocalPath": CHECKPOINTS},
        "ResourceConfig": {
            "InstanceType": request.instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": request.volume_gib,
        },
        "StoppingCondition": stopping,
        "EnableManagedSpotTraining": request.spot,
    }
