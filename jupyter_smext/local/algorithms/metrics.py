"""The metrics of AWS's built-in algorithms and the regular expressions that find them in a log.

The expressions are those that DescribeTrainingJob and DescribeHyperParameterTuningJob of AWS show
for jobs of these images (sagemaker-xgboost:1.5-1, linear-learner:1), and the SDK's documentation
for K-Means. AWS shows no list for k-NN's and PCA's own: those lines follow the same form.
"""

from __future__ import annotations

#: AWS's container: algorithm_mode/metrics.py and constants/xgb_constants.py.
XGBOOST_MAXIMIZED = (
    "accuracy",
    "auc",
    "aucpr",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "map",
    "ndcg",
    "precision",
    "precision_macro",
    "precision_micro",
    "r2",
    "recall",
    "recall_macro",
    "recall_micro",
)
XGBOOST_MINIMIZED = (
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "interval-regression-accuracy",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "poisson-nloglik",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
)

_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"

# "#011" is how CloudWatch shows the tab that XGBoost prints.
XGBOOST = {
    f"{data}:{metric}": rf".*\[[0-9]+\].*#011{data}-{metric}:{_NUMBER}.*"
    for data in ("train", "validation")
    for metric in XGBOOST_MAXIMIZED + XGBOOST_MINIMIZED
}

_PROGRESS = {
    "train:progress": r"#progress_metric: host=\S+, completed (\S+) %",
    "train:throughput": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
}


def _quality(data: str, measure: str, kind: str) -> str:
    return rf"#quality_metric: host=\S+, {data} {measure} <{kind}>=(\S+)"


_LINEAR_SCORES = {
    "binary_classification_accuracy": "binary_classification_accuracy",
    "binary_f_beta": r"binary_f_\S+",
    "precision": "precision",
    "recall": "recall",
    "roc_auc_score": "roc_auc_score",
    "multiclass_accuracy": "multiclass_accuracy",
    "multiclass_top_k_accuracy": r"multiclass_top_k_accuracy_\S+",
    "dcg": "dcg",
    "macro_recall": "macro_recall",
    "macro_precision": "macro_precision",
    "macro_f_beta": r"macro_f_\S+",
}

LINEAR_LEARNER = {
    **_PROGRESS,
    **{
        f"{data}:{name}": _quality(data, measure, "score")
        for data in ("train", "validation", "test")
        for name, measure in _LINEAR_SCORES.items()
    },
    **{
        f"{data}:{name}": _quality(data, name, "loss")
        for data in ("train", "validation", "test")
        for name in ("mse", "absolute_loss")
    },
    **{
        f"{data}:objective_loss": rf"#quality_metric: host=\S+, epoch=\S+, {data} "
        r"\S+_objective <loss>=(\S+)"
        for data in ("train", "validation")
    },
    **{
        f"{data}:objective_loss:final": _quality(data, r"\S+_objective", "loss")
        for data in ("train", "validation")
    },
    "test:objective_loss": _quality("test", r"\S+_objective", "loss"),
}

KMEANS = {
    **_PROGRESS,
    **{
        f"{data}:{name}": _quality(data, name, "loss")
        for data in ("train", "test")
        for name in ("msd", "ssd")
    },
}

PCA = dict(_PROGRESS)

KNN = {
    **_PROGRESS,
    "test:accuracy": _quality("test", "accuracy", "score"),
    "test:mse": _quality("test", "mse", "loss"),
}
