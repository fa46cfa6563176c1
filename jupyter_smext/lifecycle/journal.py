"""Journals of plans: a file of JSON lines for each, from which a crashed run is resumed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..decoding import convert, decode_json
from ..protocol import Plan
from ..server_process import Server
from .plan import Proposal

PLAN_ID = re.compile(r"plan-[0-9a-f]{16}")


class Journal:
    """The journal of one plan, readable by its owner alone: definitions may hold private values.

    Lines: `{"plan", "after"}` first, then `{"changes"}` to the plan, `{"server"}` for who runs it,
    `{"saved"}` for what a delete is about to take.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, proposal: Proposal) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._append({"plan": proposal.plan, "after": proposal.after})

    def changed(self, before: Plan, now: Plan) -> None:
        self._append({"changes": changes(before, now)})

    def run_by(self, server: Server) -> None:
        """Who runs the plan from now on: process id and its start time."""
        # A line that a crash cut off would spoil the next one.
        with self.path.open("r+b") as file:
            file.truncate(file.read().rfind(b"\n") + 1)
        self._append({"server": server})

    def save(self, kind: str, id: str, operation: str, definition: dict[str, Any]) -> None:
        """The describe answer of what `operation` is about to take."""
        saved = {"kind": kind, "id": id, "operation": operation, "definition": definition}
        self._append({"saved": saved})

    def _append(self, record: dict[str, Any]) -> None:
        line = msgspec.json.encode({"at": time.time(), **record}) + b"\n"
        with self.path.open("ab") as file:
            file.write(line)
            file.flush()
            # An act that AWS did must be known after a power cut too.
            os.fsync(file.fileno())

    def load(self) -> tuple[Proposal, Server | None]:
        """The plan as it last was, and who ran it last. Raises OSError, msgspec.DecodeError."""
        plan: dict[str, Any] = {}
        after: Any = ()
        server = None
        for record in self._records():
            if "plan" in record:
                plan, after = record["plan"], record["after"]
            elif "changes" in record:
                merge(plan, record["changes"])
            elif "server" in record:
                server = (int(record["server"][0]), float(record["server"][1]))
        links = convert(after, tuple[tuple[int, ...], ...])
        return Proposal(convert(plan, Plan), links), server

    def _records(self) -> Iterator[dict[str, Any]]:
        lines = self.path.read_bytes().split(b"\n")
        # What a crash cut off stands behind the last line end.
        for line in lines[:-1]:
            yield decode_json(line, type=dict[str, Any])


def changes(before: Plan, now: Plan) -> dict[str, Any]:
    """What is new in `now`: changed members, and changed steps by their place."""
    names = [name for name in Plan.__struct_fields__ if name != "steps"]
    new = {n: getattr(now, n) for n in names if getattr(now, n) != getattr(before, n)}
    pairs = enumerate(zip(before.steps, now.steps, strict=True))
    new["steps"] = {str(place): step for place, (old, step) in pairs if old != step}
    return new


def merge(plan: dict[str, Any], new: dict[str, Any]) -> None:
    """Apply `changes`, both as plain data."""
    for place, step in new.pop("steps", {}).items():
        plan["steps"][int(place)] = step
    plan.update(new)
