"""The logs of a resource: streams of CloudWatch Logs, read by line number."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem

LogLevel = Literal["", "warning", "error"]


class LogStream(msgspec.Struct, frozen=True):
    """A log stream of a resource; times of its first and last event in epoch seconds.

    `id` names it in URLs. `label` tells it from the resource's others: `algo-1`.
    """

    id: str
    group: str
    name: str
    label: str
    first: float | None
    last: float | None


class LogStreams(msgspec.Struct, frozen=True):
    """The streams of a resource, the oldest first; `said` is a sentence where there is none.

    `more` are there than are listed. `problems` say which could not be listed.
    """

    streams: tuple[LogStream, ...]
    said: str
    more: bool
    problems: tuple[Problem, ...]


class LogLine(msgspec.Struct, frozen=True):
    """A line at an epoch second; text without escape sequences, cut at 2,000 characters.

    `length` is that of the whole line, in bytes of UTF-8; `whole` says that `text` is all of it.
    """

    at: float
    text: str
    length: int
    level: LogLevel
    whole: bool = True


class LogState(msgspec.Struct, frozen=True):
    """How far a stream has been read.

    `lines` are known here. `reading` older ones that are there already; `ended`: nothing more is
    written to it. `first_error` is a line number from 0, `errors` a count of lines. `behind` is the
    age of the last look at the stream's end in seconds, None before the first. `problem` says why
    it is not read on.
    """

    lines: int
    reading: bool
    ended: bool
    first_error: int | None
    errors: int
    behind: float | None
    problem: Problem | None


class LogLines(msgspec.Struct, frozen=True):
    """Lines from the line number `start` on, counted from 0."""

    start: int
    lines: tuple[LogLine, ...]
    state: LogState


class LogMatches(msgspec.Struct, frozen=True):
    """The numbers of the lines that a search found, ascending.

    `total` lines match; `capped`: `lines` has only the first of them. `scanned` lines were looked
    through: a later search goes on from there.
    """

    total: int
    capped: bool
    lines: tuple[int, ...]
    scanned: int
