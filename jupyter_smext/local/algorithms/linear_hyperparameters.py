"""Linear Learner's hyperparameters, and which of them depend on which.

docs.aws.amazon.com/sagemaker/latest/dg/ll_hyperparameters.html. Ranges that
the page leaves open are those of sagemaker/amazon/linear_learner.py of the SDK.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from . import linear_losses
from .failures import UserError
from .hyperparameters import (
    INTERNAL,
    SCHEMA,
    Hyperparameter,
    Interval,
    choice,
    flag,
    integer,
    number,
)
from .linear_scores import BY_LOSS

_ABOVE_0 = Interval(0, open_low=True)
_BETWEEN = Interval(0, 1, True, True)
_BELOW_1 = Interval(0, 1, open_high=True)

CRITERIA = (
    "accuracy",
    "f1",
    "f_beta",
    "precision_at_target_recall",
    "recall_at_target_precision",
    *BY_LOSS,
)


def _weight(text: str) -> str | float:
    word = text.strip().lower()
    if word in ("auto", "balanced"):
        return word
    value = float(text)
    if value not in _ABOVE_0:
        raise UserError(
            f"Hyperparameter positive_example_weight_mult: {value} is not in {_ABOVE_0}"
        )
    return value


DECLARED = (
    choice(
        "predictor_type", "binary_classifier", "multiclass_classifier", "regressor", required=True
    ),
    integer("feature_dim", auto=True),
    integer("num_classes", Interval(1, 1_000_000)),
    integer("accuracy_top_k", Interval(1, 1_000_000), default=3),
    flag("balance_multiclass_weights", default=False),
    number("beta_1", _BELOW_1, auto=True),
    number("beta_2", _BELOW_1, auto=True),
    number("bias_lr_mult", _ABOVE_0, auto=True),
    number("bias_wd_mult", auto=True),
    choice("binary_classifier_model_selection_criteria", *CRITERIA, default="accuracy"),
    integer("early_stopping_patience", default=3),
    number("early_stopping_tolerance", _ABOVE_0, default=0.001),
    integer("epochs", default=15),
    number("f_beta", _ABOVE_0, default=1.0),
    number("huber_delta", default=1.0),
    number("init_bias", Interval(), default=0.0),
    choice("init_method", "uniform", "normal", default="uniform"),
    number("init_scale", _ABOVE_0, default=0.07),
    number("init_sigma", _ABOVE_0, default=0.01),
    number("l1", auto=True),
    number("learning_rate", _ABOVE_0, auto=True),
    choice(
        "loss", "auto", *(n for of in linear_losses.LOSSES.values() for n in of), default="auto"
    ),
    number("loss_insensitivity", _ABOVE_0, default=0.01),
    number("lr_scheduler_factor", _BETWEEN, auto=True),
    number("lr_scheduler_minimum_lr", _ABOVE_0, auto=True),
    integer("lr_scheduler_step", auto=True),
    number("margin", default=1.0),
    integer("mini_batch_size", default=1000),
    number("momentum", _BELOW_1, auto=True),
    flag("normalize_data", auto=True, default=True),
    flag("normalize_label", auto=True),
    integer("num_calibration_samples", auto=True),
    integer("num_models", auto=True),
    integer("num_point_for_scaler", default=10_000),
    choice("optimizer", "auto", "adam", "sgd", "rmsprop", default="auto"),
    number("quantile", _BETWEEN, default=0.5),
    number("target_precision", _BETWEEN, default=0.8),
    number("target_recall", _BETWEEN, default=0.8),
    flag("unbias_data", auto=True),
    flag("unbias_label", auto=True),
    flag("use_bias", default=True),
    flag("use_lr_scheduler", default=True),
    number("wd", auto=True),
    Hyperparameter("positive_example_weight_mult", _weight, default=1.0),
    *INTERNAL,
)

#: Which hyperparameters have an effect only where another one has a value.
_ONLY_WITH: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (("beta_1", "beta_2"), "optimizer", ("auto", "adam")),
    (("momentum",), "optimizer", ("sgd",)),
    (("init_scale",), "init_method", ("uniform",)),
    (("init_sigma",), "init_method", ("normal",)),
    (("huber_delta",), "loss", ("huber_loss",)),
    (("quantile",), "loss", ("quantile_loss",)),
    (("margin",), "loss", ("hinge_loss",)),
    (
        ("loss_insensitivity",),
        "loss",
        ("eps_insensitive_squared_loss", "eps_insensitive_absolute_loss"),
    ),
    (
        ("num_classes", "accuracy_top_k", "balance_multiclass_weights"),
        "predictor_type",
        ("multiclass_classifier",),
    ),
    (
        (
            "binary_classifier_model_selection_criteria",
            "positive_example_weight_mult",
            "num_calibration_samples",
            "target_precision",
            "target_recall",
        ),
        "predictor_type",
        ("binary_classifier",),
    ),
    (("normalize_label", "unbias_label"), "predictor_type", ("regressor",)),
)


def check(values: dict[str, Any], given: Collection[str], say: Callable[[str], None]) -> None:
    """Resolve `auto` where it does not depend on data, and look at what depends on what.

    `say` gets a line for each given hyperparameter that the others leave without effect. Raises
    UserError.
    """
    predictor = values["predictor_type"]
    if predictor == "multiclass_classifier":
        if values["num_classes"] is None:
            raise UserError(SCHEMA.missing.format("num_classes"))
        if values["num_classes"] < 3:
            raise UserError(
                f"Hyperparameter num_classes: {values['num_classes']} is not in [3, 1000000]"
            )
    values["loss"] = linear_losses.choose(predictor, values["loss"])
    for names, on, worth in _ONLY_WITH:
        for name in names:
            if name in given and values[on] not in worth:
                say(f"{name} is without effect here: {on} is {values[on]}.")
    if values["optimizer"] == "auto":
        values["optimizer"] = "adam"
    regression = predictor == "regressor"
    for name, auto in (
        ("normalize_data", True),
        ("unbias_data", values["use_bias"]),
        ("normalize_label", regression),
        ("unbias_label", regression and values["use_bias"]),
    ):
        if values[name] == "auto":
            values[name] = auto
