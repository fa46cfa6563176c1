"""CSV, libsvm and RecordIO-protobuf bytes as matrices of numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from . import recordio

Floats = npt.NDArray[np.float32]
#: Rows are observations: a numpy array, or scipy's csr_matrix for sparse data.
Matrix = Any
#: What a sparse row may have at most, as XGBoost counts features in 32 bits.
_MOST_COLUMNS = 2**31 - 1


class Unreadable(Exception):
    """The bytes are not of the format they are said to be; the text says where and why."""


@dataclass(frozen=True)
class Data:
    """Observations: `features` (rows × columns), and per row its label, weight and group."""

    features: Matrix
    labels: Floats | None = None
    weights: Floats | None = None
    groups: npt.NDArray[np.int64] | None = None

    @property
    def rows(self) -> int:
        return int(self.features.shape[0])

    @property
    def columns(self) -> int:
        return int(self.features.shape[1])


def is_sparse(matrix: Matrix) -> bool:
    """Whether a matrix is scipy's."""
    return not isinstance(matrix, np.ndarray)


def floats(values: Any) -> Floats:
    """Numbers as float32; one that is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return np.asarray(values, dtype=np.float32)


def finite(matrix: Matrix) -> bool:
    """Whether no value is NaN or infinite."""
    return bool(np.isfinite(matrix.data if is_sparse(matrix) else matrix).all())


def dense(matrix: Matrix) -> Floats:
    """A matrix with its zeros written out, float32."""
    full = matrix.toarray() if is_sparse(matrix) else matrix
    return floats(full)


def together(parts: Sequence[Data]) -> Data:
    """The rows of several as one; the widest says how many columns there are. Raises Unreadable."""
    if len(parts) == 1:
        return parts[0]
    features: Matrix
    if any(is_sparse(part.features) for part in parts):
        from scipy.sparse import csr_matrix, vstack

        width = max(part.columns for part in parts)
        features = vstack([wide(csr_matrix(part.features), width) for part in parts]).tocsr()
    elif len({part.columns for part in parts}) > 1:
        raise Unreadable(f"files have different numbers of columns: {[p.columns for p in parts]}")
    else:
        features = np.concatenate([part.features for part in parts])
    return Data(
        features,
        _joined([part.labels for part in parts]),
        _joined([part.weights for part in parts]),
        _joined([part.groups for part in parts]),
    )


def _joined(parts: list[Any]) -> Any:
    return None if any(part is None for part in parts) else np.concatenate(parts)


def wide(matrix: Matrix, columns: int) -> Matrix:
    """A sparse matrix with at least that many columns; the new ones are empty."""
    if matrix.shape[1] >= columns:
        return matrix
    from scipy.sparse import csr_matrix

    rows = matrix.shape[0]
    return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(rows, columns))


def read_csv(data: bytes, *, missing: bool = False) -> Floats:
    """The numbers of a CSV without a header, rows × columns, float32.

    The delimiter is the first of , tab ; | and blank that its first line has. An empty cell is NaN
    where `missing` allows it. Raises Unreadable with the line that is wrong.
    """
    try:
        lines = [line for line in data.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8 text: {error}") from None
    if not lines:
        return np.empty((0, 0), np.float32)
    delimiter = next((one for one in ",\t;| " if one in lines[0]), ",")
    try:
        return np.loadtxt(lines, np.float32, comments=None, delimiter=delimiter, ndmin=2)
    except ValueError:
        return _read_cells(lines, delimiter, missing)


def _read_cells(lines: list[str], delimiter: str, missing: bool) -> Floats:
    rows: list[list[float]] = []
    for at, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        if rows and len(cells) != len(rows[0]):
            raise Unreadable(f"line {at} has {len(cells)} columns, line 1 has {len(rows[0])}")
        try:
            rows.append([_cell(cell, missing) for cell in cells])
        except ValueError:
            shown = delimiter.join(cells)[:50]
            raise Unreadable(f"line {at} is not all numbers: '{shown}'") from None
    return floats(rows)


def _cell(cell: str, missing: bool) -> float:
    return float("nan") if missing and not cell.strip() else float(cell)


def read_libsvm(data: bytes, *, labelled: bool = True) -> Data:
    """libsvm lines, `<label>[:<weight>] [qid:<group>] <index>:<value> ...`, indices from 0.

    Not `labelled` (a request): as in AWS's container every word with a colon is a feature, and a
    label may stand before them. Raises Unreadable with the line.
    """
    from scipy.sparse import csr_matrix

    labels: list[float] = []
    weights: list[float] = []
    groups: list[int] = []
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    lines = data.decode("utf-8", "replace").splitlines()
    for at, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            first = words.pop(0) if labelled or ":" not in words[0] else "0"
            label, _, weight = first.partition(":")
            labels.append(float(label))
            weights.append(float(weight or 1))
            if words and words[0].startswith("qid:"):
                groups.append(int(words.pop(0)[4:]))
            for word in words:
                index, _, value = word.partition(":")
                columns.append(int(index))
                values.append(float(value))
        except ValueError:
            raise Unreadable(f"line {at} is not libsvm: '{line[:50]}'") from None
        ends.append(len(values))
    if columns and not 0 <= min(columns) <= max(columns) < _MOST_COLUMNS:
        raise Unreadable(f"an index is negative or not below {_MOST_COLUMNS}")
    if groups and len(groups) != len(labels):
        raise Unreadable("some lines have a qid and others have none")
    shape = (len(labels), max(columns, default=-1) + 1)
    matrix = csr_matrix((floats(values), columns, ends), shape=shape)
    return Data(
        matrix,
        floats(labels),
        floats(weights) if any(weight != 1 for weight in weights) else None,
        np.array(groups, np.int64) if groups else None,
    )


def read_records(stream: BinaryIO | bytes, columns: int | None = None) -> Data:
    """RecordIO-protobuf: `features["values"]` and, where every record has one, `label["values"]`.

    Sparse when a record is. `columns` is the width of a sparse row that does not say it.
    Raises Unreadable.
    """
    file = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    rows: list[recordio.Tensor] = []
    labels: list[recordio.Tensor] = []
    try:
        for record in recordio.read(file):
            if "values" not in record.features:
                raise Unreadable(f"record {len(rows)} has no feature 'values'")
            rows.append(record.features["values"])
            if "values" in record.label:
                labels.append(record.label["values"])
    except recordio.BrokenRecord as broken:
        raise Unreadable(str(broken)) from None
    return Data(
        _stacked(rows, columns), _first_values(labels) if len(labels) == len(rows) else None
    )


def _first_values(labels: Iterable[recordio.Tensor]) -> Floats | None:
    try:
        return floats([label.values[0] for label in labels])
    except IndexError:
        return None  # an empty label is none


def _stacked(rows: list[recordio.Tensor], columns: int | None) -> Matrix:
    if not rows:
        return np.empty((0, columns or 0), np.float32)
    if all(row.keys is None for row in rows):
        if len({len(row.values) for row in rows}) > 1:
            raise Unreadable("records have different numbers of features")
        return floats([row.values for row in rows])
    from scipy.sparse import csr_matrix

    keys = [np.arange(len(row.values)) if row.keys is None else row.keys for row in rows]
    widths = [math.prod(row.shape) for row in rows if row.shape]
    highest = max((int(key.max()) + 1 for key in keys if len(key)), default=0)
    width = max([columns or 0, *widths]) or highest
    if width > _MOST_COLUMNS or any(key.min() < 0 for key in keys if len(key)):
        raise Unreadable(f"a key or a shape is not below {_MOST_COLUMNS}")
    if highest > width:
        raise Unreadable(f"a key is {highest - 1}, but the shape says {width} features")
    ends = np.concatenate([[0], np.cumsum([len(key) for key in keys])])
    values = floats(np.concatenate([row.values for row in rows]))
    return csr_matrix((values, np.concatenate(keys), ends), shape=(len(rows), width))
