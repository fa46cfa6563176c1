"""The upload of a training's folder as code, as the launch does it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from ..call_code.python_source import literal

_ABOUT = (
    "# The data, but for hidden files and links; run it where Jupyter was started.",
    "# The bucket must be there.",
)


@dataclass(frozen=True)
class Upload:
    """`folder` is below Jupyter's root, `to` an S3 URI; `leave_out` are paths in the folder."""

    folder: str
    to: str
    leave_out: tuple[str, ...]


def python_upload(upload: Upload, region: str) -> list[str]:
    """The imports, and what puts the files there."""
    from ..aws.bucket import split

    bucket, prefix = split(upload.to)
    left_out = f" and name not in {literal(list(upload.leave_out))}" if upload.leave_out else ""
    return [
        "from pathlib import Path",
        "",
        "import boto3",
        "",
        *_ABOUT,
        f"s3 = boto3.client('s3', region_name={region!r})",
        f"folder = Path({upload.folder!r})",
        "for file in sorted(folder.rglob('*')):",
        "    name = file.relative_to(folder).as_posix()",
        "    hidden = any(part.startswith('.') for part in name.split('/'))",
        f"    if file.is_file() and not file.is_symlink() and not hidden{left_out}:",
        f"        s3.upload_file(str(file), {bucket!r}, {f'{prefix}/'!r} + name)",
    ]


def shell_upload(upload: Upload) -> list[str]:
    """By the AWS CLI, for bash."""
    without = ["--exclude '.*' --exclude '*/.*'"]
    without += [f"--exclude {shlex.quote(_pattern(path))}" for path in upload.leave_out]
    return [
        *_ABOUT,
        f"aws s3 cp --recursive --no-follow-symlinks {shlex.quote(upload.folder)} "
        f"{shlex.quote(upload.to)} {' '.join(without)}",
    ]


def _pattern(path: str) -> str:
    """A path as the CLI's --exclude takes it: `*`, `?` and `[` stand for themselves."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
