"""What an engine keeps, from outside: a cheap mark that changes with it, and what changed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.local.trials.engine_process import EngineProcess

#: Files that change by themselves: SQLite's own, and what processes and the engine log.
_RESTLESS = ("-wal", "-shm", ".log")
#: How long it has to be quiet before an act, each time anew that something changed all the same.
_QUIET_SECONDS = (0.3, 1.0, 3.0)
_MOST_SECONDS = 30.0

Facts = dict[str, str]


class Kept:
    """Looks at an engine's databases, folders and processes."""

    def __init__(self, engine: EngineProcess) -> None:
        self._engine = engine
        self._open: dict[Path, sqlite3.Connection] = {}
        self._folders: list[str] = []
        self._asked = 0

    def mark(self) -> tuple[Any, ...]:
        """Equal as long as nothing was kept, made or deleted, and no process came or went."""
        if self._asked % 200 == 0:
            self._look_around()
        self._asked += 1
        versions = [db.execute("pragma data_version").fetchone()[0] for db in self._open.values()]
        return (*versions, *map(_changed, self._folders), self._engine.children())

    def settle(self, quiet: float) -> tuple[Any, ...]:
        """The mark once it has stayed the same for so long: what was begun has ended."""
        deadline = time.monotonic() + _MOST_SECONDS
        mark, since = self.mark(), time.monotonic()
        while time.monotonic() - since < quiet and time.monotonic() < deadline:
            time.sleep(0.02)
            now = self.mark()
            if now != mark:
                mark, since = now, time.monotonic()
        return mark

    def facts(self) -> Facts:
        """Every row, by table and key, and every file, by path, as digests."""
        found: Facts = {}
        for path, db in self._open.items():
            tables = db.execute("select name from sqlite_master where type='table'").fetchall()
            for (table,) in tables:
                keys = [row[1] for row in db.execute(f"pragma table_info({table})") if row[5]]
                for row in db.execute(f"select {', '.join(keys) or 'rowid'}, * from {table}"):
                    name = f"{path.name} {table} {row[: len(keys) or 1]}"
                    found[name] = hashlib.sha1(repr(row).encode()).hexdigest()
        for folder, _, files in os.walk(self._engine.home):
            for name in files:
                path = Path(folder, name)
                if not name.endswith(_RESTLESS) and path not in self._open:
                    found[str(path.relative_to(self._engine.home))] = _changed(str(path))
        found["processes"] = str(self._engine.children())
        return found

    def close(self) -> None:
        for db in self._open.values():
            db.close()

    def _look_around(self) -> None:
        for path in self._engine.home.glob("*.db"):
            if path not in self._open:
                address = f"{path.as_uri()}?mode=ro"
                self._open[path] = sqlite3.connect(address, uri=True, isolation_level=None)
        self._folders = [folder for folder, _, _ in os.walk(self._engine.home)]
        # The home itself holds SQLite's own files, which come and go.
        self._folders.remove(str(self._engine.home))


def changes(before: Facts, after: Facts) -> list[str]:
    """What is there now and was not, and the other way round."""
    names = sorted(before.keys() | after.keys())
    return [name for name in names if before.get(name) != after.get(name)]


def changed_by(kept: Kept, act: Callable[[], Any]) -> list[str]:
    """What an act changes each time it is done in a moment when nothing else happens."""
    found: list[str] = []
    for quiet in _QUIET_SECONDS:
        before_mark, before = kept.settle(quiet), kept.facts()
        act()
        time.sleep(0.05)
        found = [] if kept.mark() == before_mark else changes(before, kept.facts())
        if not found:
            break
    return found


def _changed(path: str) -> str:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return "gone"
    return f"{found.st_mtime_ns} {found.st_size}"


__all__ = ["Kept", "changed_by", "changes"]
