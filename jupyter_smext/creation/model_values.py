"""The fields that say what a model is: those of a model by itself and of an endpoint's."""

from __future__ import annotations

from typing import Annotated, Literal

from .values import field

NAME = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$"
NAME_HINT = "Letters, digits and hyphens between them, up to 63."
S3_HINT = "It should read like s3://my-bucket/some/key."
S3 = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+$"
S3_FOLDER = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$"

Name = Annotated[str, field("Name", pattern=NAME, hint=NAME_HINT)]

JOB = field(
    "Training job",
    "Its artifact is served by the image of its framework, with the script it trained with.",
    names="training-job",
    when={"source": ("job",)},
    needed=True,
)
ARTIFACT = field(
    "Model artifact",
    "A model.tar.gz, which is unpacked to /opt/ml/model; or a folder, which ends with a slash.",
    picker="s3-object",
    when={"source": ("artifact",)},
    needed=True,
    pattern=S3,
    hint=S3_HINT,
)
ENVIRONMENT = field(
    "Environment",
    "Variables of the container; those that a training job's script needs are set by themselves.",
    picker="environment",
)
IMAGE = "Serves /ping and /invocations on port 8080. Of a training job: empty for its own."

Container = Literal["job", "artifact", "image", "package"]
