"""All logs that a server reads: their streams, lines, searches and downloads."""

from __future__ import annotations

import asyncio
import base64
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..decoding import decode_json
from ..inventory.resources import named
from ..kinds import Kind, status_of
from ..protocol import (
    LogLevel,
    LogLine,
    LogLines,
    LogMatches,
    LogStream,
    LogStreams,
    Problem,
)
from ..server_process import lives, this_server
from . import search as searching
from .cloudwatch import CloudWatch
from .levels import Levels
from .merged import ALL, MergedReading
from .reading import Reading
from .spool import Line, Spool
from .streams import label_of, place_of, reasons_of, streams_of
from .text import LOOKED_AT, lines_of, shown

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Bytes of all spools: beyond, those go that nobody has looked at for longest.
MOST_BYTES = 2 << 30
#: Seconds after which the spools of a server that is not seen are those of one that died.
FORSAKEN = 3600.0
#: Lines of one answer.
MOST_LINES = 2000
#: Seconds that an answer waits for more lines, and for the first ones.
WAIT = 5.0

_LEVELS: tuple[LogLevel, ...] = ("", "warning", "error")


@dataclass(frozen=True)
class Of:
    """A resource whose logs are asked for."""

    connection: str
    region: str
    kind: Kind
    id: str


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
        self._home = home
        self._folder: Path | None = None
        self._made = 0
        self._readings: dict[tuple[str, str, str, str], Reading] = {}
        self._waiting: set[asyncio.Event] = set()
        self._loop = asyncio.get_running_loop()

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
        reading = await self._looked_at(of, stream)
        if known is not None:
            await self._changed(lambda: reading.spool.lines > known or reading.ended)
        state = reading.state
        start = max(0, state.lines + start) if start < 0 else min(start, state.lines)
        count = max(0, min(count, MOST_LINES, state.lines - start))
        lines = await asyncio.to_thread(reading.spool.read, start, count)
        return LogLines(start, tuple(map(_line, lines)), state)

    async def whole_line(self, of: Of, stream: str, number: int) -> Iterator[bytes]:
        """A line as it was written, in pieces. Raises a 404 ProblemError for one not there."""
        reading = await self._looked_at(of, stream)
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
        reading = await self._looked_at(of, stream)
        return await asyncio.to_thread(
            searching.search, reading.spool, wanted, regex=regex, case=case, start=start
        )

    async def download(self, of: Of, stream: str) -> tuple[str, AsyncIterator[bytes]]:
        """The stream's name, and its text from the first line to what is its last now.

        The text raises a ProblemError where it cannot be read to its end.
        """
        reading = await self._looked_at(of, stream)
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
            await self._changed(partial(_more, reading, sent))

    async def read_through(self, of: Of, stream: str, seconds: float) -> Reading:
        """The stream's reading, once it has come to the end or the seconds are over."""
        reading = await self._looked_at(of, stream)
        until = time.monotonic() + seconds
        while not (reading.at_end or reading.problem) and time.monotonic() < until:
            reading.look()
            await self._changed(lambda: reading.at_end)
        return reading

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
        reading = await self.read_through(of, stream.id, seconds)
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
            reading = await self._looked_at(of, stream.id)
            if reading.problem is not None and not reading.spool.lines:
                raise ProblemError(reading.problem)
            part = await asyncio.to_thread(reading.spool.read, start, MOST_LINES)
            known[stream.label] = start + len(part)
            at_end = at_end and reading.at_end and known[stream.label] >= reading.spool.lines
            lines += [(line.at / 1000, line.head.decode(errors="replace")) for line in part]
        # A stable sort: what was written in the same millisecond keeps its order.
        lines.sort(key=lambda line: line[0])
        return lines, base64.urlsafe_b64encode(msgspec.json.encode(known)).decode(), at_end

    async def close(self) -> None:
        """End all reading and forget what was read."""
        readings = list(self._readings.values())
        self._readings.clear()
        for reading in readings:
            reading.close()
        for event in self._waiting:
            event.set()
        await asyncio.to_thread(self._clear_away, readings)

    def _clear_away(self, readings: list[Reading]) -> None:
        for reading in readings:
            reading.join(2)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _looked_at(self, of: Of, stream: str) -> Reading:
        """The stream's reading, which goes on; once it knows something."""
        group, name = place_of(of.kind, of.id, stream)
        key = of.connection, of.region, group, name
        reading = self._readings.get(key)
        if reading is None:
            spool = await asyncio.to_thread(self._new_spool)
            logs = CloudWatch(self._sessions, of.connection, of.region)
            made = self._new_reading(logs, group, name, spool, of)
            # Another call may have made it in the meantime.
            reading = self._readings.setdefault(key, made)
            reading.look()
            self._make_room()
        reading.look()
        await self._changed(lambda: bool(reading.spool.lines or reading.at_end or reading.problem))
        return reading

    def _new_reading(
        self, logs: CloudWatch, group: str, name: str, spool: Spool, of: Of
    ) -> Reading:
        def over() -> float | None:
            return self._over(of)

        if not name.endswith(ALL):
            return Reading(logs, group, name, spool, over, self._tell)
        reading = MergedReading(logs, group, name, spool, over, self._tell)
        reading.label = partial(label_of, prefix=name.removesuffix(ALL))
        return reading

    def _new_spool(self) -> Spool:
        if self._folder is None:
            self._folder = _own_folder(self._home)
        self._made += 1
        return Spool(self._folder / str(self._made))

    def _make_room(self) -> None:
        size = sum(reading.spool.size for reading in self._readings.values())
        for key, reading in sorted(self._readings.items(), key=lambda item: item[1].looked):
            if size <= MOST_BYTES:
                return
            if not reading.busy:
                size -= reading.spool.size
                del self._readings[key]
                reading.spool.clear()

    def _over(self, of: Of) -> float | None:
        """For how long the resource has been over, by its own answer. In a reading's thread."""
        kind = of.kind
        if not kind.running or kind.describe_operation is None:
            return None
        from botocore import xform_name

        client = self._sessions.client(of.connection, of.region)
        try:
            with calling(of.connection, kind.describe_operation):
                call = getattr(client, xform_name(kind.describe_operation))
                answer = call(**named(kind, of.id))
        except ProblemError as error:
            # One that was deleted writes nothing more; who may not ask cannot tell.
            return float("inf") if error.problem.cause == "not_found" else None
        if status_of(kind, answer) in kind.running:
            return None
        modified = answer.get(kind.modified_member or "")
        return time.time() - modified.timestamp() if modified is not None else 0.0

    def _tell(self) -> None:
        """Whoever waits looks again. From a reading's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told)

    def _told(self) -> None:
        for event in self._waiting:
            event.set()

    async def _changed(self, enough: Callable[[], object]) -> None:
        """Wait until there is `enough`, for some seconds."""
        until = time.monotonic() + WAIT
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            while not enough() and (left := until - time.monotonic()) > 0:
                try:
                    await asyncio.wait_for(event.wait(), left)
                except asyncio.TimeoutError:
                    return
                event.clear()
        finally:
            self._waiting.discard(event)


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


def _changed_at(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:
        return time.time()


def _own_folder(home: Path) -> Path:
    """A folder of this server, once those are gone that servers of before left."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in home.iterdir():
        pid, _, started = folder.name.partition("-")
        try:
            alive = lives((int(pid), float(started)))
        except ValueError:
            continue
        # A home may be shared with servers of other machines, whose processes are not seen here.
        if not alive and time.time() - _changed_at(folder) > FORSAKEN:
            shutil.rmtree(folder, ignore_errors=True)
    own = home / "-".join(map(str, this_server()))
    own.mkdir(mode=0o700, exist_ok=True)
    return own
