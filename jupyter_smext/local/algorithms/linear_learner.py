"""Linear Learner: several linear models trained side by side by mini-batches, the best one kept.

docs.aws.amazon.com/sagemaker/latest/dg/ll_how-it-works.html, LL-in-formats.html (answers). The
model, its losses, its optimisers and its parameters are AWS's; what `auto` means for a learning
rate and for the models beside the first one is AWS's own, and differs here.
"""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import hyperparameters, linear_losses, linear_scores
from .failures import AlgorithmError, UserError
from .formats import Data
from .job import Job
from .linear_artifact import MODEL, load, packed, predicted, scored
from .linear_descent import Descent, LinearModel, initial
from .linear_hyperparameters import DECLARED, check
from .linear_scaling import Scaling, row_weights

__all__ = ["load", "train"]

Floats = npt.NDArray[np.float64]

#: What `auto` means: learning rate, wd, l1, and how many models are tried.
_RATE, _WD, _L1, _MODELS = 0.1, 1e-4, 0.0, 4
_SQUARED = ("squared_loss", "eps_insensitive_squared_loss", "huber_loss")
#: How the models beside the first one differ from it, in turn: wd and l1, then learning rate.
_RATES, _PENALTIES = (1.0, 0.2, 3.0, 0.04), (1.0, 0.1, 10.0, 0.01, 100.0, 0.0)


@dataclass(frozen=True)
class _Set:
    """Rows to judge a model by."""

    rows: Any
    labels: Floats


def train(job: Job) -> None:
    """Train by the channels train, validation and test; writes model_algo-1. Raises UserError."""
    given = job.hyperparameters
    values = hyperparameters.read(DECLARED, given, hyperparameters.SCHEMA, job.say)
    check(values, given.keys(), job.say)
    columns = None if values["feature_dim"] == "auto" else values["feature_dim"]
    data = {
        name: channel.read(labelled=True, columns=columns)
        for name, channel in job.channels().items()
    }
    labels = {name: _labels(name, part, values) for name, part in data.items()}
    widths = {part.columns for part in data.values()}
    if len(widths) > 1:
        raise UserError(f"The channels have different numbers of features: {sorted(widths)}.")
    scaling = Scaling.of(data["train"], labels["train"], values)
    learned = _Learning(job, values, scaling, data, labels).run()
    model = scaling.unscaled(learned)
    judged = "validation" if "validation" in data else "train"
    cut = _threshold(model, data[judged], labels[judged], values)
    for name, part in data.items():
        _report(job, name, model, part, labels[name], values, cut)
    if "test" not in data:
        job.say("Test data is not provided.")
    (job.model / MODEL).write_bytes(packed(model, values, cut))
    job.remember(loss=values["loss"], stopped=job.stopping.is_set())


def _labels(name: str, data: Data, values: dict[str, Any]) -> Floats:
    assert data.labels is not None
    labels = np.asarray(data.labels, np.float64)
    classes = {"binary_classifier": 2, "multiclass_classifier": values["num_classes"]}
    count = classes.get(values["predictor_type"])
    if count and not np.isin(labels, np.arange(count)).all():
        raise UserError(
            f"The labels of channel '{name}' must be whole numbers from 0 to {count - 1} for "
            f"predictor_type {values['predictor_type']}."
        )
    if not np.isfinite(labels).all():
        raise UserError(f"The labels of channel '{name}' must be numbers.")
    return labels


class _Learning:
    """All models of a job, epoch by epoch."""

    def __init__(
        self,
        job: Job,
        values: dict[str, Any],
        scaling: Scaling,
        data: dict[str, Data],
        labels: dict[str, Floats],
    ) -> None:
        self._job, self._values = job, values
        scaled: dict[str, _Set] = {
            name: _Set(
                scaling.rows(data[name].features),
                (labels[name] - scaling.label_shift) / scaling.label_scale,
            )
            for name in ("train", "validation")
            if name in data
        }
        self._sets = scaled
        self._unit = scaling.label_scale
        self._loss = linear_losses.make(values["loss"], values, scaling.label_scale)
        self._weights = row_weights(labels["train"], values)
        self._asked = (
            values["predictor_type"] == "binary_classifier"
            and "binary_classifier_model_selection_criteria" in job.hyperparameters
        )
        self._judged = "validation" if "validation" in scaled else "train"
        self._models = self._start(data["train"].columns)

    def _start(self, columns: int) -> list[Descent]:
        values, job = self._values, self._job
        count = _MODELS if values["num_models"] == "auto" else values["num_models"]
        if values["_tuning_objective_metric"] and count > 1:
            job.say("num_models is 1 here: a tuning job varies the hyperparameters itself.")
            count = 1
        most = len(_RATES) * len(_PENALTIES)
        if count > most:
            job.say(f"num_models is {most} here: there are no more close parameters.")
        outputs = values["num_classes"] if values["loss"] == "softmax_loss" else 1
        base = {
            name: auto if values[name] == "auto" else values[name]
            for name, auto in (("learning_rate", _RATE), ("wd", _WD), ("l1", _L1))
        }
        made = itertools.islice(itertools.product(_PENALTIES, _RATES), min(count, most))
        return [
            Descent(
                initial(values, columns, outputs, seed),
                self._loss,
                values,
                base["learning_rate"] * rate,
                base["wd"] * penalty,
                base["l1"] * penalty,
            )
            for seed, (penalty, rate) in enumerate(made)
        ]

    def run(self) -> LinearModel:
        """Train; the best model of the best epoch, in the space of training."""
        best: tuple[float, LinearModel, Descent] | None = None
        reached = -np.inf
        started = time.monotonic()
        epochs, size = self._values["epochs"], self._values["mini_batch_size"]
        train, waited = self._sets["train"], 0
        rng = np.random.default_rng(0)
        for epoch in range(epochs):
            order = rng.permutation(len(train.labels))
            for begin in range(0, len(order), size):
                batch = np.sort(order[begin : begin + size])
                rows, labels = train.rows[batch], train.labels[batch]
                for index, one in enumerate(self._models):
                    one.step(rows, labels, self._weights[index % len(self._weights)][batch])
            found = [self._worth(one.model) for one in self._models]
            leader = max(range(len(found)), key=lambda index: found[index])
            self._log_epoch(epoch, self._models[leader].model)
            self._job.progress(epoch + 1, epochs)
            worth, loss = found[leader]
            if best is None or worth > best[0]:
                best = (worth, self._models[leader].model.copy(), self._models[leader])
            # Without a criterion of the user's, the loss says when to stop.
            now = worth if self._asked else -min(loss for _, loss in found)
            waited = 0 if self._better(now, reached) else waited + 1
            reached = max(reached, now)
            if waited >= self._values["early_stopping_patience"]:
                self._job.say("Early stop condition met. Stopping training.")
                break
            if self._job.stopping.is_set():
                break
        if best is None or best[0] == -np.inf:
            raise AlgorithmError("Training diverged: the loss is not a finite number.")
        self._job.throughput(len(train.labels) * (epoch + 1), time.monotonic() - started)
        told = {
            "optimizer": self._values["optimizer"],
            "learning_rate": best[2].rate,
            "l1": best[2].l1,
            "wd": best[2].wd,
        }
        self._job.say(f"Best model found for hyperparameters: {json.dumps(told)}")
        return best[1]

    def _better(self, now: float, before: float) -> bool:
        if before == -np.inf:
            return now > before
        return bool(now - before > self._values["early_stopping_tolerance"] * abs(before))

    def _worth(self, model: LinearModel) -> tuple[float, float]:
        """What decides which model is better (a binary criterion, or minus the loss); the loss."""
        held = self._sets[self._judged]
        outputs = model.outputs(held.rows)
        loss = float(self._loss.values(outputs, held.labels).mean())
        if not np.isfinite(loss):
            return -np.inf, np.inf
        criterion = self._values["binary_classifier_model_selection_criteria"]
        binary = self._values["predictor_type"] == "binary_classifier"
        if not binary or criterion in linear_scores.BY_LOSS:
            return -loss, loss
        # The loss decides between models that the criterion finds equal.
        _, worth = linear_scores.threshold(outputs[:, 0], held.labels, self._values)
        return worth - 1e-6 * loss / (1 + loss), loss

    def _log_epoch(self, epoch: int, model: LinearModel) -> None:
        # In units of the label: these losses grow with its square.
        unit = self._unit**2 if self._loss.name in _SQUARED else self._unit
        for name, held in self._sets.items():
            loss = float(self._loss.values(model.outputs(held.rows), held.labels).mean()) * unit
            self._job.quality(f"epoch={epoch}, {name}", self._loss.objective, "loss", loss)


def _threshold(
    model: LinearModel, data: Data, labels: Floats, values: dict[str, Any]
) -> float | None:
    if values["predictor_type"] != "binary_classifier":
        return None
    if values["binary_classifier_model_selection_criteria"] in linear_scores.BY_LOSS:
        return 0.5 if values["loss"] == "logistic" else 0.0
    size = values["num_calibration_samples"]
    most = len(labels) if size == "auto" else size
    outputs = model.outputs(data.features[:most])
    scores = scored(outputs, values["loss"])
    return linear_scores.threshold(scores[:, 0], labels[:most], values)[0]


def _report(
    job: Job,
    name: str,
    model: LinearModel,
    data: Data,
    labels: Floats,
    values: dict[str, Any],
    cut: float | None,
) -> None:
    outputs = model.outputs(data.features)
    loss = linear_losses.make(values["loss"], values)
    found = predicted(scored(outputs, values["loss"]), cut)
    predictor = values["predictor_type"]
    lines = linear_scores.measures(predictor, outputs, labels, loss, values, found)
    for measure, _, value in lines:
        job.say(f"#{name}_score ({job.host}) : ('{measure}', {value})")
    for measure, kind, value in lines:
        job.quality(name, measure, kind, value)
