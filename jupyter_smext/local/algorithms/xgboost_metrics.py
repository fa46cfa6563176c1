"""The metrics that AWS's XGBoost container adds to XGBoost's own, as its documentation names them.

github.com/aws/sagemaker-xgboost-container metrics/custom_metrics.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_Compute = Callable[[Any, Any], float]


def _scorer(name: str, **how: Any) -> _Compute:
    def compute(truth: Any, found: Any) -> float:
        from sklearn import metrics

        return float(getattr(metrics, name)(truth, found, **how))

    return compute


def _averaged(name: str, average: str) -> _Compute:
    return _scorer(name, average=average, zero_division=0)


def _mse(truth: Any, found: Any) -> float:
    return float(np.mean((truth - found) ** 2))


#: Each with whether it compares classes (else values).
CUSTOM: dict[str, tuple[_Compute, bool]] = {
    "accuracy": (_scorer("accuracy_score"), True),
    "balanced_accuracy": (_scorer("balanced_accuracy_score"), True),
    "f1": (_averaged("f1_score", "macro"), True),
    "f1_binary": (_averaged("f1_score", "binary"), True),
    "f1_macro": (_averaged("f1_score", "macro"), True),
    "precision": (_averaged("precision_score", "binary"), True),
    "precision_macro": (_averaged("precision_score", "macro"), True),
    "precision_micro": (_averaged("precision_score", "micro"), True),
    "recall": (_averaged("recall_score", "binary"), True),
    "recall_macro": (_averaged("recall_score", "macro"), True),
    "recall_micro": (_averaged("recall_score", "micro"), True),
    "mse": (_mse, False),
    "r2": (_scorer("r2_score"), False),
}


def custom_metric(
    asked: Sequence[str], objective: str
) -> Callable[[Any, Any], list[tuple[str, float]]]:
    """A function for xgboost.train's `custom_metric` that computes these."""

    def compute(predictions: Any, data: Any) -> list[tuple[str, float]]:
        truth = data.get_label()
        classes = _classes(predictions, objective)
        return [
            (name, CUSTOM[name][0](truth, classes if CUSTOM[name][1] else predictions))
            for name in asked
        ]

    return compute


def _classes(predictions: Any, objective: str) -> Any:
    # XGBoost gives what it would answer: probabilities, margins or already the class.
    if predictions.ndim > 1:
        return np.argmax(predictions, axis=1)
    if objective in ("multi:softmax", "binary:hinge"):
        return predictions
    return (predictions > (0 if objective == "binary:logitraw" else 0.5)).astype(int)
