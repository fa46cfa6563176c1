"""K-Means: AWS's web-scale algorithm, more centers than asked for in mini-batches, then Lloyd's.

docs.aws.amazon.com/sagemaker/latest/dg/algo-kmeans-tech-notes.html (the three steps),
k-means-api-config.html (hyperparameters), km-in-formats.html (answers). The values of `auto` and
the lines of the log are those of a log of the image kmeans:1.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from ..serving.front import Predict
from . import formats, hyperparameters, invocation, mxnet_arrays
from .failures import UserError
from .formats import Data
from .hyperparameters import Interval, choice, flag, integer, number, words
from .job import Job
from .table import CSV, JSON, JSON_LINES, PROTOBUF

Floats = npt.NDArray[np.float64]

MODEL = "model_algo-1"
_INIT = ("random", "kmeans++")
#: What `auto` means: a job with k=8 shrinks 80 centers, in 10 attempts.
_AUTO_FACTOR, _AUTO_TRIALS = 10, 10
#: Rows whose distances to all centers are held at once.
_CHUNK = 5000

DECLARED = (
    integer("feature_dim", required=True),
    integer("k", required=True),
    integer("mini_batch_size", default=5000),
    integer("epochs", default=1),
    choice("init_method", *_INIT, default="random"),
    integer("extra_center_factor", auto=True),
    integer("half_life_time_size", Interval(0), default=0),
    integer("local_lloyd_max_iter", default=300),
    number("local_lloyd_tol", Interval(0, 1), default=0.0001),
    choice("local_lloyd_init_method", *_INIT, default="kmeans++"),
    integer("local_lloyd_num_trials", auto=True),
    words("eval_metrics", ("msd", "ssd").__contains__, default=["msd"]),
    flag("force_dense", default=True),
    *hyperparameters.INTERNAL,
)


def train(job: Job) -> None:
    """Train by the channels train and test; writes model_algo-1. Raises UserError."""
    values = hyperparameters.read(DECLARED, job.hyperparameters, hyperparameters.SCHEMA, job.say)
    if not values["force_dense"]:
        job.say("force_dense is without effect here: a batch of sparse rows is made dense.")
    channels = job.channels()
    data = {name: channel.read(columns=values["feature_dim"]) for name, channel in channels.items()}
    if data["train"].rows < values["k"]:
        raise UserError(f"k is {values['k']}, but there are only {data['train'].rows} records.")
    centers = _shrunk(job, values, *_many(job, values, data["train"]))
    _report(job, "train", data["train"], centers, ["msd"])
    if "test" in data:
        _report(job, "test", data["test"], centers, values["eval_metrics"])
    (job.model / MODEL).write_bytes(mxnet_arrays.save([centers.astype(np.float32)]))
    job.remember(k=values["k"], stopped=job.stopping.is_set())


def _many(job: Job, values: dict[str, Any], data: Data) -> tuple[Floats, Floats]:
    """Steps 1 and 2: many centers, moved by one mini-batch after the other; and their weights."""
    factor = values["extra_center_factor"]
    count = values["k"] * (_AUTO_FACTOR if factor == "auto" else factor)
    size = values["mini_batch_size"]
    rng = np.random.default_rng(0)
    first = np.asarray(formats.dense(data.features[:size]), np.float64)
    if len(first) < size:
        job.say(
            f"Batch size {size} is bigger than the first batch data. Effective batch size used to "
            f"initialize is {len(first)}",
            "WARNING",
        )
    centers = _initial(first, min(count, len(first)), values["init_method"], rng)
    weights = np.zeros(len(centers))
    half_life = values["half_life_time_size"]
    started = time.monotonic()
    for epoch in range(values["epochs"]):
        for begin in range(0, data.rows, size):
            batch = np.asarray(formats.dense(data.features[begin : begin + size]), np.float64)
            nearest, _ = _nearest(batch, centers)
            counts = np.bincount(nearest, minlength=len(centers)).astype(np.float64)
            sums = np.zeros_like(centers)
            np.add.at(sums, nearest, batch)
            if half_life:
                weights *= 0.5 ** (len(batch) / half_life)
            weights += counts
            moved = counts > 0
            share = (counts[moved] / weights[moved])[:, None]
            mean = sums[moved] / counts[moved][:, None]
            centers[moved] = (1 - share) * centers[moved] + share * mean
            if job.stopping.is_set():
                return centers, weights
        job.progress(epoch + 1, values["epochs"])
    job.throughput(data.rows * values["epochs"], time.monotonic() - started)
    return centers, weights


def _initial(rows: Floats, count: int, method: str, rng: np.random.Generator) -> Floats:
    if method == "random":
        return np.array(rows[rng.choice(len(rows), count, replace=False)])
    # Imported where it trains: an endpoint starts faster, and smaller, without.
    from sklearn.cluster import kmeans_plusplus

    centers, _ = kmeans_plusplus(rows, count, random_state=int(rng.integers(2**31)))
    return np.asarray(centers, np.float64)


def _shrunk(job: Job, values: dict[str, Any], centers: Floats, weights: Floats) -> Floats:
    """Step 3: k centers of the many, by Lloyd's method on those that have rows; the best trial."""
    kept = weights > 0
    if kept.sum() < values["k"]:
        kept = np.ones(len(centers), bool)  # fewer places than centers: the rest stays where it is
    centers, weights = centers[kept], np.maximum(weights[kept], 1e-9)
    if len(centers) == values["k"]:
        return centers
    from sklearn.cluster import KMeans

    job.say(f"shrinking {len(centers)} centers into {values['k']}")
    trials = values["local_lloyd_num_trials"]
    best: Any = None
    for trial in range(_AUTO_TRIALS if trials == "auto" else trials):
        lloyd = KMeans(
            values["k"],
            init=values["local_lloyd_init_method"].replace("kmeans", "k-means"),
            n_init=1,
            max_iter=values["local_lloyd_max_iter"],
            tol=values["local_lloyd_tol"],
            random_state=trial,
        ).fit(centers, sample_weight=weights)
        distance = lloyd.inertia_ / weights.sum()
        job.say(f"local kmeans attempt #{trial}. Current mean square distance {distance:.6f}")
        if best is None or lloyd.inertia_ < best.inertia_:
            best = lloyd
    found: Floats = best.cluster_centers_
    return found


def _report(job: Job, name: str, data: Data, centers: Floats, measures: list[str]) -> None:
    squared = _nearest(formats.dense(data.features), centers)[1] ** 2
    for measure in measures:
        value = float(squared.mean() if measure == "msd" else squared.sum())
        job.quality(name, measure, "loss", value)


def _nearest(rows: Any, centers: Any) -> tuple[Any, Any]:
    """The nearest center of each row, and the Euclidean distance to it."""
    nearest, distances = [], []
    for begin in range(0, len(rows), _CHUNK):
        found = cdist(rows[begin : begin + _CHUNK], centers)
        nearest.append(found.argmin(axis=1))
        distances.append(found.min(axis=1))
    return np.concatenate(nearest), np.concatenate(distances)


def load(folder: Path) -> Predict:
    """The centers of a folder: answers closest_cluster and distance_to_cluster per observation."""
    arrays = mxnet_arrays.load((folder / MODEL).read_bytes())
    (centers,) = arrays.values()

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        supported = (CSV, JSON, JSON_LINES, PROTOBUF)
        matrix = invocation.read(body, content_type, centers.shape[1], supported)
        nearest, distances = _nearest(formats.dense(matrix), centers)
        rows = [
            {"closest_cluster": float(at), "distance_to_cluster": float(distance)}
            for at, distance in zip(nearest, distances, strict=True)
        ]
        return invocation.write(rows, accept, (JSON, JSON_LINES, CSV, PROTOBUF))

    return predict
