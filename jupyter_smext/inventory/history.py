"""Which states resources were seen to go through: AWS tells the state of now, and none before."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from ..decoding import decode_msgpack
from ..protocol import Row
from ..whole_file import write_whole

_log = logging.getLogger(__name__)

RESOURCES = 2000
"""Resources that are remembered; those that changed longest ago go first."""

STATES = 50
"""Latest states of one resource that are remembered."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A state, and since when, in epoch seconds: as AWS `told`, or else when it was looked at."""

    status: str
    at: float
    told: bool


class Past(msgspec.Struct, frozen=True, array_like=True):
    """The states of one resource, oldest first, and the instances it was last known to run on.

    `created` tells it from another one of the same name.
    """

    created: float | None
    instance: str | None
    states: tuple[Seen, ...]


class History:
    """The states of the resources of one connection and region. Belongs to the loop's thread."""

    def __init__(self) -> None:
        # The one that changed last stands last.
        self._pasts: dict[str, Past] = {}
        self._saved: bytes = b""

    def saw(
        self,
        kind: str,
        before: Iterable[Row],
        after: Iterable[Row],
        ids: Iterable[str],
        read_at: float,
    ) -> None:
        """Rows changed between two reads: keep what came to be of their states."""
        wanted = set(ids)
        old = {row.id: row for row in before if row.id in wanted}
        for row in after:
            was = old.get(row.id)
            if was is not None and was.status != row.status and was.created == row.created:
                self._add(f"{kind}\t{row.id}", was, row, read_at)

    def learn(self, kind: str, row: Row) -> None:
        """What a resource runs on was found out after its state was seen."""
        key = f"{kind}\t{row.id}"
        past = self._pasts.get(key)
        if past is not None and past.created == row.created and row.instance is not None:
            self._pasts[key] = msgspec.structs.replace(past, instance=row.instance)

    def of(self, kind: str, row: Row) -> tuple[Seen, ...]:
        """The states that a resource was seen in; at least the one of now, with AWS's word for it.

        Without any time, where nothing is known of that.
        """
        past = self._pasts.get(f"{kind}\t{row.id}")
        states = past.states if past is not None and past.created == row.created else ()
        if states and states[-1].status == row.status:
            return states
        since = _since(row)
        return states if since is None else (*states, Seen(row.status, since, True))

    def lengths(self, kind: str, status: str, instance: str | None) -> list[float]:
        """How many seconds resources of a kind, on such instances, were seen in a state."""
        return [
            after.at - seen.at
            for seen, after in self._pairs(kind, instance)
            if seen.status == status
        ]

    def clear(self) -> None:
        """Forget all: it was another account's."""
        self._pasts.clear()

    def load(self, path: Path) -> None:
        """Remember what an earlier server kept; what cannot be read is logged and begun anew."""
        try:
            data = path.read_bytes()
            kept = decode_msgpack(data, type=dict[str, Past])
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            _log.warning("The states seen before, in %s, are not usable: %s", path, error)
            return
        self._saved = data
        self._pasts = {**kept, **self._pasts}

    def packed(self) -> bytes | None:
        """What there is to keep; None when the file has it already."""
        data = msgspec.msgpack.encode(self._pasts)
        return None if data == self._saved else data

    def save(self, path: Path, data: bytes) -> None:
        """Keep it. Blocks; a failure is logged, as only the next start misses it."""
        try:
            write_whole(path, data)
        except OSError as error:
            _log.warning("The states that were seen could not be kept in %s: %s", path, error)
            return
        self._saved = data

    def _add(self, key: str, was: Row, row: Row, read_at: float) -> None:
        past = self._pasts.get(key)
        states = past.states if past is not None and past.created == row.created else ()
        if states and states[-1].status == row.status:
            # A page that showed it alone has seen it before the list did.
            return
        if not states or states[-1].status != was.status:
            since = _since(was)
            states = states if since is None else (*states, Seen(was.status, since, True))
        # AWS's own time, where it is one of this change.
        told = row.modified is not None and row.modified != was.modified
        at = row.modified if told and row.modified is not None else read_at
        states = (*states, Seen(row.status, at, told))
        instance = row.instance or was.instance or (past.instance if past is not None else None)
        self._pasts.pop(key, None)
        self._pasts[key] = Past(row.created, instance, states[-STATES:])
        while len(self._pasts) > RESOURCES:
            del self._pasts[next(iter(self._pasts))]

    def _pairs(self, kind: str, instance: str | None) -> Iterator[tuple[Seen, Seen]]:
        for key, past in self._pasts.items():
            if key.startswith(f"{kind}\t") and past.instance == instance:
                yield from zip(past.states, past.states[1:], strict=False)


def _since(row: Row) -> float | None:
    """Since when a row is in its state, as far as AWS tells: since it was changed last.

    Of a kind that does not tell that, only what is still being made is in its first state.
    """
    if row.modified is None and row.tone != "busy":
        return None
    return row.modified if row.modified is not None else row.created
