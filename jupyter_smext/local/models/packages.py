"""Files of installed packages that models are made of, used only with the checksum they had."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path


class Unavailable(Exception):
    """A file that cannot be used here; the message is the reason, with what to do about it."""


@dataclass(frozen=True)
class PackagedFile:
    """A file of a distribution of PyPI.

    `path` is below its place, `sha256` in hex that of the file that was tried; `install` is what
    pip has to be told.
    """

    distribution: str
    path: str
    sha256: str
    install: str = "jupyter_smext[models]"

    @property
    def command(self) -> str:
        """What installs it."""
        return f"pip install {self.install}"

    def find(self) -> Path:
        """Where it is. Raises Unavailable when it is not installed."""
        found = self._place()
        if found is None or not found.is_file():
            raise Unavailable(
                f"{Path(self.path).name} comes in the package {self.distribution}, which the "
                f"Python of the local engine ({sys.executable}) does not have. Install it there: "
                f"{self.command}"
            )
        return found

    def _place(self) -> Path | None:
        try:
            return Path(str(distribution(self.distribution).locate_file(self.path)))
        except PackageNotFoundError:
            return None

    def read(self) -> bytes:
        """Its bytes. Raises Unavailable: not installed, or not the file that was tried."""
        content = self.find().read_bytes()
        has = hashlib.sha256(content).hexdigest()
        if has != self.sha256:
            raise Unavailable(
                f"{Path(self.path).name} of the package {self.distribution} has the SHA-256 {has}, "
                f"not {self.sha256}: it is another file than the one that was tried, and is not "
                f"used. Install the package again: {self.command}"
            )
        return content


class NpmFile(PackagedFile):
    """A file of a package of npm, below the prefix of the engine's Python: PyPI has none of it.

    `install` is the package with its version.
    """

    @property
    def command(self) -> str:
        return f'npm install --prefix "{_npm_prefix()}" {self.install}'

    def _place(self) -> Path:
        return _npm_prefix() / "node_modules" / self.distribution / self.path


def _npm_prefix() -> Path:
    return Path(sys.prefix) / "share" / "jupyter_smext"


@functools.cache
def revision(*parts: object) -> str:
    """A short name for what an object is made from: other parts, another name."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def missing(files: Iterable[PackagedFile]) -> str | None:
    """Why files are not here, in words; None when all are."""
    for file in files:
        try:
            file.find()
        except Unavailable as reason:
            return str(reason)
    return None
