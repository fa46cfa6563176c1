"""What a job leaves: the executed notebook beside its source, other files when asked for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..aws.bucket import Bucket
from ..aws.errors import ProblemError, problem

#: A file's name has 255 bytes at most; what is added to it needs some of them.
_STEM_BYTES = 200


@dataclass(frozen=True)
class CellError:
    """Which cell of an executed notebook failed, by its execution count, and why."""

    cell: str
    name: str
    value: str


def error_of(notebook: bytes) -> CellError | None:
    """The error that ended an executed notebook; None when it has none, or was cut off."""
    try:
        cells = json.loads(notebook)["cells"]
        for cell in cells:
            for output in cell.get("outputs", ()):
                if output.get("output_type") == "error" and _counts(output):
                    count = cell.get("execution_count")
                    return CellError(
                        f"[{count}]" if count is not None else "",
                        str(output.get("ename", "")),
                        str(output.get("evalue", "")),
                    )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return None


def _counts(output: dict[str, Any]) -> bool:
    """papermill takes a notebook that leaves by sys.exit(0) for one that went well."""
    return output.get("ename") != "SystemExit" or output.get("evalue") not in ("", "0")


def write_beside(source: Path, started: float, content: bytes) -> Path:
    """Write an executed notebook beside its source, under a name that nothing has. Raises OSError.

    `orders.ipynb` → `orders (job 2026-11-25 21-40).ipynb`, in local time.
    """
    for name in _names(source.stem, started):
        path = source.with_name(f"{name}.ipynb")
        try:
            with path.open("xb") as file:
                file.write(content)
            return path
        except FileExistsError:
            continue
    raise AssertionError("names never end")


def _names(stem: str, started: float) -> Iterator[str]:
    short = stem.encode()[:_STEM_BYTES].decode(errors="ignore")
    when = time.strftime("%Y-%m-%d %H-%M", time.localtime(started))
    yield f"{short} (job {when})"
    number = 2
    while True:
        yield f"{short} (job {when}, {number})"
        number += 1


def new_folder(source: Path, started: float) -> Path:
    """A new, empty folder for a job's files, beside its notebook. Raises OSError."""
    for name in _names(source.stem, started):
        path = source.with_name(f"{name} files")
        try:
            path.mkdir()
            return path
        except FileExistsError:
            continue
    raise AssertionError("names never end")


def download(bucket: Bucket, prefix: str, names: list[str], folder: Path) -> None:
    """Download a job's files into a new folder. Raises ProblemError, OSError.

    Keys are written by the job: one that would lead out of the folder is refused, before any other
    is fetched.
    """
    paths = {name: _inside(folder, name) for name in names if not is_mark(name)}
    for name, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        bucket.download(f"{prefix}{name}", path)


def is_mark(name: str) -> bool:
    """Files of SageMaker's own, in a checkpoint folder that it copies: NAME.sagemaker-uploaded."""
    return name.endswith((".sagemaker-uploading", ".sagemaker-uploaded"))


def _inside(folder: Path, name: str) -> Path:
    parts = name.split("/")
    if PurePosixPath(name).is_absolute() or any(
        part in ("", ".", "..") or "\0" in part or os.sep in part or "\\" in part for part in parts
    ):
        raise ProblemError(
            problem(
                "invalid",
                "A file of the job has a name that is no path here",
                f"{name[:200]!r}",
                "Fetch what you need from S3 itself.",
            )
        )
    return folder.joinpath(*parts)
