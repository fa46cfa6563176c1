"""What a training job left, as the container that serves it.

As `deploy` of the SageMaker SDK's estimators makes it (`estimator.py`, and `model.py` of each
framework): own images and built-in algorithms serve what they trained; a framework's script is
named to its image, which finds it in S3, or in the archive where it has to be packed into that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from .containers import framework_image, of_image
from .layout import Place
from .offered import wrong

IN_ARCHIVE = "/opt/ml/model/code"
#: Their images fetch no script: it is packed into the model's archive.
PACKED = ("pytorch-training", "huggingface-", "mxnet-training")
#: TensorFlow Serving takes the model as it is.
WITHOUT_SCRIPT = ("tensorflow-training",)


@dataclass(frozen=True)
class Trained:
    """The artifact of a training job, and what serves it; `script` is packed into the artifact."""

    job: str
    image: str
    artifact: str
    role: str
    environment: dict[str, str] = field(default_factory=dict)
    script: str | None = None
    isolation: bool = False
    network: dict[str, Any] = field(default_factory=dict)


def trained(place: Place, job: str, instance_type: str, image: str | None = None) -> Trained:
    """What serves a job's model on an instance type ("" for none), in `image` if that is given.

    Blocking. Raises Wrong: no image is known; and ProblemError: the job has no model.
    """
    client = place.sessions.client(place.connection, place.region)
    with calling(place.connection, "DescribeTrainingJob"):
        answer = client.describe_training_job(TrainingJobName=job)
    artifact = answer.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if answer["TrainingJobStatus"] not in ("Completed", "Stopped") or not artifact:
        raise ProblemError(
            problem(
                "conflict",
                f"{job} has no model",
                f"It is {answer['TrainingJobStatus']}: a model is written as a job completes.",
                "Wait until it is completed, or choose another one.",
            )
        )
    given = answer.get("HyperParameters", {})
    program, script = (
        _text(given, f"sagemaker_{name}") for name in ("program", "submit_directory")
    )
    trained_in = answer["AlgorithmSpecification"].get("TrainingImage")
    known = of_image(trained_in) if trained_in else None
    repository = _repository(trained_in or "")
    found = image or _image(place, trained_in, known, instance_type)
    environment: dict[str, str] = {}
    packed = None
    if repository.startswith(WITHOUT_SCRIPT):
        environment = {"SAGEMAKER_TFS_NGINX_LOGLEVEL": "info"}
    elif program:
        if not script.startswith("s3://"):
            script = _code_channel(answer) or script
        packs = repository.startswith(PACKED) and script.startswith("s3://")
        packed = script if packs else None
        environment = {
            "SAGEMAKER_PROGRAM": program,
            "SAGEMAKER_SUBMIT_DIRECTORY": IN_ARCHIVE if packs else script,
            "SAGEMAKER_CONTAINER_LOG_LEVEL": _text(given, "sagemaker_container_log_level") or "20",
            "SAGEMAKER_REGION": place.region,
        }
    return Trained(
        job=job,
        image=found,
        artifact=artifact,
        role=answer["RoleArn"],
        environment=environment,
        script=packed,
        # Of a framework's job the model is not isolated, as with the SDK.
        isolation=not program and answer.get("EnableNetworkIsolation", False),
        network={"VpcConfig": vpc} if (vpc := answer.get("VpcConfig")) else {},
    )


def say_what_serves(
    place: Place, fields: Mapping[str, dict[str, Any]], defaults: Mapping[str, Any]
) -> None:
    """Say in the fields of a form what they are while they are left empty: what the job is."""
    on = defaults.get("instance_type") or fields["instance_type"].get("default", "")
    try:
        found = trained(place, str(defaults["job"]), str(on), defaults.get("image"))
    except ProblemError as error:
        # The form says it again once it is sent: another job can be named, or an image.
        fields["job"]["description"] = f"{error.problem.title}. {error.problem.detail}"
        return
    fields["image"]["description"] = f"Empty for {found.image}"
    fields["role"]["description"] = f"Empty for the job's own, {found.role}"
    if found.environment:
        known = ", ".join(f"{name}={value}" for name, value in found.environment.items())
        fields["environment"]["description"] = f"Besides {known}"


def _image(place: Place, trained_in: str | None, known: Any, instance_type: str) -> str:
    """The image that serves what another one trained. Raises Wrong: none is known."""
    if trained_in is None:
        raise wrong("image", "The job ran an algorithm by its ARN: name the image that serves it.")
    repository = _repository(trained_in)
    if not repository.endswith("-training"):
        return trained_in
    if isinstance(known, tuple):
        found = framework_image(known[1], place.region, instance_type, "inference")
        if found is not None:
            return found
        of, version = known
        raise wrong(
            "image", f"No image that serves {of.title} {version.version} is known here: name one."
        )
    raise wrong("image", f"What serves a model of {repository} is not known here: name the image.")


def _repository(image: str) -> str:
    return image.partition("/")[2].partition("@")[0].partition(":")[0]


def _code_channel(job: Mapping[str, Any]) -> str:
    """Where an isolated job has its script from; empty where it has none."""
    for channel in job.get("InputDataConfig", ()):
        if channel["ChannelName"] == "code":
            return str(channel["DataSource"].get("S3DataSource", {}).get("S3Uri", ""))
    return ""


def _text(given: Mapping[str, str], name: str) -> str:
    """The SDK writes hyperparameters as JSON, others as they are."""
    value = given.get(name, "")
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if isinstance(read, str) else value
