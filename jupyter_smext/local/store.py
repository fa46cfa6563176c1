"""Every record of the engine, in one SQLite file that survives a restart and a kill -9."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Detail = dict[str, Any]

_SCHEMA = """
create table if not exists resources (
    region text not null, noun text not null, key text not null,
    arn text, detail text not null,
    primary key (noun, region, key)
) without rowid;
create index if not exists resources_by_arn on resources (arn);
"""


class Store:
    """Records by (region, noun, key); `detail` is the Describe answer as JSON.

    Times in it are epoch seconds (UTC, floats). Members whose name starts with `_` are private
    facts: they never leave the engine. Safe to use from several threads; another process may write
    the same file (a bench that fills it): `version` notices.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._versions: dict[tuple[str, str], int] = {}
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # NORMAL under WAL keeps every commit over the death of this process; only the loss of power
        # can cost the last ones, and never consistency.
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _SCHEMA)
        self._foreign = self._data_version()

    def put(self, region: str, noun: str, key: str, detail: Detail) -> None:
        """Write one record whole, replacing what was there."""
        self.put_many([(region, noun, key, detail)])

    def put_many(self, records: Iterable[tuple[str, str, str, Detail]]) -> None:
        """Write records (region, noun, key, detail) in one transaction."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                for region, noun, key, detail in records:
                    self._write(region, noun, key, detail)
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def get(self, region: str, noun: str, key: str) -> Detail | None:
        """One record, or None."""
        with self._lock:
            row = self._db.execute(
                "select detail from resources where noun=? and region=? and key=?",
                (noun, region, key),
            ).fetchone()
        return json.loads(row[0]) if row else None

    def find(self, arn: str) -> tuple[str, str, str, Detail] | None:
        """The record with this ARN as (region, noun, key, detail), or None."""
        with self._lock:
            row = self._db.execute(
                "select region, noun, key, detail from resources where arn=?", (arn,)
            ).fetchone()
        return (row[0], row[1], row[2], json.loads(row[3])) if row else None

    def update(self, region: str, noun: str, key: str, changes: Detail) -> Detail:
        """Merge top-level members into a record, set its LastModifiedTime; None removes a member.

        Private members alone leave the time as it is. Raises KeyError when there is no such record.
        """
        with self._lock:
            self._db.execute("begin immediate")
            try:
                detail = self.get(region, noun, key)
                if detail is None:
                    raise KeyError(f"{noun} {key} in {region}")
                detail.update(changes)
                if any(not name.startswith("_") for name in changes):
                    detail["LastModifiedTime"] = changes.get("LastModifiedTime", time.time())
                detail = {
                    name: value
                    for name, value in detail.items()
                    if value is not None or name.startswith("_")
                }
                self._write(region, noun, key, detail)
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")
        return detail

    def delete(self, region: str, noun: str, key: str) -> bool:
        """Remove a record; False when there was none."""
        with self._lock:
            gone = self._db.execute(
                "delete from resources where noun=? and region=? and key=?", (noun, region, key)
            ).rowcount
            self._touch(region, noun)
        return gone > 0

    def all(self, noun: str, region: str | None = None) -> list[tuple[str, str, Detail]]:
        """Every record of a noun as (region, key, detail), of one region or of all."""
        where, values = ("", ()) if region is None else (" and region=?", (region,))
        with self._lock:
            rows = self._db.execute(
                f"select region, key, detail from resources where noun=?{where}", (noun, *values)
            ).fetchall()
        return [(row[0], row[1], json.loads(row[2])) for row in rows]

    def tagged(self, region: str) -> list[tuple[str, str, Detail]]:
        """Every record of a region with an ARN that may have tags, as (noun, ARN, detail)."""
        with self._lock:
            rows = self._db.execute(
                "select noun, arn, detail from resources where region=? and arn is not null "
                "and (instr(detail, '\"_tags\"') or instr(detail, '\"Tags\"'))",
                (region,),
            ).fetchall()
        return [(row[0], row[1], json.loads(row[2])) for row in rows]

    def under(self, region: str, noun: str, owner: str) -> list[tuple[str, Detail]]:
        """The records whose keys are OWNER/..., as (key, detail), by key."""
        with self._lock:
            rows = self._db.execute(
                "select key, detail from resources where noun=? and region=? and key>? and key<? "
                "order by key",
                (noun, region, f"{owner}/", f"{owner}0"),  # 0 is what follows /
            ).fetchall()
        return [(row[0], json.loads(row[1])) for row in rows]

    def delete_under(self, region: str, noun: str, owner: str) -> None:
        """Remove the records whose keys are OWNER/...."""
        with self._lock:
            self._db.execute(
                "delete from resources where noun=? and region=? and key>? and key<?",
                (noun, region, f"{owner}/", f"{owner}0"),
            )
            self._touch(region, noun)

    def version(self, region: str, noun: str) -> int:
        """A number that changes with every write to a noun's records in a region."""
        with self._lock:
            foreign = self._data_version()
            if foreign != self._foreign:
                self._foreign = foreign
                self._versions = {name: number + 1 for name, number in self._versions.items()}
            return self._versions.setdefault((region, noun), 0)

    def close(self) -> None:
        """Fold the write-ahead log in and close the file."""
        with self._lock:
            self._db.execute("pragma wal_checkpoint(truncate)")
            self._db.close()

    def _write(self, region: str, noun: str, key: str, detail: Detail) -> None:
        # `_arn`: the record's ARN where no member says it; None where it has none of its own.
        arn = detail.get("_arn", detail.get(f"{noun}Arn") or detail.get("Arn"))
        self._db.execute(
            "insert or replace into resources (region, noun, key, arn, detail) values (?,?,?,?,?)",
            (region, noun, key, arn, json.dumps(detail, separators=(",", ":"))),
        )
        self._touch(region, noun)

    def _touch(self, region: str, noun: str) -> None:
        self._versions[region, noun] = self._versions.get((region, noun), 0) + 1

    def _data_version(self) -> int:
        return int(self._db.execute("pragma data_version").fetchone()[0])
