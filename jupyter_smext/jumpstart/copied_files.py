"""Files of JumpStart's, copied into a folder of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..aws.errors import ProblemError, problem

SIZE_LIMIT = 32 << 20
"""Bytes of a file."""


class Copied(NamedTuple):
    """Names of files; the `kept` ones were there already."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def copy(contents: Mapping[str, bytes], folder: Path) -> Copied:
    """Put files into a folder by plain names; what is there already stays as it is. Blocking.

    Raises ProblemError: one cannot be written.
    """
    written, kept = [], []
    try:
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            path = folder / name
            try:
                # Never through a link, and never over somebody's work.
                with path.open("xb") as file:
                    file.write(content)
                written.append(name)
            except FileExistsError:
                kept.append(name)
    except OSError as error:
        raise ProblemError(
            problem(
                "broken",
                "The files could not be written",
                f"{error.filename or folder}: {error.strerror or error}",
                "See to it, and copy them again.",
            )
        ) from error
    return Copied(tuple(written), tuple(kept))
