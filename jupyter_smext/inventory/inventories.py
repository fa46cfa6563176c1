"""The inventories of a server: one for each connection and region that anyone looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..kinds import Kind
from ..kinds import kinds as all_kinds
from ..protocol import Changed
from .client import Client
from .pace import Pace
from .refresher import Refresher
from .shelf import Shelf
from .watched import Watched
from .workers import Workers

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class Inventories:
    """Makes and keeps them. `emit` is called on the server's loop; `home` holds the snapshots.

    `kinds` are those that are read, all by default; `idle` is the pause in seconds between sweeps
    when nothing is busy; `time_windows` reads long lists side by side.
    """

    def __init__(
        self,
        sessions: Sessions,
        emit: Callable[[Changed], None],
        home: Path,
        *,
        time_windows: bool = False,
        idle: float = 25.0,
        kinds: Mapping[str, Kind] | None = None,
    ) -> None:
        self._sessions = sessions
        self._emit = emit
        self._home = home
        self._windows = time_windows
        self._idle = idle
        self._kinds = all_kinds() if kinds is None else kinds
        self._watched: dict[tuple[str, str], Watched] = {}

    def get(self, connection: str, region: str) -> Watched:
        """The one inventory of a connection and region."""
        place = (connection, region)
        if place not in self._watched:
            self._watched[place] = self._make(connection, region)
        return self._watched[place]

    async def close(self) -> None:
        """Stop all reading; what is known goes to disk."""
        await asyncio.gather(*(watched.close() for watched in self._watched.values()))

    def _make(self, connection: str, region: str) -> Watched:
        def announce(kind: str, ids: tuple[str, ...], rev: int) -> None:
            self._emit(Changed(connection, region, kind, ids, rev))

        client = Client(self._sessions, connection, region)
        workers = Workers()
        refresher = Refresher(self._kinds, client, workers, announce, windows=self._windows)
        shelf = Shelf(self._home, self._sessions, connection, region)
        refresher.history.load(shelf.states)
        return Watched(connection, region, client, workers, refresher, shelf, Pace(self._idle))
