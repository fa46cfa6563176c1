"""All logs that a server reads: their streams, lines, searches and downloads."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import msgspec

from ..aws.errors import ProblemError, problem
from ..decoding import decode_json
from ..protocol import (
    LogLevel,
    LogLine,
    LogLines,
    LogMatches,
    LogStream,
    LogStreams,
    Problem,
    TrainingEpochs,
)
from . import search as searching
from .cloudwatch import CloudWatch
from .epochs import NOT_KNOWN, EpochsInLog
from .levels import Levels
from .merged import ALL
from .reading import Reading
from .readings import Of, Readings
from .spool import Line
from .streams import reasons_of, streams_of
from .text import LOOKED_AT, lines_of, shown

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Lines of one answer.
MOST_LINES = 2000
#: Answers' worth of lines that are looked through for epochs at once.
_LOOKS = 50

_LEVELS: tuple[LogLevel, ...] = ("", "warning", "error")


@dataclass(frozen=True)
class TailLine:
    """A line of a log's end; its number is None where the log was not read from its beginning."""

    stream: LogStream
    number: int | None
    line: LogLine


class Logs:
    """Spools lie below `home` and go when the server ends. All methods are called on its loop.

    What asks AWS raises ProblemError only.
    """

    def __init__(self, sessions: Sessions, home: Path) -> None:
        self._sessions = sessions
        self._readings = Readings(sessions, home)
        self._epochs: WeakKeyDictionary[Reading, EpochsInLog] = WeakKeyDictionary()

    async def streams(self, of: Of) -> LogStreams:
        """The streams that a resource has now."""
        return await asyncio.to_thread(
            streams_of, self._sessions, of.connection, of.region, of.kind, of.id
        )

    async def reasons(self, of: Of) -> list[tuple[str, str]]:
        """Why jobs that a resource started have failed, by their names."""
        return await asyncio.to_thread(
            reasons_of, self._sessions, of.connection, of.region, of.kind, of.id
        )

    async def lines(
        self, of: Of, stream: str, start: int, count: int, known: int | None = None
    ) -> LogLines:
        """Lines from the number `start` on; from the end for a negative one.

        With `known` it is answered once there are more lines than those, or after a while.
        """
        reading = await self._readings.looked_at(of, stream)
        if known is not None:
            await self._readings.changed(lambda: reading.spool.lines > known or reading.ended)
        state = reading.state
        start = max(0, state.lines + start) if start < 0 else min(start, state.lines)
        count = max(0, min(count, MOST_LINES, state.lines - start))
        lines = await asyncio.to_thread(reading.spool.read, start, count)
        return LogLines(start, tuple(map(_line, lines)), state)

    async def whole_line(self, of: Of, stream: str, number: int) -> Iterator[bytes]:
        """A line as it was written, in pieces. Raises a 404 ProblemError for one not there."""
        reading = await self._readings.looked_at(of, stream)
        if not 0 <= number < reading.spool.lines:
            raise ProblemError(
                problem(
                    "not_found",
                    f"The log has no line {number + 1:,}",
                    f"{reading.spool.lines:,} are known of it.",
                    "Choose another.",
                )
            )
        return reading.spool.pieces(number, 1)

    async def search(
        self, of: Of, stream: str, wanted: str, *, regex: bool, case: bool, start: int
    ) -> LogMatches:
        """As `search.search`, over what has been read of the stream."""
        reading = await self._readings.looked_at(of, stream)
        return await asyncio.to_thread(
            searching.search, reading.spool, wanted, regex=regex, case=case, start=start
        )

    async def download(self, of: Of, stream: str) -> tuple[str, AsyncIterator[bytes]]:
        """The stream's name, and its text from the first line to what is its last now.

        The text raises a ProblemError where it cannot be read to its end.
        """
        reading = await self._readings.looked_at(of, stream)
        if (found := reading.problem) is not None and not reading.spool.lines:
            raise ProblemError(found)
        return reading.name, self._pieces(reading)

    async def _pieces(self, reading: Reading) -> AsyncIterator[bytes]:
        sent = 0
        while True:
            last, known = reading.at_end, reading.spool.lines
            for start in range(sent, known, MOST_LINES):
                count = min(MOST_LINES, known - start)
                pieces = reading.spool.pieces(start, count)
                while piece := await asyncio.to_thread(next, pieces, b""):
                    yield piece
            sent = known
            if last:
                return
            if reading.problem is not None:
                raise ProblemError(reading.problem)
            reading.look()
            await self._readings.changed(partial(_more, reading, sent))

    async def tail(
        self, of: Of, most: int, streams: int, seconds: float
    ) -> tuple[list[TailLine], list[Problem]]:
        """The last `most` lines of each of the `streams` that were written to last, oldest first;
        and what could not be read.

        A log that is not read to its end in `seconds` is asked for its end, without line numbers.
        """
        listed = await self.streams(of)
        own = [one for one in listed.streams if not one.name.endswith(ALL)]
        latest = sorted(own, key=lambda one: one.last or one.first or 0)[-streams:]
        parts = await asyncio.gather(*(self._tail(of, one, most, seconds) for one in latest))
        lines = [line for part, _ in parts for line in part]
        return lines, [*listed.problems, *(found for _, found in parts if found is not None)]

    async def _tail(
        self, of: Of, stream: LogStream, most: int, seconds: float
    ) -> tuple[list[TailLine], Problem | None]:
        reading = await self._readings.read_through(of, stream.id, seconds)
        if reading.at_end:
            last = reading.spool.lines
            start = max(0, last - most)
            lines = await asyncio.to_thread(reading.spool.read, start, last - start)
            return [
                TailLine(stream, number, _line(line)) for number, line in enumerate(lines, start)
            ], None
        if reading.problem is not None:
            return [], reading.problem
        logs = CloudWatch(self._sessions, of.connection, of.region)
        try:
            events, _ = await asyncio.to_thread(
                logs.page, stream.group, stream.name, startFromHead=False, limit=most
            )
        except ProblemError as error:
            return [], error.problem
        texts = [line for event in events for line in lines_of(event.get("message", ""))]
        levels = Levels().of(texts)
        return [
            TailLine(stream, None, _line(Line(0, level, len(text), text[:LOOKED_AT], text)))
            for text, level in zip(texts, levels, strict=True)
        ][-most:], None

    async def behind(self, of: Of, place: str | None) -> tuple[list[tuple[float, str]], str, bool]:
        """Lines of all streams behind a place, with their times in epoch seconds, in the order of
        these; the place behind them; and whether there are no more now.

        Raises a 400 ProblemError for what is no place that an earlier answer gave.
        """
        known = _places(place)
        lines: list[tuple[float, str]] = []
        at_end = True
        for stream in (await self.streams(of)).streams:
            if stream.name.endswith(ALL):
                continue
            start = known.get(stream.label, 0)
            reading = await self._readings.looked_at(of, stream.id)
            if reading.problem is not None and not reading.spool.lines:
                raise ProblemError(reading.problem)
            part = await asyncio.to_thread(reading.spool.read, start, MOST_LINES)
            known[stream.label] = start + len(part)
            at_end = at_end and reading.at_end and known[stream.label] >= reading.spool.lines
            lines += [(line.at / 1000, line.head.decode(errors="replace")) for line in part]
        # A stable sort: what was written in the same millisecond keeps its order.
        lines.sort(key=lambda line: line[0])
        return lines, base64.urlsafe_b64encode(msgspec.json.encode(known)).decode(), at_end

    async def epochs(self, of: Of, asked: int | None) -> TrainingEpochs:
        """How far a training job is by its first host's latest log, of `asked` epochs.

        Nothing is known of a log that is not read through yet. See `epochs.py`.
        """
        own = [one for one in (await self.streams(of)).streams if not one.name.endswith(ALL)]
        hosts = [one.label.split()[0] for one in own]
        latest = [one for one, host in zip(own, hosts, strict=True) if host == hosts[0]][-1:]
        if not latest:
            return NOT_KNOWN
        reading = await self._readings.looked_at(of, latest[0].id)
        if reading.problem is not None and not reading.spool.lines:
            raise ProblemError(reading.problem)
        seen = self._epochs.setdefault(reading, EpochsInLog())
        for _ in range(_LOOKS):
            if await asyncio.to_thread(seen.read_on, reading.spool, MOST_LINES):
                return seen.told(asked)
        return NOT_KNOWN

    async def close(self) -> None:
        """End all reading and forget what was read."""
        await self._readings.close()


def _places(place: str | None) -> dict[str, int]:
    if not place:
        return {}
    try:
        return decode_json(base64.urlsafe_b64decode(place.encode()), type=dict[str, int])
    except (ValueError, msgspec.MsgspecError) as error:
        raise ProblemError(
            problem(
                "invalid",
                "This is no place in a log",
                "`next` is not one that an earlier answer gave.",
                "Read the log from its beginning: leave `next` out.",
            )
        ) from error


def _more(reading: Reading, known: int) -> bool:
    return reading.at_end or reading.ended or reading.spool.lines > known


def _line(line: Line) -> LogLine:
    text, whole = shown(line.head, line.end, line.length)
    return LogLine(line.at / 1000, text, line.length, _LEVELS[line.level], whole)
