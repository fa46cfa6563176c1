"""The body of an invocation as a matrix, and predictions as the body of its answer.

docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html and the response formats of each
algorithm (LL-in-formats, km-in-formats, PCA-in-formats, kNN-inference-formats).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..serving.front import Refused
from . import formats, recordio
from .channel import ContentType
from .failures import UserError
from .formats import Matrix, Unreadable
from .table import CSV, JSON, JSON_LINES, LIBSVM, PROTOBUF

Row = Mapping[str, Any]


def read(
    body: bytes,
    content_type: str,
    columns: int,
    supported: Sequence[str],
    *,
    missing: bool = False,
) -> Matrix:
    """The observations of a request, rows × columns; sparse where they came sparse.

    `missing` lets values be NaN, as an empty cell of a CSV is. Raises Refused: 415 for another
    content type, 400 for a body that is not of its content type and for another number of features
    than the model has.
    """
    kind = ContentType.parse(content_type)
    if kind.name not in supported:
        raise Refused(
            415,
            f"Content-type {content_type or '(none)'} not supported. "
            f"Supported content-type is {', '.join(supported)}",
        )
    try:
        matrix = _matrix(body, kind, columns, missing)
        if not missing and not formats.finite(matrix):
            raise Unreadable("a value is not a finite number")
    except (Unreadable, UserError, ValueError, TypeError, KeyError, AttributeError) as error:
        what = kind.name.rpartition("/")[2]
        raise Refused(
            400,
            f"Loading {what} data failed with Exception, "
            f"please ensure data is in {what} format: {type(error).__name__}: {error}",
        ) from None
    if formats.is_sparse(matrix):
        matrix = formats.wide(matrix, columns)
    if matrix.shape[0] == 0:
        raise Refused(400, "The request has no observation.")
    if matrix.shape[1] != columns:
        raise Refused(
            400,
            f"Feature size of {kind.name} inference data {matrix.shape[1]} is not consistent "
            f"with feature size of trained model {columns}.",
        )
    return matrix


def _matrix(body: bytes, kind: ContentType, columns: int, missing: bool) -> Matrix:
    if kind.name == CSV:
        return formats.read_csv(body, missing=missing)[:, kind.label_size(0) :]
    if kind.name == LIBSVM or kind.name == "text/x-libsvm":
        return formats.read_libsvm(body, labelled=False).features
    if kind.name == PROTOBUF:
        return formats.read_records(body, columns).features
    if kind.name == JSON:
        instances = json.loads(body)["instances"]
    else:
        instances = [json.loads(line) for line in body.splitlines() if line.strip()]
    return _instances(instances, columns)


def _instances(instances: Sequence[Any], columns: int) -> Matrix:
    rows = np.zeros((len(instances), columns), np.float32)
    for at, instance in enumerate(instances):
        found = instance["data"] if "data" in instance else instance
        found = found["features"]
        if not isinstance(found, Mapping):
            found = {"values": found}
        values = formats.floats(found["values"])
        keys = found.get("keys")
        if keys:
            if not 0 <= min(keys) <= max(keys) < columns:
                raise Unreadable(f"instance {at} has keys outside 0 to {columns - 1}")
            rows[at, np.asarray(keys, np.int64)] = values
        elif len(values) != columns:
            raise Unreadable(f"instance {at} has {len(values)} features, the model has {columns}")
        else:
            rows[at] = values
    return rows


def write(
    rows: Sequence[Row], accept: str, supported: Sequence[str], *, key: str = "predictions"
) -> tuple[bytes, str]:
    """Predictions in the format a caller accepts, and its content type; the first is the default.

    `key` is the name of the list in JSON. In RecordIO-protobuf every field is a float32 label.
    Raises Refused 406 for a format that the algorithm does not answer in.
    """
    kind = accepted(accept, supported).name
    if kind == JSON:
        return json.dumps({key: rows}).encode(), kind
    if kind == JSON_LINES:
        return "".join(json.dumps(row) + "\n" for row in rows).encode(), kind
    if kind == CSV:
        lines = (",".join(str(value) for value in row.values()) for row in rows)
        return "".join(line + "\n" for line in lines).encode(), kind
    records = (
        recordio.Record({}, {name: _tensor(value) for name, value in row.items()}) for row in rows
    )
    return recordio.write(records), kind


def _tensor(value: Any) -> recordio.Tensor:
    return recordio.Tensor(np.atleast_1d(np.asarray(value, np.float32)))


def accepted(accept: str, supported: Sequence[str]) -> ContentType:
    """The first format of an Accept header that is supported, with its parameters.

    Anything, or nothing, asks for $SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT, else the first supported.
    Raises Refused 406.
    """
    for one in accept.split(","):
        kind = ContentType.parse(one.strip())
        if kind.name in supported:
            return kind
        if kind.name in ("", "*/*"):
            default = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", supported[0])
            return ContentType(ContentType.parse(default).name, kind.parameters)
    raise Refused(
        406,
        f"Accept type {accept} is not supported. "
        f"Please use supported accept types: {', '.join(supported)}.",
    )
