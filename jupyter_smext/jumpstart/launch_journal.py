"""Journals of launches: a file for each, from which one is taken up by the next server."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..lifecycle.task_journals import TaskJournals
from ..protocol import AwsCall, Launch
from ..server_process import Server
from .deploy_calls import Deployment


class Record(msgspec.Struct, frozen=True):
    """A launch, what it does, and which process follows it.

    `deployment` or `training` are the calls as they were made of the document then; `folder` is on
    this machine, and `dataset` where in S3 it is put, without what lies outside the format of the
    task `leaves_out`. `cancelled`: somebody asked for its end.
    `undoing`: it ends by deleting what it made, as failed where it has a problem.
    """

    launch: Launch
    server: Server
    deployment: Deployment | None = None
    training: AwsCall | None = None
    folder: str | None = None
    dataset: str | None = None
    leaves_out: str | None = None
    cancelled: bool = False
    undoing: bool = False

    @property
    def id(self) -> str:
        return self.launch.id


class Journals(TaskJournals[Record]):
    """Those of launches."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder,
            Record,
            "launch",
            noun="launch",
            elsewhere="What it made is in the panel, under Deploy and Train.",
            recent=50,
        )
