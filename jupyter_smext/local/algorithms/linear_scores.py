"""What Linear Learner says of a model: the threshold of a binary classifier, and the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .linear_losses import Loss, softmax

Floats = npt.NDArray[np.float64]

#: Criteria by which the best of a binary classifier's models is chosen: the loss decides for these.
BY_LOSS = ("loss_function", "cross_entropy_loss")


def threshold(scores: Floats, labels: Floats, values: Mapping[str, Any]) -> tuple[float, float]:
    """The threshold above which a score means 1, and what the criterion is worth there.

    Every cut between two scores is tried. `precision_at_target_recall` is the best precision among
    the cuts whose recall is at least the target, and the other way round.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, truth = scores[order], labels[order]
    hits = np.concatenate([[0], np.cumsum(truth)])
    chosen = np.arange(len(ranked) + 1)
    positives = max(hits[-1], 1)
    # A cut within equal scores is none.
    cuts = np.concatenate([[True], ranked[1:] < ranked[:-1], [True]])
    precision = hits / np.maximum(chosen, 1)
    recall = hits / positives
    criterion = values["binary_classifier_model_selection_criteria"]
    if criterion == "accuracy":
        worth = (hits + (len(truth) - positives) - (chosen - hits)) / len(truth)
    elif criterion in ("f_beta", "f1"):
        square = (values["f_beta"] if criterion == "f_beta" else 1.0) ** 2
        worth = (1 + square) * hits / (square * positives + chosen)
    elif criterion == "precision_at_target_recall":
        worth = np.where(recall >= values["target_recall"], precision, -1 + recall)
    else:
        worth = np.where(precision >= values["target_precision"], recall, -1 + precision)
    worth = np.where(cuts, worth, -np.inf)
    best = int(np.argmax(worth))
    return _between(ranked, best), float(worth[best])


def _between(ranked: Floats, at: int) -> float:
    if at == 0:
        return float(ranked[0])
    if at == len(ranked):
        return float(np.nextafter(ranked[-1], -np.inf))
    return float((ranked[at - 1] + ranked[at]) / 2)


def measures(
    predictor: str,
    outputs: Floats,
    labels: Floats,
    loss: Loss,
    values: Mapping[str, Any],
    predicted: Floats,
) -> list[tuple[str, str, float]]:
    """The metrics of the log: name, "loss" or "score", value. `predicted` are labels, or values.

    Names: docs.aws.amazon.com/sagemaker/latest/dg/linear-learner-tuning.html and a log of it.
    """
    from sklearn import metrics

    found = [(loss.objective, "loss", float(loss.values(outputs, labels).mean()))]
    beta = values["f_beta"]
    if predictor == "regressor":
        found.append(("mse", "loss", float(np.mean((predicted - labels) ** 2))))
        found.append(("absolute_loss", "loss", float(np.mean(np.abs(predicted - labels)))))
        return found

    def averaged(average: str) -> list[float]:
        precision, recall, f, _ = metrics.precision_recall_fscore_support(
            labels, predicted, beta=beta, average=average, zero_division=0
        )
        return [float(precision), float(recall), float(f)]

    accuracy = float(np.mean(predicted == labels))
    if predictor == "binary_classifier":
        precision, recall, f = averaged("binary")
        found.append(("binary_classification_accuracy", "score", accuracy))
        found.append((f"binary_f_{beta:.3f}", "score", f))
        found.append(("precision", "score", precision))
        found.append(("recall", "score", recall))
        if len(np.unique(labels)) == 2:  # the area is not defined for one class
            area = float(metrics.roc_auc_score(labels, outputs[:, 0]))
            found.append(("roc_auc_score", "score", area))
        return found
    # How many classes got a better score than the true one.
    true = outputs[np.arange(len(labels)), labels.astype(np.int64)]
    rank = (outputs > true[:, None]).sum(axis=1)
    top = values["accuracy_top_k"]
    precision, recall, f = averaged("macro")
    log_loss = -np.log(
        np.maximum(softmax(outputs)[np.arange(len(labels)), labels.astype(int)], 1e-15)
    )
    found += [
        ("multiclass_accuracy", "score", accuracy),
        (f"multiclass_top_k_accuracy_{top}", "score", float(np.mean(rank < top))),
        ("dcg", "score", float(np.mean(1 / np.log2(rank + 2)))),
        ("macro_recall", "score", recall),
        ("macro_precision", "score", precision),
        (f"macro_f_{beta:.3f}", "score", f),
        ("multiclass_balanced_accuracy", "score", recall),
        ("multiclass_log_loss", "score", float(log_loss.mean())),
    ]
    return found
