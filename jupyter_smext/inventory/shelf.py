"""Where one connection and region's snapshot lies, and whose account it may be shown for."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError
from ..protocol import Page
from .snapshot import VERSION, Snapshot, load, path_of, save
from .whose import way_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two snapshots."""

ASK_AGAIN = 300.0
"""Seconds after which AWS is asked again whose account it is: some credentials change unseen."""


class Shelf:
    """Keeps the last known pages. All methods may block and belong in a worker's thread."""

    def __init__(self, home: Path, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self._connection = connection
        self._region = region
        self._path = path_of(home, connection, region)
        self.states = self._path.with_suffix(".states")
        self._account: str | None = None
        self._asked = 0.0
        self._saved = 0.0

    def load(self) -> tuple[Snapshot | None, bool]:
        """The snapshot, and whether it is surely this account's; if not, ask `is_mine`."""
        snapshot = load(self._path)
        if snapshot is None:
            return None, False
        way = way_of(self._connection)
        sure = way.pinned and snapshot.way == way.print
        if sure:
            self._account = snapshot.account
        return snapshot, sure

    def is_mine(self, snapshot: Snapshot) -> bool:
        """Ask AWS whether the snapshot is this account's."""
        self._ask()
        return self._account is not None and self._account == snapshot.account

    def is_another_account(self) -> bool:
        """Whether the connection leads to another account than it did; asks AWS now and then."""
        if time.monotonic() - self._asked < ASK_AGAIN and self._account is not None:
            return False
        before = self._account
        self._ask()
        return before is not None and self._account != before

    def doubt(self) -> None:
        """The credentials may have changed."""
        self._asked = 0.0

    def due(self) -> bool:
        return time.monotonic() - self._saved >= EVERY

    def save(self, pages: Sequence[Page]) -> None:
        """Write what was read; a failure is logged, as only the next start misses it."""
        self._saved = time.monotonic()
        read = tuple(page for page in pages if page.read_at is not None)
        if not read:
            return
        way = way_of(self._connection)
        saved_at = max(page.read_at or 0.0 for page in read)
        snapshot = Snapshot(
            VERSION, self._connection, self._region, way.print, self._account, saved_at, read
        )
        try:
            save(self._path, snapshot)
        except OSError as error:
            _log.warning("The inventory could not be kept in %s: %s", self._path, error)

    def _ask(self) -> None:
        self._asked = time.monotonic()
        try:
            identity = self._sessions.identity(self._connection, self._region)
        except ProblemError as error:
            _log.debug("Who AWS says we are: %s", error.problem.code or error.problem.title)
            return
        if identity.account is not None:
            self._account = identity.account
