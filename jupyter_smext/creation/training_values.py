"""The fields of a training job, as a person fills them in."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from .training_channel import S3, S3_HINT, Channel
from .training_source import SCRIPT, TrainingSource
from .values import field

DAYS_28 = 28 * 24 * 3600

Distribution = Literal["none", "torch_distributed", "mpi", "smddp", "parameter_server"]
DISTRIBUTIONS = {
    "none": "Each instance runs the script by itself",
    "torch_distributed": "torchrun (PyTorch)",
    "mpi": "MPI (Horovod and others)",
    "smddp": "SageMaker's data parallel library",
    "parameter_server": "Parameter servers (TensorFlow)",
}

_SPOT: dict[str, tuple[str | bool, ...]] = {"spot": (True,)}


class MetricDefinition(msgspec.Struct, frozen=True):
    """A metric that SageMaker finds in the log."""

    Name: Annotated[str, field("Name", minLength=1, maxLength=255)]
    Regex: Annotated[str, field("Regular expression", minLength=1, maxLength=500)]


class TrainingValues(TrainingSource, frozen=True, kw_only=True):
    """All of the layout's fields."""

    channels: Annotated[tuple[Channel, ...], field("Input channels", maxItems=20)] = ()
    instance_type: Annotated[str, field("Instance type", use="training")] = "ml.m5.large"
    count: Annotated[int, field("Instances", minimum=1, maximum=1000)] = 1
    volume_gib: Annotated[
        int, field("Volume of each, in GiB", "For the data, the model and checkpoints.", minimum=1)
    ] = 30
    distribution: Annotated[
        Distribution,
        field("Several processes", "How the script is started.", when=SCRIPT, titles=DISTRIBUTIONS),
    ] = "none"
    processes: Annotated[
        int | None,
        field(
            "Processes of each instance",
            when={**SCRIPT, "distribution": ("mpi",)},
            minimum=1,
        ),
    ] = None
    mpi_options: Annotated[
        str | None,
        field(
            "Options of mpirun",
            when={**SCRIPT, "distribution": ("mpi", "smddp")},
        ),
    ] = None
    max_seconds: Annotated[
        int,
        field("Longest run, in seconds", "It is stopped then.", minimum=1, maximum=DAYS_28),
    ] = 24 * 3600
    spot: Annotated[
        bool,
        field(
            "Managed spot training",
            "Cheaper, and it may be interrupted: it goes on from its checkpoints.",
        ),
    ] = False
    max_wait_seconds: Annotated[
        int | None,
        field(
            "Longest wait and run together, in seconds",
            "Empty is twice the longest run.",
            when=_SPOT,
            minimum=1,
            maximum=DAYS_28,
        ),
    ] = None
    checkpoints: Annotated[
        str | None,
        field(
            "Checkpoints",
            "What the job writes to the checkpoint path is kept here, for when it goes on.",
            picker="s3-folder",
            pattern=S3,
            hint=S3_HINT,
        ),
    ] = None
    checkpoint_path: Annotated[
        str | None, field("Checkpoint path", "In the container; empty is /opt/ml/checkpoints.")
    ] = None
    output: Annotated[
        str,
        field(
            "Output",
            "The model's archive goes here, below the name of the job.",
            picker="s3-folder",
            pattern=S3,
            hint=S3_HINT,
        ),
    ]
    uncompressed: Annotated[
        bool, field("Leave the model uncompressed", "Its files are put to S3 as they are.")
    ] = False
    kms_key: Annotated[
        str | None,
        field("KMS key", "Encrypts the output and the volumes.", picker="kms-key", maxLength=2048),
    ] = None
    retries: Annotated[
        int | None,
        field(
            "Attempts after an internal error of AWS",
            "AWS starts the job anew up to so many times.",
            minimum=1,
            maximum=30,
        ),
    ] = None
    metrics: Annotated[
        tuple[MetricDefinition, ...],
        field(
            "Metrics",
            "SageMaker searches the log by these; the group is the number.",
            picker="metric-definitions",
            rows=True,
            maxItems=40,
        ),
    ] = ()
    environment: Annotated[
        dict[str, str],
        field(
            "Environment variables",
            "AWS shows them to all who may look at the job: no place for a password.",
            picker="environment",
            propertyNames={"pattern": r"^[a-zA-Z_][a-zA-Z0-9_]{0,511}$"},
            maxProperties=100,
        ),
    ] = {}
    subnets: Annotated[
        tuple[str, ...],
        field("Subnets", "Of a VPC that the job runs in.", picker="subnets", maxItems=16),
    ] = ()
    security_groups: Annotated[
        tuple[str, ...],
        field(
            "Security groups", "One at least, with subnets.", picker="security-groups", maxItems=5
        ),
    ] = ()
    isolation: Annotated[
        bool, field("Network isolation", "The containers reach no network, S3 neither.")
    ] = False
    encrypt_traffic: Annotated[
        bool, field("Encrypt the traffic between the instances", "Training can take longer.")
    ] = False
    profiler: Annotated[
        bool,
        field("Profile the instances", "SageMaker Debugger writes system metrics to the output."),
    ] = False
    tags: Annotated[dict[str, str], field("Tags", picker="tags", maxProperties=50)] = {}
