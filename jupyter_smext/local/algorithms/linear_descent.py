"""Mini-batch gradient descent of a linear model: SGD, Adam or RMSProp, with L1 and L2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .linear_losses import Loss

Floats = npt.NDArray[np.float64]

#: What `auto` means. The schedule's values are those that AWS's log shows for the best model.
_MOMENTUM, _BETA_1, _BETA_2 = 0.9, 0.9, 0.999
_STEP, _FACTOR, _MINIMUM = 10, 0.99, 1e-5
_TINY = 1e-8


def _or(value: Any, auto: float) -> float:
    return auto if value == "auto" else float(value)


@dataclass
class LinearModel:
    """Outputs = rows @ `weights` (features × outputs) + `bias` (outputs)."""

    weights: Floats
    bias: Floats

    def outputs(self, rows: Any) -> Floats:
        """Raw outputs of rows, dense or sparse."""
        found: Floats = rows @ self.weights + self.bias
        return found

    def copy(self) -> LinearModel:
        return LinearModel(self.weights.copy(), self.bias.copy())


@dataclass
class Descent:
    """One model on its way: its parameters, the state of its optimiser, its learning rate.

    `values` are the job's hyperparameters, `rate`, `wd` and `l1` this model's own.
    """

    model: LinearModel
    loss: Loss
    values: Mapping[str, Any]
    rate: float
    wd: float
    l1: float
    _steps: int = 0
    _state: dict[str, Floats] = field(default_factory=dict)

    def step(self, rows: Any, labels: Floats, weights: Floats) -> None:
        """One update by a mini-batch; `weights` say how much each row counts."""
        model, values = self.model, self.values
        slopes = self.loss.slopes(model.outputs(rows), labels) * weights[:, None] / len(labels)
        gradient = rows.T @ slopes + self.wd * model.weights
        self._steps += 1
        change, scale = self._change("weights", gradient)
        moved = model.weights - self.rate * change / scale
        # L1 by its proximal step, in the optimiser's own scale: what it makes zero is zero.
        shrunk = np.maximum(np.abs(moved) - self.rate * self.l1 / scale, 0)
        model.weights = np.sign(moved) * shrunk
        if values["use_bias"]:
            pull = self.wd * _or(values["bias_wd_mult"], 0.0) * model.bias
            change, scale = self._change("bias", slopes.sum(axis=0) + pull)
            rate = self.rate * _or(values["bias_lr_mult"], 1.0)
            model.bias = model.bias - rate * change / scale
        self._schedule()

    def _schedule(self) -> None:
        values = self.values
        every = _or(values["lr_scheduler_step"], _STEP)
        if values["use_lr_scheduler"] and self._steps % every == 0:
            least = _or(values["lr_scheduler_minimum_lr"], _MINIMUM)
            self.rate = max(self.rate * _or(values["lr_scheduler_factor"], _FACTOR), least)

    def _change(self, name: str, gradient: Floats) -> tuple[Floats, Floats]:
        """Where to go by a gradient, and what each of its coordinates is divided by."""
        optimizer = self.values["optimizer"]
        if optimizer == "sgd":
            momentum = _or(self.values["momentum"], _MOMENTUM)
            return self._mix(f"{name}/velocity", momentum, gradient, 1.0), np.ones(gradient.shape)
        beta_1, beta_2 = _BETA_1, _BETA_2
        if optimizer != "rmsprop":
            beta_1 = _or(self.values["beta_1"], _BETA_1)
            beta_2 = _or(self.values["beta_2"], _BETA_2)
        second = self._mix(f"{name}/second", beta_2, gradient**2, 1 - beta_2)
        scale: Floats = np.sqrt(second / (1 - beta_2**self._steps)) + _TINY
        if optimizer == "rmsprop":
            return gradient, scale
        first = self._mix(f"{name}/first", beta_1, gradient, 1 - beta_1)
        return first / (1 - beta_1**self._steps), scale

    def _mix(self, name: str, keep: float, new: Floats, share: float) -> Floats:
        held = self._state.get(name)
        mixed = new * share if held is None else held * keep + new * share
        self._state[name] = mixed
        return mixed


def initial(values: Mapping[str, Any], features: int, outputs: int, seed: int) -> LinearModel:
    """A model before the first step, by init_method and its parameters."""
    rng = np.random.default_rng(seed)
    shape = (features, outputs)
    if values["init_method"] == "uniform":
        weights = rng.uniform(-values["init_scale"], values["init_scale"], shape)
    else:
        weights = rng.normal(0, values["init_sigma"], shape)
    bias = values["init_bias"] if values["use_bias"] else 0.0
    return LinearModel(weights, np.full(outputs, bias, np.float64))
