"""What Linear Learner does to its data before training: normalisation, and how much rows count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import formats
from .formats import Data
from .linear_descent import LinearModel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """What is taken from features and label, and by what they are divided."""

    shift: Floats
    scale: Floats
    label_shift: float
    label_scale: float

    @classmethod
    def of(cls, data: Data, labels: Floats, values: dict[str, Any]) -> Scaling:
        """By the first num_point_for_scaler rows; sparse features are scaled but not shifted."""
        size = values["num_point_for_scaler"]
        rows = np.asarray(formats.dense(data.features[:size]), np.float64)
        few = labels[:size]
        spread = rows.std(axis=0)
        normal = values["normalize_data"]
        shifted = values["unbias_data"] and not formats.is_sparse(data.features)
        return cls(
            rows.mean(axis=0) if shifted else np.zeros(data.columns),
            np.where(spread > 0, spread, 1.0) if normal else np.ones(data.columns),
            float(few.mean()) if values["unbias_label"] else 0.0,
            float(few.std()) or 1.0 if values["normalize_label"] else 1.0,
        )

    def rows(self, features: Any) -> Any:
        """Features in the space of training."""
        if formats.is_sparse(features):
            return features.multiply(1 / self.scale[None, :]).tocsr()
        return (np.asarray(features, np.float64) - self.shift) / self.scale

    def unscaled(self, model: LinearModel) -> LinearModel:
        """The same model for features and labels as they are."""
        weights = model.weights / self.scale[:, None] * self.label_scale
        bias = model.bias * self.label_scale + self.label_shift - self.shift @ weights
        return LinearModel(weights, bias)


def row_weights(labels: Floats, values: dict[str, Any]) -> list[Floats]:
    """How much each row counts; one entry, or several that the models take in turn."""
    if values["predictor_type"] == "multiclass_classifier":
        if not values["balance_multiclass_weights"]:
            return [np.ones(len(labels))]
        counts = np.bincount(labels.astype(np.int64), minlength=values["num_classes"])
        each = len(labels) / (len(counts) * np.maximum(counts, 1))
        return [each[labels.astype(np.int64)]]
    if values["predictor_type"] == "regressor":
        return [np.ones(len(labels))]
    positives = max(labels.sum(), 1)
    balanced = max(len(labels) - positives, 1) / positives
    given = values["positive_example_weight_mult"]
    choices = {"balanced": [balanced], "auto": [1.0, balanced]}.get(given, [given])
    return [np.where(labels == 1, weight, 1.0) for weight in choices]
