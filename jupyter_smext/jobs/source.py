"""The folder of a notebook, as an archive that a container of SageMaker's runs.

The archive is the `sagemaker_submit_directory` of script mode (sagemaker-training: a tar.gz whose
root has `sagemaker_program`). Everything of the user's lies below `folder/`, so that no name of his
meets one of ours.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from ..amounts import in_bytes
from ..aws.errors import ProblemError, problem
from ..notebook_folder import LeftOut, add, files

#: Beyond, data belongs into S3, where the notebook reads it from.
MAX_BYTES = 2 << 30

PROGRAM = "run_notebook.py"


@dataclass
class Source:
    """What of `root` comes along: paths below it with their sizes; and what does not."""

    root: Path
    files: dict[str, int] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def bytes(self) -> int:
        return sum(self.files.values())

    @property
    def requirements(self) -> bool:
        return "requirements.txt" in self.files


def survey(notebook: Path) -> Source:
    """What is beside a notebook. Raises ProblemError when that is too much to be sent."""
    source = Source(notebook.parent)
    for path, status in files(notebook.parent, source.left_out, chosen=notebook.name):
        source.files[path] = status.st_size
    if source.bytes > MAX_BYTES:
        raise ProblemError(
            problem(
                "limit",
                "The notebook's folder is too large to be sent",
                f"{source.root} has {in_bytes(source.bytes)}; it may have {in_bytes(MAX_BYTES)}.",
                "Move the notebook to a folder of its own, with the files it needs; put large data "
                "into S3 and read it from there.",
            )
        )
    return source


def pack(
    source: Source, job: dict[str, Any], archive: Path, progress: Callable[[float], None]
) -> None:
    """Write the archive: our program, what it is to do (`job`), and the folder.

    `progress` is told 0 to 1. Raises OSError: a file that was deleted or denied meanwhile too.
    """
    whole = max(1, source.bytes)
    done = 0
    program = Path(__file__).with_name("container") / PROGRAM
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        _add(tar, PROGRAM, program.read_bytes())
        _add(tar, "job.json", msgspec.json.encode(job))
        for name, size in source.files.items():
            add(tar, source.root / name, f"folder/{name}")
            done += size
            progress(done / whole)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    tar.addfile(member, BytesIO(content))
