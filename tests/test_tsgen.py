"""The committed TypeScript types are the ones that protocol/ makes."""

from __future__ import annotations

from pathlib import Path

from jupyter_smext.protocol.wire import WIRE
from jupyter_smext.tsgen import typescript

COMMITTED = Path(__file__).parent.parent / "src" / "protocol.ts"


def test_the_committed_types_are_current() -> None:
    again = "python -m jupyter_smext.tsgen > src/protocol.ts"
    assert COMMITTED.read_text(encoding="utf-8") == typescript(), f"stale: run {again}"


def test_every_wire_shape_has_its_interface() -> None:
    text = typescript()
    for shape in WIRE:
        assert f"export interface I{shape.__name__} {{" in text


def test_no_member_is_optional_or_untyped() -> None:
    """Defaults are always sent, so a member that may be absent would be a lie."""
    text = typescript()
    assert "?:" not in text
    assert "any" not in text.replace("company", "").split()
