"""Journals of notebook jobs: a file for each, from which a job is taken up by the next server."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..lifecycle.task_journals import TaskJournals
from ..protocol import NotebookJob
from ..server_process import Server


class Record(msgspec.Struct, frozen=True):
    """A job, the file of its notebook on this machine, and which process follows it."""

    job: NotebookJob
    file: str
    server: Server

    @property
    def id(self) -> str:
        return self.job.id


class Journals(TaskJournals[Record]):
    """Those of notebook jobs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder,
            Record,
            "job",
            noun="notebook job",
            elsewhere="The training job itself is in the panel, under Train.",
            recent=20,
        )

    def archive(self, id: str) -> Path:
        """Where a job's archive is made before it is uploaded."""
        return self.folder / f"{id}.tar.gz"
