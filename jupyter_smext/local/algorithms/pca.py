"""PCA: AWS's two modes as its documentation describes them, with NumPy.

docs.aws.amazon.com/sagemaker/latest/dg/how-pca-works.html (the sums over mini-batches),
PCA-reference.html (hyperparameters), PCA-in-formats.html (answers). As on AWS, components are in
the order of rising singular values: the last one is the first principal component.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..serving.front import Predict
from . import formats, hyperparameters, invocation, mxnet_arrays
from .failures import UserError
from .formats import Data
from .hyperparameters import Interval, choice, flag, integer
from .job import Job
from .table import CSV, JSON, JSON_LINES, PROTOBUF

Floats = npt.NDArray[np.float64]

MODEL = "model_algo-1"

DECLARED = (
    integer("feature_dim", required=True),
    integer("mini_batch_size", required=True),
    integer("num_components", required=True),
    choice("algorithm_mode", "regular", "randomized", default="regular"),
    integer("extra_components", Interval(-1), default=-1),
    flag("subtract_mean", default=True),
    flag("force_dense", default=True),
    *hyperparameters.INTERNAL,
)


def train(job: Job) -> None:
    """Train by the channels train and test; writes mean, v and s as model_algo-1.

    Raises UserError.
    """
    values = hyperparameters.read(DECLARED, job.hyperparameters, hyperparameters.SCHEMA, job.say)
    kept, columns = values["num_components"], values["feature_dim"]
    if kept > columns:
        raise UserError(f"num_components is {kept}, but feature_dim is only {columns}.")
    if not values["force_dense"]:
        job.say("force_dense is without effect here: a batch of sparse rows is made dense.")
    data = {name: channel.read(columns=columns) for name, channel in job.channels().items()}
    started = time.monotonic()
    batches = _batches(data["train"], values["mini_batch_size"])
    if values["algorithm_mode"] == "regular":
        if "extra_components" in job.hyperparameters:
            job.say("extra_components is without effect here: it is for the randomized mode.")
        total, s, v = _regular(batches, columns, values["subtract_mean"])
    else:
        extra = values["extra_components"]
        rows = kept + (max(10, kept) if extra == -1 else extra)
        total, s, v = _randomized(batches, columns, rows, values["subtract_mean"])
    job.progress(1, 1)
    job.throughput(data["train"].rows, time.monotonic() - started)
    # The kept ones, the smallest of them first.
    s, v = s[:kept][::-1], v[:, :kept][:, ::-1]
    model = {"s": s, "v": v}
    if values["subtract_mean"]:
        model["mean"] = (total / data["train"].rows)[None, :]
    if "test" in data:
        job.say(f"Mean squared error of reconstruction on test: {_lost(data['test'], model)}")
    arrays = {name: array.astype(np.float32) for name, array in model.items()}
    (job.model / MODEL).write_bytes(mxnet_arrays.save(arrays))
    job.remember(components=len(s))


def _batches(data: Data, size: int) -> Iterator[Floats]:
    for begin in range(0, data.rows, size):
        yield np.asarray(formats.dense(data.features[begin : begin + size]), np.float64)


def _regular(
    batches: Iterator[Floats], columns: int, center: bool
) -> tuple[Floats, Floats, Floats]:
    """The sum of rows; all singular values, falling; and the components as columns."""
    rows, total, products = 0, np.zeros(columns), np.zeros((columns, columns))
    for batch in batches:
        rows += len(batch)
        total += batch.sum(axis=0)
        products += batch.T @ batch
    if center:
        products -= np.outer(total, total) / rows
    squares, vectors = np.linalg.eigh(products)
    return total, np.sqrt(np.maximum(squares[::-1], 0)), vectors[:, ::-1]


def _randomized(
    batches: Iterator[Floats], columns: int, sketched: int, center: bool
) -> tuple[Floats, Floats, Floats]:
    """As `_regular`, of a sketch: random signs times each batch, `sketched` rows in all."""
    rng = np.random.default_rng(0)
    rows, total = 0, np.zeros(columns)
    sketch, signs = np.zeros((sketched, columns)), np.zeros(sketched)
    for batch in batches:
        random = rng.choice((-1.0, 1.0), (sketched, len(batch)))
        rows += len(batch)
        total += batch.sum(axis=0)
        sketch += random @ batch
        signs += random.sum(axis=1)
    if center:
        sketch -= np.outer(signs, total) / rows
    _, s, vectors = np.linalg.svd(sketch, full_matrices=False)
    return total, s / np.sqrt(sketched), vectors.T


def _projected(rows: Any, model: dict[str, Any]) -> Any:
    mean = model.get("mean")
    centered = rows if mean is None else rows - mean
    return centered @ model["v"]


def _lost(data: Data, model: dict[str, Any]) -> float:
    rows = np.asarray(formats.dense(data.features), np.float64)
    again = _projected(rows, model) @ model["v"].T + model.get("mean", 0)
    return float(np.mean((rows - again) ** 2))


def load(folder: Path) -> Predict:
    """The components of a folder: answers a projection per observation."""
    model = mxnet_arrays.load((folder / MODEL).read_bytes())

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        supported = (CSV, JSON, JSON_LINES, PROTOBUF)
        matrix = invocation.read(body, content_type, len(model["v"]), supported)
        found = _projected(formats.dense(matrix), dict(model))
        rows = [{"projection": row} for row in found.tolist()]
        answers = (JSON, JSON_LINES, PROTOBUF)
        return invocation.write(rows, accept, answers, key="projections")

    return predict
