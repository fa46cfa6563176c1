"""Rows of all 49 kinds: made of whatever the model allows, ordered, compared."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import msgspec
import pytest

from jupyter_smext.inventory.rows import LONGEST_CELL, cell, changed, ordered, row_of
from jupyter_smext.kinds import kinds
from jupyter_smext.protocol import Row

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def filled(shape: Any, depth: int = 0) -> Any:
    """A value of a shape with every member present."""
    match shape.type_name:
        case "structure":
            return {
                name: filled(member, depth + 1)
                for name, member in shape.members.items()
                if depth < 4
            }
        case "list":
            return [filled(shape.member, depth + 1)] if depth < 4 else []
        case "map":
            return {"key": filled(shape.value, depth + 1)}
        case "timestamp":
            return NOW
        case "integer" | "long":
            return 3
        case "float" | "double":
            return 0.5
        case "boolean":
            return True
        case _:
            return shape.enum[0] if getattr(shape, "enum", None) else f"{shape.name}, <b>é"


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.id)
def test_a_row_of_every_kind_goes_over_the_wire(kind: Any) -> None:
    item = {name: filled(shape) for name, shape in kind.summary.items()}
    chain = {name: "parent" for name in kind.identity if name not in item}
    row = row_of(kind, item, chain)
    assert msgspec.json.decode(msgspec.json.encode(row), type=Row) == row
    assert row.name and row.id
    assert len(row.cells) == len(kind.columns)
    assert row.created == (NOW.timestamp() if kind.created_member else None)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        ("text", "text"),
        (3, 3),
        (True, True),
        (NOW, NOW.timestamp()),
        ([], ""),
        (["a", "b"], "a, b"),
        ({"Completed": 3, "Failed": 0}, "Completed 3, Failed 0"),
        ([{"Key": "k", "At": NOW}], "Key k, At 2026-01-02T03:04:05+00:00"),
    ],
)
def test_cells(value: Any, shown: Any) -> None:
    assert cell(value) == shown


def test_a_long_structure_is_cut() -> None:
    text = cell(["word"] * 1000)
    assert isinstance(text, str) and len(text) == LONGEST_CELL and text.endswith("…")


def row(id: str, created: float | None, status: str = "s") -> Row:
    return Row(id, id, status, "ok", False, None, created, None, None, None, ())


def test_newest_first_and_ties_by_id() -> None:
    rows = [row("b", 1), row("none", None), row("a", 1), row("c", 2)]
    assert [one.id for one in ordered(rows)] == ["c", "a", "b", "none"]


def test_what_changed() -> None:
    before = (row("same", 1), row("gone", 2), row("other", 3))
    after = (row("same", 1), row("other", 3, "t"), row("new", 4))
    assert sorted(changed(before, after)) == ["gone", "new", "other"]
    assert changed(before, before) == []
