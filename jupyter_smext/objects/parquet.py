"""The first rows of a Parquet file, by pyarrow where that is installed (the extra `parquet`)."""

from __future__ import annotations

import io
import json
import math
from typing import Any

from ..protocol import Cell, S3Preview
from .asked import Place
from .reading import Head, RangedFile, TooMuch
from .text import CELL, COLUMNS, ROWS

READ = 64 * 1024 * 1024
"""Bytes that are read of a file at most: its schema and the first pages of its columns."""

BLOCK = 256 * 1024
EXACT = 2**53
"""Whole numbers up to this are what they were in a browser."""


def read_parquet(place: Place, head: Head) -> S3Preview:
    """Columns with their types, and the first rows. Blocks. Raises ProblemError."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return S3Preview(
            "none",
            note="It is a Parquet file. To see its rows, install pyarrow where Jupyter runs: "
            "pip install 'jupyter_smext[parquet]'",
        )
    raw = io.BufferedReader(RangedFile(place, head, READ), BLOCK)
    columns: list[str] = []
    types: list[str] = []
    try:
        # With a buffer, pages are read as they are needed, and not whole columns.
        file = parquet.ParquetFile(raw, buffer_size=BLOCK, pre_buffer=False)
        schema = file.schema_arrow
        columns, types = list(schema.names), [str(field.type) for field in schema]
        batches = file.iter_batches(ROWS, columns=columns[:COLUMNS], use_threads=False)
        first = next(batches, None)
    except TooMuch:
        note = f"Its rows lie beyond the first {READ // 1024**2} MiB that are read: download it."
        return _table(columns, types, (), None, note)
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        note = f"It begins as Parquet does, but cannot be read: {str(error)[:CELL]}"
        return S3Preview("none", note=note)
    rows = () if first is None else tuple(zip(*map(_cells, first.columns), strict=True))
    total: int = file.metadata.num_rows
    note = f"The first {COLUMNS} of {len(columns)} columns are shown." if columns[COLUMNS:] else ""
    return _table(columns, types, rows, total, note)


def _table(
    columns: list[str],
    types: list[str],
    rows: tuple[tuple[Cell, ...], ...],
    total: int | None,
    note: str,
) -> S3Preview:
    return S3Preview(
        "table",
        whole=len(rows) == total,
        note=note,
        columns=tuple(name[:CELL] for name in columns[:COLUMNS]),
        types=tuple(types[:COLUMNS]),
        rows=rows,
        rows_total=total,
    )


def _cells(column: Any) -> list[Cell]:
    return [cell_of(value) for value in column.to_pylist()]


def cell_of(value: Any) -> Cell:
    """A value as a cell: whatever is neither number, text nor truth in words."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return value[:CELL]
    if isinstance(value, bytes):
        return value[: CELL // 2].hex()
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=str, ensure_ascii=False)[:CELL]
    return str(value)[:CELL]
