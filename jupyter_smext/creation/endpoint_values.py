"""The fields of an endpoint: what it serves, how it runs, and how it scales."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..protocol import FormSection
from .model_values import (
    ARTIFACT,
    ENVIRONMENT,
    IMAGE,
    JOB,
    NAME,
    NAME_HINT,
    S3_FOLDER,
    S3_HINT,
    Name,
)
from .values import field

_NEW = {"source": ("job", "artifact", "image")}
_ON_INSTANCES = {"mode": ("instances", "async")}
_SERVERLESS = {"mode": ("serverless",)}
_ASYNC = {"mode": ("async",)}
_SCALES = {**_ON_INSTANCES, "scales": (True,)}
_CAPTURES = {"mode": ("instances", "serverless"), "captures": (True,)}
VARIANT = "AllTraffic"


class Variant(msgspec.Struct, frozen=True):
    """One more production variant."""

    name: Annotated[str, field("Name", pattern=NAME, hint=NAME_HINT)]
    model: Annotated[str, field("Model", names="model")]
    instance_type: Annotated[str, field("Instance type", use="hosting")] = "ml.m5.large"
    count: Annotated[int, field("Instances", minimum=1)] = 1
    weight: Annotated[float, field("Weight", minimum=0)] = 1.0


class Shadow(msgspec.Struct, frozen=True):
    """The variant that gets copies of requests, and whose answers nobody gets."""

    name: Annotated[str, field("Name", pattern=NAME, hint=NAME_HINT)]
    model: Annotated[str, field("Model", names="model")]
    instance_type: Annotated[str, field("Instance type", use="hosting")] = "ml.m5.large"
    count: Annotated[int, field("Instances", minimum=1)] = 1
    share: Annotated[
        float,
        field(
            "Share of the requests (%)",
            "Sent as a weight: this share of the weight of the variant that answers.",
            exclusiveMinimum=0,
            maximum=100,
        ),
    ] = 100.0


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    name: Name
    source: Annotated[
        Literal["model", "job", "artifact", "image"],
        field(
            "Serves",
            titles={
                "model": "A model that is there",
                "job": "What a training job made",
                "artifact": "An artifact in S3",
                "image": "An image alone",
            },
        ),
    ] = "model"
    model: Annotated[
        str | None, field("Model", names="model", when={"source": ("model",)}, needed=True)
    ] = None
    job: Annotated[str | None, JOB] = None
    artifact: Annotated[str | None, ARTIFACT] = None
    image: Annotated[str | None, field("Image", IMAGE, picker="image", when=_NEW)] = None
    environment: Annotated[
        dict[str, str],
        field(
            "Environment",
            str(ENVIRONMENT.description),
            picker="environment",
            when=_NEW,
        ),
    ] = {}
    role: Annotated[
        str | None,
        field(
            "Role",
            "Of the model that is created: it reads the artifact and the image. Of a training job: "
            "empty for its own.",
            picker="role",
            when=_NEW,
        ),
    ] = None
    mode: Annotated[
        Literal["instances", "serverless", "async"],
        field(
            "Runs",
            titles={
                "instances": "On instances, and answers at once",
                "serverless": "Serverless: billed by the request",
                "async": "On instances, from a queue, with answers in S3",
            },
        ),
    ] = "instances"
    instance_type: Annotated[str, field("Instance type", use="hosting", when=_ON_INSTANCES)] = (
        "ml.m5.large"
    )
    count: Annotated[int, field("Instances", when=_ON_INSTANCES, minimum=1)] = 1
    memory: Annotated[
        Literal["1024", "2048", "3072", "4096", "5120", "6144"],
        field(
            "Memory",
            when=_SERVERLESS,
            titles={str(1024 * gb): f"{gb} GB" for gb in range(1, 7)},
        ),
    ] = "2048"
    concurrency: Annotated[
        int, field("Requests at the same time", when=_SERVERLESS, minimum=1, maximum=200)
    ] = 5
    provisioned: Annotated[
        int | None,
        field(
            "Of them kept warm",
            "Provisioned concurrency, billed by the hour; empty for none.",
            when=_SERVERLESS,
            minimum=1,
            maximum=200,
        ),
    ] = None
    output: Annotated[
        str | None,
        field(
            "Answers",
            picker="s3-folder",
            when=_ASYNC,
            needed=True,
            pattern=S3_FOLDER,
            hint=S3_HINT,
        ),
    ] = None
    failures: Annotated[
        str | None,
        field("Failures", picker="s3-folder", when=_ASYNC, pattern=S3_FOLDER, hint=S3_HINT),
    ] = None
    success_topic: Annotated[
        str | None, field("Tell of answers", "The ARN of an SNS topic.", when=_ASYNC)
    ] = None
    error_topic: Annotated[
        str | None, field("Tell of failures", "The ARN of an SNS topic.", when=_ASYNC)
    ] = None
    at_once: Annotated[
        int | None,
        field(
            "Requests at the same time",
            "To each instance; empty for AWS's own choice.",
            when=_ASYNC,
            minimum=1,
            maximum=1000,
        ),
    ] = None
    variant: Annotated[
        str, field("Name of the variant", when=_ON_INSTANCES, pattern=NAME, hint=NAME_HINT)
    ] = VARIANT
    weight: Annotated[float, field("Its weight", when={"mode": ("instances",)}, minimum=0)] = 1.0
    variants: Annotated[
        tuple[Variant, ...],
        field(
            "More variants",
            "Traffic is shared by the weights.",
            rows=True,
            when={"mode": ("instances",)},
            maxItems=9,
        ),
    ] = ()
    shadows: Annotated[
        tuple[Shadow, ...],
        field(
            "Shadow variant",
            "Gets a copy of requests to a single variant, which alone answers; billed as well.",
            rows=True,
            when={"mode": ("instances",)},
            maxItems=1,
        ),
    ] = ()
    scales: Annotated[
        bool,
        field("Scale by itself", "As many instances as the traffic needs.", when=_ON_INSTANCES),
    ] = False
    least: Annotated[int, field("At least", when=_SCALES, minimum=0)] = 1
    most: Annotated[int, field("At most", when=_SCALES, minimum=1)] = 2
    target: Annotated[
        float,
        field(
            "Target",
            "Invocations of each instance in a minute; of a queue: requests that wait for each.",
            when=_SCALES,
            exclusiveMinimum=0,
        ),
    ] = 70.0
    scale_in: Annotated[int | None, field("Pause before fewer (s)", when=_SCALES, minimum=0)] = None
    scale_out: Annotated[int | None, field("Pause before more (s)", when=_SCALES, minimum=0)] = None
    captures: Annotated[
        bool,
        field(
            "Capture requests and answers",
            when={"mode": ("instances", "serverless")},
        ),
    ] = False
    capture_to: Annotated[
        str | None,
        field(
            "To", picker="s3-folder", when=_CAPTURES, needed=True, pattern=S3_FOLDER, hint=S3_HINT
        ),
    ] = None
    capture_share: Annotated[
        int, field("Share of them (%)", when=_CAPTURES, minimum=0, maximum=100)
    ] = 100
    capture_what: Annotated[
        Literal["both", "input", "output"],
        field(
            "What",
            when=_CAPTURES,
            titles={"both": "Requests and answers", "input": "Requests", "output": "Answers"},
        ),
    ] = "both"
    download_timeout: Annotated[
        int | None,
        field("Time to download the model (s)", when=_ON_INSTANCES, minimum=60, maximum=3600),
    ] = None
    startup_timeout: Annotated[
        int | None,
        field(
            "Time to answer /ping (s)",
            "Large models load for longer than AWS waits by itself.",
            when=_ON_INSTANCES,
            minimum=60,
            maximum=3600,
        ),
    ] = None
    volume: Annotated[
        int | None, field("Volume (GB)", when=_ON_INSTANCES, minimum=1, maximum=512)
    ] = None
    isolation: Annotated[
        bool, field("Network isolation", "The containers reach nothing outside.", when=_NEW)
    ] = False
    subnets: Annotated[
        tuple[str, ...], field("Subnets", picker="subnets", when=_NEW, maxItems=16)
    ] = ()
    security_groups: Annotated[
        tuple[str, ...],
        field("Security groups", picker="security-groups", when=_NEW, maxItems=5),
    ] = ()
    kms_key: Annotated[
        str | None,
        field("KMS key", "Encrypts the volumes.", picker="kms-key", when=_ON_INSTANCES),
    ] = None
    tags: Annotated[dict[str, str], field("Tags", picker="tags")] = {}


SECTIONS = (
    FormSection(
        "first",
        "",
        ("name", "source", "model", "job", "artifact", "image", "role", "environment"),
    ),
    FormSection(
        "runs",
        "How it runs",
        (
            *("mode", "instance_type", "count", "memory", "concurrency", "provisioned", "output"),
            *("failures", "success_topic", "error_topic", "at_once"),
        ),
    ),
    FormSection(
        "scaling",
        "Automatic scaling",
        ("scales", "least", "most", "target", "scale_in", "scale_out"),
        folded=True,
    ),
    FormSection("variants", "Variants", ("variant", "weight", "variants", "shadows"), folded=True),
    FormSection(
        "capture",
        "Data capture",
        ("captures", "capture_to", "capture_share", "capture_what"),
        folded=True,
    ),
    FormSection(
        "start", "Start and disk", ("download_timeout", "startup_timeout", "volume"), folded=True
    ),
    FormSection(
        "network",
        "Network and encryption",
        ("isolation", "subnets", "security_groups", "kms_key"),
        folded=True,
    ),
    FormSection("tags", "Tags", ("tags",), folded=True),
)
