"""Journals of launches: a file for each, from which one is taken up by the next server."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ..aws.errors import ProblemError, problem
from ..protocol import Launch
from ..server_process import Server
from ..whole_file import write_whole
from .calls import Call
from .deploy_calls import Deployment

LAUNCH_ID = re.compile(r"launch-[0-9a-f]{16}")
RECENT = 50


class Record(msgspec.Struct, frozen=True):
    """A launch, what it does, and which process follows it.

    `deployment` or `training` are the calls as they were made of the document then; `folder` is on
    this machine, and `dataset` where in S3 it is put. `cancelled`: somebody asked for its end.
    `undoing`: it ends by deleting what it made, as failed where it has a problem.
    """

    launch: Launch
    server: Server
    deployment: Deployment | None = None
    training: Call | None = None
    folder: str | None = None
    dataset: str | None = None
    cancelled: bool = False
    undoing: bool = False


class Journals:
    """The journals in a folder, readable by their owner alone: environments may be private."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, record: Record) -> None:
        """Replace a journal whole: a crash leaves the one before. Raises OSError."""
        path = self.folder / f"{record.launch.id}.json"
        # What AWS was told must be known after a power cut too.
        write_whole(path, msgspec.json.encode(record), lasting=True)

    def read(self, id: str) -> Record:
        """Raises a 404 or 500 ProblemError."""
        path = self.folder / f"{id}.json"
        # Before the path is touched: an id is part of it.
        if not LAUNCH_ID.fullmatch(id) or not path.is_file():
            raise ProblemError(
                problem("not_found", "There is no such launch", next="Read the list again.")
            )
        try:
            return msgspec.json.decode(path.read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError) as error:
            raise ProblemError(
                problem(
                    "broken",
                    "The journal of this launch cannot be read",
                    f"{path.name}: {type(error).__name__}",
                    "What it made is in the panel, under Deploy and Train.",
                )
            ) from error

    def latest(self) -> list[str]:
        """The ids of the latest launches, newest first."""
        if not self.folder.is_dir():
            return []
        files = sorted(
            self.folder.glob("launch-*.json"), key=lambda file: file.stat().st_mtime, reverse=True
        )
        return [file.stem for file in files[:RECENT]]
