"""Journals of creations: a file for each, from which one is taken up by the next server."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..lifecycle.task_journals import TaskJournals
from ..protocol import Creation, MadeResource
from ..server_process import Server
from .steps import Step


class Record(msgspec.Struct, frozen=True):
    """A creation, the steps as they were worked out then, and which process follows it.

    `account` is the one that it was begun in. `asked` are the steps whose call may have gone out,
    `made` what came of them. `cancelled`: somebody asked for its end; `undoing`: what was made is
    deleted.
    """

    creation: Creation
    server: Server
    steps: tuple[Step, ...]
    account: str | None
    asked: tuple[str, ...] = ()
    made: dict[str, MadeResource] = {}
    cancelled: bool = False
    undoing: bool = False

    @property
    def id(self) -> str:
        return self.creation.id


class Journals(TaskJournals[Record]):
    """Those of creations."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder,
            Record,
            "creation",
            noun="creation",
            elsewhere="What it made is in the panel.",
            recent=50,
        )
