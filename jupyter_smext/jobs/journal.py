"""Journals of notebook jobs: a file for each, from which a job is taken up by the next server."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ..aws.errors import ProblemError, problem
from ..protocol import NotebookJob
from ..server_process import Server
from ..whole_file import write_whole

JOB_ID = re.compile(r"job-[0-9a-f]{16}")
RECENT = 20


class Record(msgspec.Struct, frozen=True):
    """A job, the file of its notebook on this machine, and which process follows it."""

    job: NotebookJob
    file: str
    server: Server


class Journals:
    """The journals in a folder, readable by their owner alone: parameters may be private."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def archive(self, id: str) -> Path:
        """Where a job's archive is made before it is uploaded."""
        return self.folder / f"{id}.tar.gz"

    def write(self, record: Record) -> None:
        """Replace a journal whole: a crash leaves the one before. Raises OSError."""
        path = self.folder / f"{record.job.id}.json"
        write_whole(path, msgspec.json.encode(record), lasting=True)

    def read(self, id: str) -> Record:
        """Raises a 404 or 500 ProblemError."""
        path = self.folder / f"{id}.json"
        # Before the path is touched: an id is part of it.
        if not JOB_ID.fullmatch(id) or not path.is_file():
            raise ProblemError(
                problem("not_found", "There is no such notebook job", next="Read the list again.")
            )
        try:
            return msgspec.json.decode(path.read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError) as error:
            raise ProblemError(
                problem(
                    "broken",
                    "The journal of this notebook job cannot be read",
                    f"{path.name}: {type(error).__name__}",
                    "The training job itself is in the panel, under Train.",
                )
            ) from error

    def latest(self) -> list[str]:
        """The ids of the latest jobs, newest first."""
        if not self.folder.is_dir():
            return []
        files = sorted(
            self.folder.glob("job-*.json"), key=lambda file: file.stat().st_mtime, reverse=True
        )
        return [file.stem for file in files[:RECENT]]
