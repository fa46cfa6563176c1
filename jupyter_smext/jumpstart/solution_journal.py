"""Journals of launched solutions: a file for each, from which the next server goes on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..lifecycle.task_journals import TaskJournals
from ..protocol import SolutionLaunch
from ..server_process import Server

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

    @property
    def id(self) -> str:
        return self.launch.id


class SolutionJournals(TaskJournals[Record]):
    """Those of launched solutions."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder,
            Record,
            "solution",
            noun="solution",
            elsewhere="Its stack is in AWS's CloudFormation console, under the name you gave it.",
            recent=50,
        )
