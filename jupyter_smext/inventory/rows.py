"""Rows made of AWS's list items, and what changed between two reads of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from ..kinds import Kind, groups_of, is_running, name_of, parent_id, row_id, status_of, written
from ..kinds.model import value_at
from ..protocol import Cell, Row
from ..tones import tone

LONGEST_CELL = 300
"""Characters of a cell that hold a structure; the whole of it is in the describe answer."""


def row_of(kind: Kind, item: Mapping[str, Any], chain: Mapping[str, Any] | None = None) -> Row:
    """The row of a summary, or of a describe answer. Raises BadId when it names nothing.

    `chain` is what the list call was given.
    """
    status = status_of(kind, item)
    groups = groups_of(kind, item) if kind.instance_source in ("summary", "both") else ()
    return Row(
        id=row_id(kind, item, chain),
        name=name_of(kind, item),
        status=status,
        tone=tone(status) if status else "idle",
        running=status in kind.running and is_running(kind, item),
        # Some tell it only when they are described.
        arn=item.get(kind.arn_member or f"{kind.noun}Arn"),
        created=seconds(item.get(kind.created_member)) if kind.created_member else None,
        modified=seconds(item.get(kind.modified_member)) if kind.modified_member else None,
        instance=written(groups),
        parent=parent_id(kind, item, chain) if kind.parent else None,
        cells=tuple([cell(value_at(item, name)) for name in kind.columns]),
        groups=groups,
    )


def merged(old: Row, new: Row) -> Row:
    """`new` with what only `old` knows: a describe answer lacks some members of the summary."""
    pairs = zip(old.cells, new.cells, strict=True)
    return msgspec.structs.replace(
        new,
        arn=new.arn or old.arn,
        created=new.created or old.created,
        modified=new.modified or old.modified,
        instance=new.instance or old.instance,
        groups=new.groups or old.groups,
        parent=new.parent or old.parent,
        cells=tuple(before if after is None else after for before, after in pairs),
    )


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Newest first; those without a time last; ties by id, so that a page never shuffles."""
    return tuple(sorted(rows, key=lambda row: (-(row.created or 0.0), row.id)))


def changed(before: tuple[Row, ...], after: tuple[Row, ...]) -> list[str]:
    """The ids of the rows that came, went or differ."""
    if before == after:
        return []
    old = {row.id: row for row in before}
    new = [row.id for row in after if old.pop(row.id, None) != row]
    return new + list(old)


def seconds(value: Any) -> float | None:
    """Epoch seconds of a time as botocore parses it."""
    return value.timestamp() if isinstance(value, datetime) else None


def cell(value: Any) -> Cell:
    """A member's value as one line: times in epoch seconds, structures as compact text."""
    if isinstance(value, datetime):
        return value.timestamp()
    if value is None or isinstance(value, (str, int, float)):
        return value
    text = compact(value)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def compact(value: Any) -> str:
    """`{"Completed": 3, "Failed": 0}` → `Completed 3, Failed 0`."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {compact(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(compact(part) for part in value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
