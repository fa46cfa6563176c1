"""The hyperparameters of a fine-tuning that trains a top layer on frozen features."""

from __future__ import annotations

from .declaration import Parameter


def hyperparameters(regularizers_l2: float) -> tuple[Parameter, ...]:
    """Those that `containers/shared/top_layer.py` takes."""
    return (
        Parameter("train_only_top_layer", "text", "True", options=("True",)),
        Parameter("epochs", "int", 20, 1, 1000),
        Parameter("learning_rate", "float", 0.01, 1e-8, 1),
        Parameter("batch_size", "int", 16, 1, 1024),
        Parameter("regularizers_l2", "float", regularizers_l2, 0, 1),
        Parameter("validation_split_ratio", "float", 0.2, 0, 0.9),
        Parameter("random_seed", "int", 123, 0),
    )
