"""The end of a log, as it goes into the reason of a failure."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .own_file import open_own

#: What is looked at. Of it a FailureReason, at most 1,024 characters in all, has so much.
_BYTES = 64_000
_LINES, _CHARS = 12, 700


def tail(
    root: Path,
    log: Path,
    hidden: Iterable[str],
    *,
    since: int = 0,
    before: str = "",
    lines: int = _LINES,
    chars: int = _CHARS,
) -> str:
    """The last lines of a log below `root`, on one line; empty when nothing was printed.

    `hidden` are secrets, shown as [secret]; `since`: the byte where the lines begin; `before`:
    those ahead of the last line that holds this.
    """
    file = open_own(root, log)
    if file is None:
        return ""
    with file:
        file.seek(max(since, os.fstat(file.fileno()).st_size - _BYTES))
        text = file.read().decode("utf-8", "replace")
    # Ahead of the cut: what is left of half a secret would not be found.
    for secret in filter(None, hidden):
        text = text.replace(secret, "[secret]")
    found = text.split("\n")
    if before:
        ends = [place for place, line in enumerate(found) if before in line]
        found = found[: ends[-1]] if ends else found
    # Not the marks below a traceback's lines.
    told = [line.strip() for line in found if line.strip(" ^~\t\r")]
    return " | ".join(told[-lines:])[-chars:]
