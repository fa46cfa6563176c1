"""The fields of one input channel of a training job: where it is, and how the container gets it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from .values import field

S3 = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$"
S3_HINT = "It should read like s3://my-bucket/some/prefix."

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
