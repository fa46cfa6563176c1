"""The losses of Linear Learner: their values and slopes, and what the scores of each mean.

docs.aws.amazon.com/sagemaker/latest/dg/ll_hyperparameters.html: `loss` and the parameters of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .failures import UserError

Floats = npt.NDArray[np.float64]

#: The losses of each kind of predictor; the first is what `auto` means.
LOSSES: Mapping[str, tuple[str, ...]] = {
    "binary_classifier": ("logistic", "hinge_loss"),
    "multiclass_classifier": ("softmax_loss",),
    "regressor": (
        "squared_loss",
        "absolute_loss",
        "eps_insensitive_squared_loss",
        "eps_insensitive_absolute_loss",
        "quantile_loss",
        "huber_loss",
    ),
}

#: How the log names the objective, where it is not the loss's own name.
_OBJECTIVES = {
    "logistic": "binary_classification_cross_entropy",
    "softmax_loss": "multiclass_cross_entropy",
    "squared_loss": "mse",
}


@dataclass(frozen=True)
class Loss:
    """A loss of raw outputs (rows × outputs) and labels (rows).

    `values` is the loss of each row; `slopes` its derivative by each output, rows × outputs.
    """

    name: str
    values: Callable[[Floats, Floats], Floats]
    slopes: Callable[[Floats, Floats], Floats]

    @property
    def objective(self) -> str:
        """As the log names it: mse_objective."""
        return f"{_OBJECTIVES.get(self.name, self.name)}_objective"


def choose(predictor: str, name: str) -> str:
    """The loss's name, `auto` resolved. Raises UserError for one of another kind of predictor."""
    valid = LOSSES[predictor]
    if name == "auto":
        return valid[0]
    if name not in valid:
        raise UserError(
            f"Hyperparameter loss: {name} is not in {['auto', *valid]} for predictor_type "
            f"{predictor}"
        )
    return name


def make(name: str, values: Mapping[str, Any], scale: float = 1.0) -> Loss:
    """A loss by its name. `scale`: how many units of the label one unit of the outputs is, for
    labels that are normalised; thresholds are in units of the label.
    """
    makers: dict[str, Callable[[], Loss]] = {
        "logistic": lambda: Loss(name, _logistic, lambda z, y: sigmoid(z) - y[:, None]),
        "softmax_loss": lambda: Loss(name, _cross_entropy, _cross_entropy_slope),
        "hinge_loss": lambda: _hinge(values["margin"]),
        "squared_loss": lambda: _of_residual(name, lambda r: r**2, lambda r: 2 * r),
        "absolute_loss": lambda: _of_residual(name, np.abs, np.sign),
        "quantile_loss": lambda: _quantile(values["quantile"]),
        "huber_loss": lambda: _huber(values["huber_delta"] / scale),
        "eps_insensitive_squared_loss": lambda: _insensitive(
            name, values["loss_insensitivity"] / scale, 2
        ),
        "eps_insensitive_absolute_loss": lambda: _insensitive(
            name, values["loss_insensitivity"] / scale, 1
        ),
    }
    return makers[name]()


def sigmoid(outputs: Floats) -> Floats:
    """1 / (1 + exp(-outputs)), without overflow."""
    found: Floats = 0.5 * (1 + np.tanh(0.5 * outputs))
    return found


def softmax(outputs: Floats) -> Floats:
    """Probabilities of the classes, rows × classes."""
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


def _logistic(z: Floats, y: Floats) -> Floats:
    found: Floats = np.logaddexp(0, z[:, 0]) - y * z[:, 0]
    return found


def _cross_entropy(z: Floats, y: Floats) -> Floats:
    shifted = z - z.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(z)), y.astype(np.int64)]
    found: Floats = np.log(np.exp(shifted).sum(axis=1)) - chosen
    return found


def _cross_entropy_slope(z: Floats, y: Floats) -> Floats:
    found = softmax(z)
    found[np.arange(len(z)), y.astype(np.int64)] -= 1
    return found


def _hinge(margin: float) -> Loss:
    def lacking(z: Floats, y: Floats) -> Floats:
        found: Floats = margin - (2 * y - 1) * z[:, 0]
        return found

    def slopes(z: Floats, y: Floats) -> Floats:
        found: Floats = np.where(lacking(z, y) > 0, 1 - 2 * y, 0)[:, None]
        return found

    return Loss("hinge_loss", lambda z, y: np.maximum(lacking(z, y), 0), slopes)


def _of_residual(name: str, value: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Loss:
    """A loss of prediction minus label."""
    return Loss(
        name,
        lambda z, y: value(z[:, 0] - y),
        lambda z, y: slope(z[:, 0] - y)[:, None],
    )


def _quantile(q: float) -> Loss:
    return _of_residual(
        "quantile_loss",
        lambda r: np.where(r > 0, (1 - q) * r, -q * r),
        lambda r: np.where(r > 0, 1 - q, -q),
    )


def _huber(delta: float) -> Loss:
    return _of_residual(
        "huber_loss",
        lambda r: np.where(np.abs(r) < delta, r**2 / 2, delta * (np.abs(r) - delta / 2)),
        lambda r: np.clip(r, -delta, delta),
    )


def _insensitive(name: str, epsilon: float, power: int) -> Loss:
    def excess(r: Any) -> Any:
        return np.maximum(np.abs(r) - epsilon, 0)

    def slope(r: Any) -> Any:
        return np.sign(r) * (2 * excess(r) if power == 2 else excess(r) > 0)

    return _of_residual(name, lambda r: excess(r) ** power, slope)
