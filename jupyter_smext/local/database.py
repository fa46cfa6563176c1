"""One SQLite file that many threads share: a connection under a lock, written in transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Database:
    """A file in WAL mode, its `schema` made on first use. Every method is safe from any thread."""

    def __init__(self, path: Path, schema: str) -> None:
        self._lock = threading.RLock()
        self._open = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # NORMAL under WAL keeps every commit over the death of this process; only the loss of power
        # can cost the last ones, and never consistency. What is deleted leaves the file again.
        self._open.executescript(
            "pragma auto_vacuum=incremental; pragma journal_mode=wal; pragma synchronous=normal;"
            "pragma journal_size_limit=16777216;" + schema
        )
        path.chmod(0o600)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing when the block raises."""
        with self._lock:
            self._open.execute("begin immediate")
            try:
                yield self._open
            except BaseException:
                self._open.execute("rollback")
                raise
            self._open.execute("commit")

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row of a query. The lock is held for it: bound what it can return."""
        with self._lock:
            return self._open.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None."""
        with self._lock:
            return self._open.execute(query, values).fetchone()

    def shrink(self) -> None:
        """Give the space of what was deleted back to the disk."""
        with self._lock:
            self._open.execute("pragma incremental_vacuum").fetchall()

    def close(self) -> None:
        """Fold the write-ahead log in and close the file."""
        with self._lock:
            self._open.execute("pragma wal_checkpoint(truncate)")
            self._open.close()
