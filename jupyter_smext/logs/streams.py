"""Which streams a resource has, by what its kind declares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import jmespath  # type: ignore[import-untyped]
from msgspec.structs import replace

from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..inventory.resources import named
from ..kinds import Kind, kinds
from ..kinds.logs import LogsOf, LogSource
from ..kinds.related import of_arn
from ..protocol import LogStream, LogStreams, Problem
from .cloudwatch import CloudWatch
from .merged import ALL

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Streams that are listed of one source, and resources whose logs are those of another.
MOST_STREAMS = 300
MOST_RESOURCES = 50

# SageMaker ends the name of a host's stream with the second it was made in.
_MADE_AT = re.compile(r"-\d{10,13}$")


def streams_of(sessions: Sessions, connection: str, region: str, kind: Kind, id: str) -> LogStreams:
    """The streams of a resource, the oldest first. Blocking.

    Raises ProblemError where none could be listed; what else could not be is in `problems`.
    """
    listing = _Listing(sessions, connection, region)
    listing.add(kind, id)
    if listing.problems and not listing.found:
        raise ProblemError(listing.problems[0])
    streams = sorted(listing.found, key=lambda stream: (stream.first is None, stream.first or 0))
    return LogStreams(
        (*_told_apart(streams), *listing.merged),
        "" if streams else listing.said or f"{kind.plural} write no log.",
        listing.more,
        tuple(listing.problems),
    )


def place_of(kind: Kind, id: str, stream: str) -> tuple[str, str]:
    """The group and name that a stream's id stands for.

    Raises a 404 ProblemError for one that is no stream of the resource.
    """
    group, comma, name = stream.partition(",")
    group, name = unquote(group), unquote(name)
    if comma and name and any(_holds(each, group, name) for each in _sources(kind, id)):
        return group, name
    raise ProblemError(
        problem(
            "not_found",
            f"This is no log stream of the {kind.label.lower()}",
            f"{stream[:200]!r} is not one that it writes to.",
            "Choose one from its list.",
        )
    )


def _sources(kind: Kind, id: str) -> Iterator[LogSource]:
    """Sources with their names filled in; of resources that are not known, all that may be."""
    for source in kind.logs:
        if isinstance(source, LogSource):
            yield filled(source, kind, id)
        else:
            for other in kinds().values():
                for its in other.logs:
                    if isinstance(its, LogSource) and not its.groups and its.stream:
                        yield LogSource(its.group)


def filled(source: LogSource, kind: Kind, id: str) -> LogSource:
    """The source of one resource, with its identity in place of the members' names."""
    values = {**dict.fromkeys(kind.identity, ""), **named(kind, id)}
    return LogSource(source.group.format(**values), source.stream.format(**values), source.groups)


def _holds(source: LogSource, group: str, name: str) -> bool:
    right = group.startswith(source.group) if source.groups else group == source.group
    return right and _begins(name, source.stream)


def _begins(name: str, stream: str) -> bool:
    """Whether a stream is of a source: `job` is also the beginning of `job-2`."""
    if not stream or stream.endswith("/"):
        return name.startswith(stream)
    return name == stream or name.startswith(f"{stream}/")


class _Listing:
    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self._place = connection, region
        self._logs = CloudWatch(sessions, connection, region)
        self.found: list[LogStream] = []
        self.merged: list[LogStream] = []
        self.problems: list[Problem] = []
        self.more = False
        self.said = ""

    def add(self, kind: Kind, id: str, of: str = "") -> None:
        for source in kind.logs:
            try:
                if isinstance(source, LogsOf):
                    self._others(source, kind, id)
                else:
                    self._streams(filled(source, kind, id), of)
            except ProblemError as error:
                if error.problem not in self.problems:
                    self.problems.append(error.problem)

    def _others(self, source: LogsOf, kind: Kind, id: str) -> None:
        pages = started(self._sessions, *self._place, source, kind, id)
        arns = [arn for page in pages for arn in jmespath.search(source.arns, page) or ()]
        targets = dict.fromkeys(filter(None, map(of_arn, dict.fromkeys(map(str, arns)))))
        its = [(other, other_id, name) for other, other_id, name in targets if other.logs]
        self.more |= len(its) > MOST_RESOURCES
        for other, other_id, name in its[:MOST_RESOURCES]:
            self.add(other, other_id, name)
        if not its:
            self.said = f"This {kind.label.lower()} has not started a job yet that writes a log."

    def _streams(self, source: LogSource, of: str) -> None:
        groups = [source.group]
        if source.groups:
            groups = [each["logGroupName"] for each in self._logs.groups(source.group)]
        for group in groups:
            listed = self._logs.streams(group, source.stream, newest=True)
            held = [
                each
                for each in islice(listed, MOST_STREAMS + 1)
                if _begins(each["logStreamName"], source.stream)
            ]
            self.more |= len(held) > MOST_STREAMS
            found = [self._stream(group, source, of, each) for each in held[:MOST_STREAMS]]
            self.found += found
            if len(found) > 1 and not of and (not source.stream or source.stream.endswith("/")):
                self.merged.append(
                    _merged(group, source.stream, found, more=len(held) > len(found))
                )
        if not self.said:
            names = f" whose name begins with {source.stream}" if source.stream else ""
            self.said = (
                f"Nothing has been logged yet: in CloudWatch Logs there is no stream{names} in "
                f"{source.group}."
            )

    def _stream(self, group: str, source: LogSource, of: str, stream: dict[str, Any]) -> LogStream:
        name = stream["logStreamName"]
        label = label_of(name, source.stream)
        return LogStream(
            id=_id(group, name),
            group=group,
            name=name,
            label=f"{of}/{label}" if of else label,
            first=_seconds(stream.get("firstEventTimestamp", stream.get("creationTime"))),
            last=_seconds(stream.get("lastEventTimestamp")),
        )


def _merged(group: str, prefix: str, streams: list[LogStream], *, more: bool) -> LogStream:
    """All streams of a source as one, listed behind them."""
    return LogStream(
        id=_id(group, prefix + ALL),
        group=group,
        name=prefix + ALL,
        label="All streams" if more else f"All {len(streams)} streams",
        first=min((one.first for one in streams if one.first is not None), default=None),
        last=max((one.last for one in streams if one.last is not None), default=None),
    )


def label_of(name: str, prefix: str) -> str:
    """What tells a stream from the others that begin with `prefix`."""
    label = name.removeprefix(prefix).lstrip("/") or name.rpartition("/")[2]
    return _MADE_AT.sub("", label)


def _id(group: str, name: str) -> str:
    return f"{quote(group, safe='')},{quote(name, safe='')}"


def started(
    sessions: Sessions, connection: str, region: str, source: LogsOf, kind: Kind, id: str
) -> list[dict[str, Any]]:
    """The answers that list what a resource started. Blocking. Raises ProblemError."""
    from botocore import xform_name

    with calling(connection, source.operation):
        paginator = sessions.client(connection, region).get_paginator(xform_name(source.operation))
        return list(
            paginator.paginate(
                **{source.parameter: named(kind, id)[source.parameter]},
                PaginationConfig={"MaxItems": 5 * MOST_RESOURCES},
            )
        )


def reasons_of(
    sessions: Sessions, connection: str, region: str, kind: Kind, id: str
) -> list[tuple[str, str]]:
    """The names of what a resource started and failed, each with AWS's reason. As `started`."""
    return [
        (str(name), str(reason))
        for source in kind.logs
        if isinstance(source, LogsOf)
        for page in started(sessions, connection, region, source, kind, id)
        for name, reason in jmespath.search(source.reasons, page) or ()
    ]


def _told_apart(streams: list[LogStream]) -> tuple[LogStream, ...]:
    """Streams whose labels differ: a host that was replaced has begun another."""
    seen: Counter[str] = Counter()
    found = []
    for stream in streams:
        seen[stream.label] += 1
        count = seen[stream.label]
        found.append(replace(stream, label=f"{stream.label} ({count})") if count > 1 else stream)
    return tuple(found)


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
