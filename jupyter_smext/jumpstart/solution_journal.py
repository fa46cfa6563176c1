"""Journals of launched solutions: a file for each, from which the next server goes on."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ..aws.errors import ProblemError, problem
from ..protocol import SolutionLaunch
from ..server_process import Server
from ..whole_file import write_whole

LAUNCH_ID = re.compile(r"solution-[0-9a-f]{16}")
RECENT = 50

UNDER_WAY = ("creating", "deleting")
"""A stack that is worked on."""

SETTLED = ("created", "not deleted")
"""A stack that nobody works on is there, as far as is known."""


class Record(msgspec.Struct, frozen=True):
    """A solution's launch, the process that follows it, and how it is asked for.

    `template` is what CreateStack takes of it. `hidden` names the parameters whose values are not
    kept: without them it is not asked for again. `empty_buckets` belongs to its deletion.
    """

    launch: SolutionLaunch
    server: Server
    template: dict[str, str]
    hidden: tuple[str, ...] = ()
    empty_buckets: bool = False


class SolutionJournals:
    """The journals in a folder, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, record: Record) -> None:
        """Replace a journal whole, lasting. Raises OSError. Blocking."""
        path = self.folder / f"{record.launch.id}.json"
        write_whole(path, msgspec.json.encode(record), lasting=True)

    def read(self, id: str) -> Record:
        """Raises a 404 or 500 ProblemError. Blocking."""
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
                    "The journal of this solution cannot be read",
                    f"{path.name}: {type(error).__name__}",
                    "Its stack is in AWS's CloudFormation console, under the name you gave it.",
                )
            ) from error

    def latest(self) -> list[str]:
        """The ids of the latest, newest first. Blocking."""
        if not self.folder.is_dir():
            return []
        files = sorted(
            self.folder.glob("solution-*.json"), key=lambda file: file.stat().st_mtime, reverse=True
        )
        return [file.stem for file in files[:RECENT]]
