"""Journals of tasks: a file for each, from which one is taken up by the next server."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from ..aws.errors import ProblemError, problem
from ..decoding import decode_json
from ..server_process import Server
from ..whole_file import write_whole

log = logging.getLogger(__name__)


def followed_elsewhere(noun: str, server: Server) -> ProblemError:
    """Another server that is there works on it: two would be in each other's way."""
    return ProblemError(
        problem(
            "conflict",
            f"Another Jupyter server follows this {noun}",
            f"Its process is {server[0]}.",
            "Do it there, or end that server.",
        )
    )


class HasId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=HasId)


class TaskJournals(Generic[R]):
    """The journals in a folder, readable by their owner alone: what was asked may be private.

    `record` is the struct that each holds, and `prefix` begins its id. A person calls the task
    `noun`; `elsewhere` says where what it made is to be seen if its journal is broken. All block.
    """

    def __init__(
        self, folder: Path, record: type[R], prefix: str, *, noun: str, elsewhere: str, recent: int
    ) -> None:
        self.folder = folder
        self._record = record
        self._prefix = prefix
        self._noun = noun
        self._elsewhere = elsewhere
        self._recent = recent

    def write(self, record: R) -> None:
        """Replace a journal whole: a crash leaves the one before. Raises OSError."""
        # What AWS was told must be known after a power cut too.
        write_whole(self.folder / f"{record.id}.json", msgspec.json.encode(record), lasting=True)

    def read(self, id: str) -> R:
        """Raises a 404 or 500 ProblemError."""
        path = self.folder / f"{id}.json"
        # Before the path is touched: an id is part of it.
        if not re.fullmatch(rf"{self._prefix}-[0-9a-f]{{16}}", id) or not path.is_file():
            raise ProblemError(
                problem("not_found", f"There is no such {self._noun}", next="Read the list again.")
            )
        try:
            return decode_json(path.read_bytes(), type=self._record)
        except (OSError, msgspec.MsgspecError) as error:
            raise ProblemError(
                problem(
                    "broken",
                    f"The journal of this {self._noun} cannot be read",
                    f"{path.name}: {type(error).__name__}",
                    self._elsewhere,
                )
            ) from error

    def forget(self, id: str) -> None:
        """Delete a journal; one that is not there is no error. Raises OSError."""
        (self.folder / f"{id}.json").unlink(missing_ok=True)

    def readable(self) -> list[R]:
        """Of the latest those that can be read, newest first; of the others the log tells."""
        found = []
        for id in self.latest():
            try:
                found.append(self.read(id))
            except ProblemError as error:
                log.warning("%s: %s", error.problem.title, error.problem.detail)
        return found

    def latest(self) -> list[str]:
        """The ids of the latest, newest first."""
        if not self.folder.is_dir():
            return []
        files = sorted(
            self.folder.glob(f"{self._prefix}-*.json"),
            key=lambda file: file.stat().st_mtime,
            reverse=True,
        )
        return [file.stem for file in files[: self._recent]]
