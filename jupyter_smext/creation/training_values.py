"""The fields of a training job, as a person fills them in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from ..protocol import FormSection
from .values import field

NAME = r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$"
S3 = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$"
S3_HINT = "It should read like s3://my-bucket/some/prefix."
IMAGE_HINT = "Give it as ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG."

OWN_IMAGE = "own"
"""As a framework: the script runs in an image that is given."""

DAYS_28 = 28 * 24 * 3600

Distribution = Literal["none", "torch_distributed", "mpi", "smddp", "parameter_server"]
DISTRIBUTIONS = {
    "none": "Each instance runs the script by itself",
    "torch_distributed": "torchrun (PyTorch)",
    "mpi": "MPI (Horovod and others)",
    "smddp": "SageMaker's data parallel library",
    "parameter_server": "Parameter servers (TensorFlow)",
}

_S3_ONLY = {"source": ("s3",)}
_FILES = {"source": ("efs", "fsx")}


class Channel(msgspec.Struct, frozen=True):
    """One input of the job."""

    name: Annotated[
        str,
        field(
            "Channel",
            "The container finds it in /opt/ml/input/data/, by this name.",
            pattern=r"^[A-Za-z0-9.\-_]{1,64}$",
            hint="Letters, digits, dots, hyphens and underscores, up to 64.",
        ),
    ]
    source: Annotated[
        Literal["s3", "efs", "fsx"],
        field("From", titles={"s3": "S3", "efs": "EFS", "fsx": "FSx for Lustre"}),
    ] = "s3"
    uri: Annotated[
        str | None,
        field(
            "S3 URI",
            "All objects that begin with it, or a manifest that names them.",
            picker="s3-folder",
            when=_S3_ONLY,
            needed=True,
            pattern=S3,
            hint=S3_HINT,
        ),
    ] = None
    mode: Annotated[
        Literal["File", "FastFile", "Pipe"],
        field(
            "Input mode",
            "File copies all of it before the training begins; FastFile fetches what is read; Pipe "
            "streams it.",
            when=_S3_ONLY,
            titles={"File": "File", "FastFile": "FastFile", "Pipe": "Pipe"},
        ),
    ] = "File"
    data_type: Annotated[
        Literal["S3Prefix", "ManifestFile", "AugmentedManifestFile"],
        field(
            "What the URI is",
            when=_S3_ONLY,
            titles={
                "S3Prefix": "The beginning of the objects' keys",
                "ManifestFile": "A manifest",
                "AugmentedManifestFile": "An augmented manifest",
            },
        ),
    ] = "S3Prefix"
    attributes: Annotated[
        tuple[str, ...],
        field(
            "Attributes",
            "Of the augmented manifest, those to be used.",
            when={"source": ("s3",), "data_type": ("AugmentedManifestFile",)},
        ),
    ] = ()
    distribution: Annotated[
        Literal["FullyReplicated", "ShardedByS3Key"],
        field(
            "Several instances get",
            when=_S3_ONLY,
            titles={
                "FullyReplicated": "All of it, each",
                "ShardedByS3Key": "A part of the objects, each",
            },
        ),
    ] = "FullyReplicated"
    file_system: Annotated[
        str | None,
        field(
            "File system",
            "The job has to run in a VPC that reaches it: see Network.",
            when=_FILES,
            needed=True,
            pattern=r"^fs-[0-9a-f]{8,40}$",
            hint="It should read like fs-0123456789abcdef0.",
        ),
    ] = None
    directory: Annotated[
        str | None,
        field(
            "Directory",
            "From the file system's root; of FSx it begins with the mount name.",
            when=_FILES,
            needed=True,
            pattern=r"^/.*",
            hint="It begins with a slash.",
        ),
    ] = None
    access: Annotated[
        Literal["ro", "rw"],
        field("Access", when=_FILES, titles={"ro": "Read only", "rw": "Read and write"}),
    ] = "ro"
    content_type: Annotated[
        str | None,
        field("Content type", "As the algorithm knows it, e.g. text/csv.", maxLength=256),
    ] = None
    compression: Annotated[
        Literal["None", "Gzip"],
        field(
            "Compression",
            when={"source": ("s3",), "mode": ("Pipe",)},
            titles={"None": "None", "Gzip": "Gzip"},
        ),
    ] = "None"
    record_wrapper: Annotated[
        Literal["None", "RecordIO"],
        field(
            "Record wrapper",
            when={"source": ("s3",), "mode": ("Pipe",)},
            titles={"None": "None", "RecordIO": "RecordIO"},
        ),
    ] = "None"
    shuffle_seed: Annotated[
        int | None, field("Shuffle seed", "Shuffles the objects by this number.", when=_S3_ONLY)
    ] = None


class MetricDefinition(msgspec.Struct, frozen=True):
    """A metric that SageMaker finds in the log."""

    Name: Annotated[str, field("Name", minLength=1, maxLength=255)]
    Regex: Annotated[str, field("Regular expression", minLength=1, maxLength=500)]


_HERE = {"source": ("script",)}
_THERE = {"source": ("archive",)}
_SCRIPT = {"source": ("script", "archive")}
_SPOT: dict[str, tuple[str | bool, ...]] = {"spot": (True,)}


class TrainingValues(msgspec.Struct, frozen=True, kw_only=True):
    """All of the layout's fields."""

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
        field("Framework", "AWS's image of it runs the script.", when=_SCRIPT, needed=True),
    ] = None
    script_image: Annotated[
        str | None,
        field(
            "Image of the script",
            "One that has sagemaker-training in it.",
            picker="image",
            when={**_SCRIPT, "framework": (OWN_IMAGE,)},
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
    channels: Annotated[tuple[Channel, ...], field("Input channels", maxItems=20)] = ()
    instance_type: Annotated[str, field("Instance type", use="training")] = "ml.m5.large"
    count: Annotated[int, field("Instances", minimum=1, maximum=1000)] = 1
    volume_gib: Annotated[
        int, field("Volume of each, in GiB", "For the data, the model and checkpoints.", minimum=1)
    ] = 30
    distribution: Annotated[
        Distribution,
        field(
            "Several processes", "How the script is started.", when=_SCRIPT, titles=DISTRIBUTIONS
        ),
    ] = "none"
    processes: Annotated[
        int | None,
        field(
            "Processes of each instance",
            when={**_SCRIPT, "distribution": ("mpi",)},
            minimum=1,
        ),
    ] = None
    mpi_options: Annotated[
        str | None,
        field(
            "Options of mpirun",
            when={**_SCRIPT, "distribution": ("mpi", "smddp")},
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


SECTIONS = (
    FormSection(
        "what",
        "What trains",
        (
            "job",
            "source",
            "script",
            "folder",
            "archive",
            "program",
            "framework",
            "script_image",
            "algorithm",
            "image",
            "entrypoint",
            "arguments",
            "role",
        ),
    ),
    FormSection("hyperparameters", "Hyperparameters", ("hyperparameters",)),
    FormSection("data", "Data", ("channels", "output")),
    FormSection(
        "instances",
        "Instances",
        ("instance_type", "count", "volume_gib", "distribution", "processes", "mpi_options"),
    ),
    FormSection(
        "time",
        "Time and spot",
        ("max_seconds", "spot", "max_wait_seconds", "checkpoints", "checkpoint_path", "retries"),
    ),
    FormSection("metrics", "Metrics", ("metrics",), folded=True),
    FormSection(
        "network",
        "Network and encryption",
        ("subnets", "security_groups", "isolation", "encrypt_traffic", "kms_key"),
        folded=True,
    ),
    FormSection("more", "More", ("environment", "uncompressed", "profiler", "tags"), folded=True),
)
