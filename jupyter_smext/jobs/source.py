"""The folder of a notebook, as an archive that a container of SageMaker's runs.

The archive is the `sagemaker_submit_directory` of script mode (sagemaker-training: a tar.gz whose
root has `sagemaker_program`). Everything of the user's lies below `folder/`, so that no name of his
meets one of ours.
"""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from ..aws.errors import ProblemError, problem

#: Beyond these, data belongs into S3, where the notebook reads it from.
MAX_BYTES = 2 * 1024**3
MAX_FILES = 20_000
#: What is said by name; of more it is the number.
NAMED = 200
MOST_DEPTH = 40

PROGRAM = "run_notebook.py"
_CACHES = {"__pycache__": "made anew by Python", "node_modules": "installed packages"}


@dataclass
class Source:
    """What of `root` comes along: paths below it with their sizes; `without` says what does not."""

    root: Path
    files: dict[str, int] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    left_out: int = 0

    @property
    def requirements(self) -> bool:
        return "requirements.txt" in self.files

    def take(self, name: str, size: int) -> None:
        """Raises ProblemError when it is too much."""
        self.files[name] = size
        self.bytes += size
        if len(self.files) > MAX_FILES or self.bytes > MAX_BYTES:
            raise _too_much(self.root)

    def leave(self, name: str, why: str) -> None:
        self.left_out += 1
        if len(self.without) < NAMED:
            # A name that is no text could not cross the wire.
            self.without[name.encode(errors="backslashreplace").decode()] = why
        else:
            self.without["…"] = f"and {self.left_out - NAMED:,} more"


def survey(notebook: Path) -> Source:
    """What is beside a notebook. Raises ProblemError when that is too much to be sent.

    Hidden files stay: keys and settings of other tools are in them. So do links that lead out.
    """
    source = Source(notebook.parent)
    _walk(source, notebook.parent, "")
    if notebook.name not in source.files:
        # Hidden itself, or a link; it was chosen by its name.
        source.take(notebook.name, notebook.stat().st_size)
        source.without.pop(notebook.name, None)
    return source


def _walk(source: Source, folder: Path, below: str) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        return source.leave(below or ".", f"cannot be read: {error.strerror}")
    for entry in entries:
        name = f"{below}{entry.name}"
        why = _left(entry, below.count("/"))
        if why:
            source.leave(name, why)
        elif entry.is_dir(follow_symlinks=False):
            if os.path.lexists(os.path.join(entry.path, "pyvenv.cfg")):
                source.leave(name, "a virtual environment: its packages are of this machine")
            else:
                _walk(source, Path(entry.path), f"{name}/")
        else:
            source.take(name, entry.stat(follow_symlinks=False).st_size)


def _left(entry: os.DirEntry[str], depth: int) -> str:
    """Why an entry stays here, empty when it comes along."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        return "its name is no text"
    if entry.name.startswith("."):
        return "hidden: it may hold keys, or settings of this machine"
    if entry.name in _CACHES:
        return _CACHES[entry.name]
    if entry.is_symlink():
        return "a link: what it leads to is not part of the folder"
    mode = entry.stat(follow_symlinks=False).st_mode
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        return "not a file"
    if not os.access(entry.path, os.R_OK):
        return "cannot be read: no permission"
    if stat.S_ISDIR(mode) and depth >= MOST_DEPTH:
        return "too deep"
    return ""


def _too_much(root: Path) -> ProblemError:
    return ProblemError(
        problem(
            "limit",
            "The notebook's folder is too large to be sent",
            f"{root} has more than {MAX_FILES:,} files or {MAX_BYTES // 1024**3} GiB; "
            "hidden files, links and virtual environments do not count.",
            "Move the notebook into a folder of its own, with the files it reads; put large data "
            "into S3 and read it from there.",
        )
    )


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
            # Through one descriptor, so that what grows meanwhile is cut and not spoilt.
            with (source.root / name).open("rb") as file:
                member = tar.gettarinfo(arcname=f"folder/{name}", fileobj=file)
                member.uid = member.gid = 0
                member.uname = member.gname = ""
                # The container's user reads them, and writes beside them.
                member.mode |= 0o644
                tar.addfile(member, file)
            done += size
            progress(done / whole)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    tar.addfile(member, BytesIO(content))


def size(count: int) -> str:
    """Bytes in words, by thousands: `640 bytes`, `1.2 MB`."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= one:
            return f"{count / one:.3g} {unit}"
    return f"{count} bytes"
