"""The kind table as text, for the README: `python -m jupyter_smext.kinds [--markdown]`."""

from __future__ import annotations

from collections.abc import Sequence

from . import kind, kinds, spec
from .kind import Kind

HEAD = ("Step", "Kind", "Shown with", "Verbs", "Ends the bill", "Create", "Under")


def _row(declared: Kind) -> tuple[str, ...]:
    shutdown = next((verb for verb in declared.verbs if verb.shutdown), None)
    return (
        declared.group.capitalize(),
        declared.plural,
        ", ".join(column.label for column in spec(declared).columns),
        ", ".join(verb.label for verb in declared.verbs),
        shutdown.effect if shutdown else "",
        "yes" if declared.create_operation else "",
        kind(declared.parent).label.lower() if declared.parent else "",
    )


def rows() -> list[tuple[str, ...]]:
    """One row per kind, in the order of the work."""
    return [_row(declared) for declared in kinds().values()]


def markdown() -> str:
    """A table that `prettier` leaves as it is."""
    lines = [HEAD, *rows()]
    widths = [max(3, *(len(line[index]) for line in lines)) for index in range(len(HEAD))]

    def written(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = [("-" * width) for width in widths]
    return "\n".join([written(HEAD), written(rule), *map(written, rows())]) + "\n"


def plain() -> str:
    return "\n".join("\t".join(line) for line in [HEAD, *rows()]) + "\n"
