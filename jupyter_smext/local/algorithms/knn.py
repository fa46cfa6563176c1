"""k-NN: a sample of the rows, made smaller if asked, in an exact index of scikit-learn.

docs.aws.amazon.com/sagemaker/latest/dg/kNN_how-it-works.html (sampling, reduction, the three files
of the model), kNN_hyperparameters.html, kNN-inference-formats.html (answers, verbose=true).
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import NearestNeighbors

from ..serving.front import Predict
from . import formats, hyperparameters, invocation
from .failures import UserError
from .hyperparameters import choice, integer
from .job import Job
from .table import CSV, JSON, JSON_LINES, PROTOBUF

Floats = npt.NDArray[np.float32]

MODEL = "model_algo-1"
_EXACT = "the search is exact, not approximate"

DECLARED = (
    integer("feature_dim", required=True),
    integer("k", required=True),
    choice("predictor_type", "classifier", "regressor", required=True),
    integer("sample_size", required=True),
    integer("mini_batch_size", default=5000),
    choice("dimension_reduction_type", "sign", "fjlt"),
    integer("dimension_reduction_target"),
    choice("index_type", "faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ", default="faiss.Flat"),
    choice("index_metric", "L2", "INNER_PRODUCT", "COSINE", default="L2"),
    integer("faiss_index_ivf_nlists", auto=True, idle=_EXACT),
    integer(
        "faiss_index_pq_m",
        (1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96),
        idle=_EXACT,
    ),
    *hyperparameters.INTERNAL,
)


def train(job: Job) -> None:
    """Train by the channels train and test; writes model_algo-1, .labels and .json.

    Raises UserError.
    """
    values = hyperparameters.read(DECLARED, job.hyperparameters, hyperparameters.SCHEMA, job.say)
    _check(job, values)
    channels = job.channels()
    data = {
        name: channel.read(labelled=True, columns=values["feature_dim"])
        for name, channel in channels.items()
    }
    started = time.monotonic()
    size = min(values["sample_size"], data["train"].rows)
    if size < values["k"]:
        raise UserError(f"k is {values['k']}, but the sample has only {size} records.")
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.choice(data["train"].rows, size, replace=False))
    about: dict[str, Any] = {
        "k": values["k"],
        "predictor_type": values["predictor_type"],
        "index_metric": values["index_metric"],
        "normalize": values["index_metric"] == "COSINE",
        "version": "1.0",
    }
    if values["dimension_reduction_type"]:
        about["dimension_reduction"] = {
            "type": values["dimension_reduction_type"],
            "seed": 0,
            "target_dim": values["dimension_reduction_target"],
            "input_dim": values["feature_dim"],
        }
    rows = reduced(formats.dense(data["train"].features[chosen]), about)
    labels = data["train"].labels
    assert labels is not None
    with (job.model / MODEL).open("wb") as file:
        np.save(file, rows)
    (job.model / f"{MODEL}.labels").write_bytes(labels[chosen].astype("<f4").tobytes())
    (job.model / f"{MODEL}.json").write_text(json.dumps(about))
    job.progress(1, 1)
    job.throughput(data["train"].rows, time.monotonic() - started)
    if "test" in data:
        _report(job, Neighbors(job.model), data["test"], values["mini_batch_size"])
    job.remember(k=values["k"], sampled=size)


def _check(job: Job, values: dict[str, Any]) -> None:
    target = values["dimension_reduction_target"]
    if values["dimension_reduction_type"]:
        if target is None:
            raise UserError(hyperparameters.SCHEMA.missing.format("dimension_reduction_target"))
        if target >= values["feature_dim"]:
            raise UserError(
                f"Hyperparameter dimension_reduction_target: {target} is not in "
                f"(0, {values['feature_dim']})"
            )
    elif target is not None:
        job.say(
            "dimension_reduction_target is without effect here: "
            "there is no dimension_reduction_type."
        )
    if values["index_type"] != "faiss.Flat":
        if values["index_type"] == "faiss.IVFPQ" and values["index_metric"] != "L2":
            raise UserError(
                f"index_metric {values['index_metric']} is not supported for index_type faiss.IVFPQ"
            )
        job.say(f"index_type is without effect here: {_EXACT}.")


def _report(job: Job, index: Neighbors, data: formats.Data, size: int) -> None:
    found: list[Any] = []
    for begin in range(0, data.rows, size):
        found.extend(index.predict(formats.dense(data.features[begin : begin + size]))[0])
    assert data.labels is not None
    if index.about["predictor_type"] == "classifier":
        measure, kind, value = "accuracy", "score", float(np.mean(data.labels == found))
    else:
        measure, kind, value = "mse", "loss", float(np.mean((data.labels - found) ** 2))
    # Two lines say it on AWS: the page's sample, and the form that its metrics are found by.
    job.say(f"#test_score ({job.host}) : ('{measure}', {value})")
    job.quality("test", measure, kind, value)


def reduced(rows: Floats, about: dict[str, Any]) -> Floats:
    """Rows in the space of the index: by random signs, or by a fast Johnson-Lindenstrauss transform
    (random signs, a cosine transform, a random choice of its coordinates); normalised for COSINE.
    """
    how = about.get("dimension_reduction")
    if how:
        rng = np.random.default_rng(how["seed"])
        width, target = how["input_dim"], how["target_dim"]
        if how["type"] == "sign":
            signs = rng.choice((-1.0, 1.0), (width, target))
            rows = rows @ (signs / np.sqrt(target))
        else:
            from scipy.fft import dct

            mixed = dct(rows * rng.choice((-1.0, 1.0), width), norm="ortho")
            chosen = rng.choice(width, target, replace=False)
            rows = mixed[:, chosen] * np.sqrt(width / target)
    if about.get("normalize"):
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return np.asarray(rows, np.float32)


class Neighbors:
    """The index of a model folder. `k` and `predictor_type` are read from its .json, which may be
    edited, as on AWS."""

    def __init__(self, folder: Path) -> None:
        self.about: dict[str, Any] = json.loads((folder / f"{MODEL}.json").read_text())
        with (folder / MODEL).open("rb") as file:
            self._rows = np.load(file, allow_pickle=False)
        self._labels = np.fromfile(folder / f"{MODEL}.labels", "<f4")
        how = self.about.get("dimension_reduction")
        self.columns: int = how["input_dim"] if how else self._rows.shape[1]
        self._search = NearestNeighbors(n_neighbors=min(self.about["k"], len(self._rows)))
        self._inner = self.about.get("index_metric") == "INNER_PRODUCT"
        if not self._inner:
            self._search.fit(self._rows)

    def predict(self, rows: Floats) -> tuple[list[float], Any, Any]:
        """Per row: the prediction, the distances to the k nearest, rising, and their labels.

        Distances are Euclidean; for COSINE one minus the similarity, for INNER_PRODUCT the product
        times -1, so that the nearest come first.
        """
        distances, nearest = self._nearest(reduced(rows, self.about))
        labels = self._labels[nearest]
        if self.about["predictor_type"] == "regressor":
            return labels.mean(axis=1).tolist(), distances, labels
        return [_most_frequent(row) for row in labels], distances, labels

    def _nearest(self, rows: Floats) -> tuple[Any, Any]:
        if self._inner:
            products = -(rows @ self._rows.T)
            count = self._search.n_neighbors
            nearest = np.argsort(products, axis=1, kind="stable")[:, :count]
            return np.take_along_axis(products, nearest, axis=1), nearest
        distances, nearest = self._search.kneighbors(rows)
        # Of vectors of length 1, half the squared distance is one minus the cosine.
        return (distances**2 / 2 if self.about.get("normalize") else distances), nearest


def _most_frequent(labels: Any) -> float:
    # A tie is won by the label that is nearest.
    found, first, counts = np.unique(labels, return_index=True, return_counts=True)
    return float(found[np.lexsort((first, -counts))[0]])


def load(folder: Path) -> Predict:
    """The index of a folder: answers predicted_label; verbose=true adds distances and labels."""
    index = Neighbors(folder)
    answers = (JSON, JSON_LINES, PROTOBUF)

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        kind = invocation.accepted(accept, answers)
        supported = (CSV, JSON, JSON_LINES, PROTOBUF)
        matrix = invocation.read(body, content_type, index.columns, supported)
        found, distances, labels = index.predict(formats.dense(matrix))
        rows: list[dict[str, Any]] = [{"predicted_label": label} for label in found]
        if kind.parameters.get("verbose", "").lower() == "true":
            for row, far, near in zip(rows, distances.tolist(), labels.tolist(), strict=True):
                row.update(distances=far, labels=near)
        return invocation.write(rows, kind.name, answers)

    return predict
