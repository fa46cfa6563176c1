"""The working folder of a job: a part for each of its hosts, gone when the job is over."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..supervision.log_tail import tail
from ..supervision.own_folders import OwnFolders


@dataclass(frozen=True)
class HostFiles(OwnFolders):
    """The folders of one host: `opt_ml` is what its processes see as /opt/ml."""

    @property
    def opt_ml(self) -> Path:
        return self.root / "ml"

    def prepare(self) -> None:
        """Make the folders."""
        self.make(self.opt_ml)

    def real(self, name: str) -> Path | None:
        """A path in here that programs wrote, None when links make it lead elsewhere."""
        path = self.root / name
        return path if path.resolve() == self.root.resolve() / name else None

    def tail(self, hidden: Iterable[str], before: str = "") -> str:
        """The last lines of the log, without secrets; see log_tail."""
        # Fewer than others: a failure's own report stands beside them.
        return tail(self.root, self.log, hidden, before=before, lines=8, chars=500)


@dataclass(frozen=True)
class JobFiles:
    """Where a job's files are, by its generated id; its name is never part of a path."""

    root: Path

    @classmethod
    def of(cls, home: Path, noun: str, job_id: str) -> JobFiles:
        """The files of a job in an engine's home."""
        return cls(home / "jobs" / noun / job_id)

    def host(self, number: int) -> HostFiles:
        """The folders of host `number`, counted from 1 as in algo-1."""
        return HostFiles(self.root / f"host-{number}")

    def delete(self) -> None:
        """Delete all of it. Raises OSError naming what stays."""
        if not self.root.exists():
            return
        try:
            shutil.rmtree(self.root)
        except PermissionError:
            # A program may have locked its own folders.
            for folder, _, _ in os.walk(self.root):
                os.chmod(folder, stat.S_IRWXU)
            shutil.rmtree(self.root)


def left_behind(home: Path, noun: str) -> list[JobFiles]:
    """The folders of every job of a noun that are on the disk."""
    folder = home / "jobs" / noun
    return [JobFiles(path) for path in folder.iterdir()] if folder.exists() else []
