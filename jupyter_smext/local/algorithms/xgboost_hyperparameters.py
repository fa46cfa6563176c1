"""XGBoost's hyperparameters: docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html.

Ranges and the words of refusals are those of AWS's container,
github.com/aws/sagemaker-xgboost-container algorithm_mode/hyperparameter_validation.py (13a194f).
"""

from __future__ import annotations

from typing import Any

from .failures import UserError
from .hyperparameters import Hyperparameter, Interval, choice, integer, literal, number, text, words
from .metrics import XGBOOST_MAXIMIZED, XGBOOST_MINIMIZED

_FLAG = (0, 1)
_SHARE = Interval(0, 1)
_PART = Interval(0, 1, open_low=True)
_ABOVE_0 = Interval(0, open_low=True)
_FROM_0 = Interval(0)
_GONE = "this version of XGBoost has it no longer"
_GPU = "it is for GPUs"

_TREE_UPDATERS = ("grow_colmaker", "grow_histmaker", "grow_quantile_histmaker")
_GONE_UPDATERS = ("distcol", "grow_local_histmaker", "grow_skmaker")
_UPDATERS = (
    *_TREE_UPDATERS,
    *_GONE_UPDATERS,
    "sync",
    "refresh",
    "prune",
    "shotgun",
    "coord_descent",
)
_OBJECTIVES = (
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "reg:linear",
    "reg:squarederror",
    "reg:logistic",
    "reg:gamma",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "reg:squaredlogerror",
    "reg:tweedie",
    "survival:aft",
    "survival:cox",
)


def _is_metric(metric: str) -> bool:
    name, at, threshold = metric.partition("@")
    if not at:
        return metric in XGBOOST_MAXIMIZED + XGBOOST_MINIMIZED
    if name not in ("error", "ndcg", "map"):
        raise UserError(
            f"Metric '{metric}' is not supported. Parameter 'eval_metric' with customized threshold"
            " should be one of these options: 'error', 'ndcg', 'map'."
        )
    try:
        float(threshold.rstrip("-"))
    except ValueError:
        raise UserError(f"Threshold value 't' in '{name}@t' expects float input.") from None
    return True


def _is_groups(value: list[Any]) -> bool:
    return all(
        isinstance(group, (list, tuple)) and all(isinstance(i, int) and i >= 0 for i in group)
        for group in value
    )


DECLARED: tuple[Hyperparameter, ...] = (
    integer("num_round", required=True),
    integer("num_class", Interval(2)),
    number("alpha"),
    number("reg_alpha"),
    number("base_score"),
    choice("booster", "gbtree", "gblinear", "dart"),
    number("colsample_bylevel", _PART),
    number("colsample_bynode", _PART),
    number("colsample_bytree", _PART),
    integer("csv_weights", _FLAG, default=0),
    integer("early_stopping_rounds"),
    number("eta", _SHARE),
    number("learning_rate", _SHARE),
    words("eval_metric", _is_metric),
    number("gamma"),
    number("min_split_loss"),
    choice("grow_policy", "depthwise", "lossguide"),
    literal("interaction_constraints", list, _is_groups),
    number("lambda"),
    number("reg_lambda"),
    integer("max_bin", _FROM_0),
    number("max_delta_step"),
    integer("max_depth", _FROM_0),
    integer("max_leaves", _FROM_0),
    number("min_child_weight"),
    literal("monotone_constraints", tuple, lambda value: all(v in (-1, 0, 1) for v in value)),
    choice("normalize_type", "tree", "forest"),
    integer("nthread"),
    integer("num_parallel_tree"),
    choice("objective", *_OBJECTIVES),
    integer("one_drop", _FLAG),
    choice("process_type", "default", "update"),
    number("rate_drop", _SHARE),
    integer("refresh_leaf", _FLAG),
    choice("sample_type", "uniform", "weighted"),
    choice("sampling_method", "uniform", "gradient_based"),
    number("scale_pos_weight", _ABOVE_0),
    integer("seed", Interval(-(2**31), 2**31 - 1, True, True)),
    number("skip_drop", _SHARE),
    number("subsample", _PART),
    choice("tree_method", "auto", "exact", "approx", "hist", "gpu_hist"),
    number("tweedie_variance_power", Interval(1, 2, True, True)),
    words("updater", _UPDATERS.__contains__),
    integer("verbosity", Interval(0, 3)),
    choice("aft_loss_distribution", "normal", "logistic", "extreme"),
    number("aft_loss_distribution_scale"),
    choice("save_model_on_termination", "true", "false"),
    text("_tuning_objective_metric"),
    choice("deterministic_histogram", "true", "false", idle=_GPU),
    choice("dsplit", "row", "col", idle=_GONE),
    number("lambda_bias", _SHARE, idle=_GONE),
    choice("predictor", "auto", "cpu_predictor", "gpu_predictor", idle=_GONE),
    integer("prob_buffer_row", Interval(1, open_low=True), idle=_GONE),
    integer("silent", _FLAG, idle="verbosity has taken its place"),
    choice("single_precision_histogram", "true", "false", idle=_GONE),
    number("sketch_eps", Interval(0, 1, True, True), idle=f"{_GONE}; max_bin says how fine"),
    integer("_kfold", Interval(2), refused="cross validation needs AWS"),
    integer("_num_cv_round", refused="cross validation needs AWS"),
    choice("use_dask_gpu_training", "true", refused="training on GPUs needs AWS"),
)

_NOT_XGBOOSTS = tuple(one.name for one in DECLARED if one.idle or one.refused)


def check(values: dict[str, Any]) -> None:
    """Take out of `values` what XGBoost does not know, after a look at what depends on what.

    Raises UserError, in the words of AWS's container.
    """
    for name in _NOT_XGBOOSTS:
        del values[name]
    objective = values["objective"]
    if objective in ("multi:softmax", "multi:softprob") and values["num_class"] is None:
        raise UserError("Require input for parameter 'num_class' for multi-classification")
    if objective is None and values["num_class"] is not None:
        raise UserError(
            "Do not need to setup parameter 'num_class' for learning task other than "
            "multi-classification."
        )
    if values["tree_method"] == "gpu_hist":
        raise UserError("GPU training is not supported yet.")
    _check_metrics(values["eval_metric"] or (), objective or "reg:squarederror")
    _check_constraints(values)
    _check_updaters(values)


def _check_metrics(metrics: Any, objective: str) -> None:
    if "auc" in metrics and not objective.startswith(("binary:", "rank:", "multi:")):
        raise UserError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in metrics and objective != "survival:aft":
        raise UserError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")


def _check_constraints(values: dict[str, Any]) -> None:
    method = values["tree_method"]
    if values["monotone_constraints"] is not None and method not in ("exact", "hist"):
        raise UserError(
            "monotone_constraints can be used only when the tree_method parameter is set to "
            "either 'exact' or 'hist'."
        )
    if values["interaction_constraints"] is not None:
        if method not in ("exact", "hist", "approx"):
            raise UserError(
                "interaction_constraints can be used only when the tree_method parameter is set to "
                "either 'exact', 'hist' or 'approx'."
            )
        values["interaction_constraints"] = str(
            [list(g) for g in values["interaction_constraints"]]
        )


def _check_updaters(values: dict[str, Any]) -> None:
    chosen = values["updater"]
    if chosen is None:
        return
    linear = ("shotgun", "coord_descent")
    if gone := [one for one in chosen if one in _GONE_UPDATERS]:
        raise UserError(f"Hyperparameter updater: {gone[0]}: {_GONE}")
    if values["booster"] == "gblinear":
        if len(chosen) != 1 or chosen[0] not in linear:
            raise UserError(f"Linear updater should be one of these options: {', '.join(linear)}.")
    elif values["process_type"] == "update":
        if any(one not in ("refresh", "prune") for one in chosen):
            raise UserError(
                "process_type 'update' can only be used with updater 'refresh' and 'prune'"
            )
    elif any(one in linear for one in chosen):
        raise UserError(f"Tree updater should be selected from these options: {_UPDATERS[:-2]}.")
    elif sum(one in _TREE_UPDATERS for one in chosen) > 1:
        raise UserError(
            f"Only one tree grow plugin can be selected. Choose one from the following: "
            f"{', '.join(_TREE_UPDATERS)}"
        )
    values["updater"] = ",".join(chosen)
