"""The fields that say what trains: a script, an algorithm or a container, and its parameters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from .training_channel import S3, S3_HINT
from .values import field

NAME = r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$"
IMAGE_HINT = "Give it as ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG."

OWN_IMAGE = "own"
"""As a framework: the script runs in an image that is given."""

SCRIPT = {"source": ("script", "archive")}
"""When a script runs, wherever it is."""
_HERE = {"source": ("script",)}
_THERE = {"source": ("archive",)}


class TrainingSource(msgspec.Struct, frozen=True, kw_only=True):
    """A job by name, and what it runs with which role and hyperparameters."""

    job: Annotated[
        str,
        field(
            "Job name",
            "Of its own in this account and region.",
            pattern=NAME,
            maxLength=63,
            hint="Letters, digits and hyphens, up to 63; it begins and ends with one of the first.",
        ),
    ]
    role: Annotated[
        str,
        field(
            "Role",
            "SageMaker runs the job with its permissions: it reads the data, and writes the model.",
            picker="role",
            pattern=r"^arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$",
            hint="It should read like arn:aws:iam::123456789012:role/NAME.",
        ),
    ]
    source: Annotated[
        Literal["script", "archive", "algorithm", "image"],
        field(
            "Source",
            titles={
                "script": "A script of mine",
                "archive": "A script that is in S3 already",
                "algorithm": "A built-in algorithm",
                "image": "A container of mine",
            },
        ),
    ] = "script"
    script: Annotated[
        str | None,
        field("Script", "A Python file.", picker="script", when=_HERE, needed=True),
    ] = None
    folder: Annotated[
        str | None,
        field(
            "Source folder",
            "Sent along whole, without hidden files and keys; a requirements.txt in it is "
            "installed. Empty sends the script alone.",
            picker="folder",
            when=_HERE,
        ),
    ] = None
    archive: Annotated[
        str | None,
        field(
            "Archive",
            "A tar.gz with the script in it, e.g. the source of an earlier job.",
            picker="s3-object",
            when=_THERE,
            needed=True,
            pattern=S3,
            hint=S3_HINT,
        ),
    ] = None
    program: Annotated[
        str | None,
        field("Script in the archive", "E.g. train.py.", when=_THERE, needed=True, maxLength=1024),
    ] = None
    framework: Annotated[
        str | None,
        field("Framework", "AWS's image of it runs the script.", when=SCRIPT, needed=True),
    ] = None
    script_image: Annotated[
        str | None,
        field(
            "Image of the script",
            "One that has sagemaker-training in it.",
            picker="image",
            when={**SCRIPT, "framework": (OWN_IMAGE,)},
            needed=True,
            pattern=r"^\S{1,255}$",
            hint=IMAGE_HINT,
        ),
    ] = None
    algorithm: Annotated[
        str | None, field("Algorithm", when={"source": ("algorithm",)}, needed=True)
    ] = None
    image: Annotated[
        str | None,
        field(
            "Image",
            "Its ENTRYPOINT trains, by SageMaker's contract for containers.",
            picker="image",
            when={"source": ("image",)},
            needed=True,
            pattern=r"^\S{1,255}$",
            hint=IMAGE_HINT,
        ),
    ] = None
    entrypoint: Annotated[
        tuple[str, ...],
        field("Entry point", "In place of the image's own.", when={"source": ("image",)}),
    ] = ()
    arguments: Annotated[
        tuple[str, ...],
        field("Arguments", "Of the entry point.", when={"source": ("image",)}),
    ] = ()
    hyperparameters: Annotated[
        dict[str, Any],
        field(
            "Hyperparameters",
            "A script gets each as an argument, --name value.",
            picker="hyperparameters",
            propertyNames={"maxLength": 256, "minLength": 1},
            maxProperties=95,
        ),
    ] = {}
