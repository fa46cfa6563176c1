"""What a tree of processes has for itself on the disk: HOME, temp and a log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnFolders:
    """All of it is below `root`."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """What its programs print."""
        return self.root / "log"

    def make(self, *more: Path) -> None:
        """Make the folders, and `more`. Raises FileExistsError: each is made once."""
        for folder in (self.home, self.tmp, *more):
            folder.mkdir(parents=True, mode=0o700)
