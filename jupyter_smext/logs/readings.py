"""The streams that are being read: one reading of each, their spools together within bounds."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..inventory.resources import named
from ..kinds import Kind, status_of
from .cloudwatch import CloudWatch
from .merged import ALL, MergedReading
from .own_folder import own_folder
from .reading import Reading
from .spool import Spool
from .streams import label_of, place_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Bytes of all spools: beyond, those go that nobody has looked at for longest.
MOST_BYTES = 2 << 30
#: Seconds that an answer waits for more lines, and for the first ones.
WAIT = 5.0


@dataclass(frozen=True)
class Of:
    """A resource whose logs are asked for."""

    connection: str
    region: str
    kind: Kind
    id: str


class Readings:
    """Spools lie below `home` and go with `close`. All methods are called on the server's loop.

    `kept` has the readings by connection, region, group and name.
    """

    def __init__(self, sessions: Sessions, home: Path) -> None:
        self.kept: dict[tuple[str, str, str, str], Reading] = {}
        self._sessions = sessions
        self._home = home
        self._folder: Path | None = None
        self._made = 0
        self._waiting: set[asyncio.Event] = set()
        self._loop = asyncio.get_running_loop()

    async def looked_at(self, of: Of, stream: str) -> Reading:
        """The stream's reading, which goes on; once it knows something.

        Raises a 404 ProblemError for what is no stream of the resource.
        """
        group, name = place_of(of.kind, of.id, stream)
        key = of.connection, of.region, group, name
        reading = self.kept.get(key)
        if reading is None:
            spool = await asyncio.to_thread(self._new_spool)
            made = self._new_reading(group, name, spool, of)
            # Another call may have made it in the meantime.
            reading = self.kept.setdefault(key, made)
            reading.look()
            self._make_room()
        reading.look()
        await self.changed(lambda: bool(reading.spool.lines or reading.at_end or reading.problem))
        return reading

    async def read_through(self, of: Of, stream: str, seconds: float) -> Reading:
        """The stream's reading, once it has come to the end or the seconds are over."""
        reading = await self.looked_at(of, stream)
        until = time.monotonic() + seconds
        while not (reading.at_end or reading.problem) and time.monotonic() < until:
            reading.look()
            await self.changed(lambda: reading.at_end)
        return reading

    async def changed(self, enough: Callable[[], object]) -> None:
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

    async def close(self) -> None:
        """End all reading and forget what was read."""
        readings = list(self.kept.values())
        self.kept.clear()
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

    def _new_reading(self, group: str, name: str, spool: Spool, of: Of) -> Reading:
        logs = CloudWatch(self._sessions, of.connection, of.region)
        over = partial(_over, self._sessions, of)
        if not name.endswith(ALL):
            return Reading(logs, group, name, spool, over, self._tell)
        reading = MergedReading(logs, group, name, spool, over, self._tell)
        reading.label = partial(label_of, prefix=name.removesuffix(ALL))
        return reading

    def _new_spool(self) -> Spool:
        if self._folder is None:
            self._folder = own_folder(self._home)
        self._made += 1
        return Spool(self._folder / str(self._made))

    def _make_room(self) -> None:
        size = sum(reading.spool.size for reading in self.kept.values())
        for key, reading in sorted(self.kept.items(), key=lambda item: item[1].looked):
            if size <= MOST_BYTES:
                return
            if not reading.busy:
                size -= reading.spool.size
                del self.kept[key]
                reading.spool.clear()

    def _tell(self) -> None:
        """Whoever waits looks again. From a reading's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told)

    def _told(self) -> None:
        for event in self._waiting:
            event.set()


def _over(sessions: Sessions, of: Of) -> float | None:
    """For how long the resource has been over, by its own answer. In a reading's thread."""
    kind = of.kind
    if not kind.running or kind.describe_operation is None:
        return None
    from botocore import xform_name

    client = sessions.client(of.connection, of.region)
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
