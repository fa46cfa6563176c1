"""The models of the tabular solutions: trained on this machine, on what their generators draw."""

from __future__ import annotations

import functools
import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..models.declaration import Made
from ..models.packages import Unavailable, revision

Rows = list[list[str]]

_HOW = {
    "eta": 0.1,
    "max_depth": 4,
    "min_child_weight": 3.0,
    "subsample": 1.0,
    "reg_lambda": 1.0,
    "random_seed": 1,
    "num_boost_round": 120,
}


def artifact(draw: Callable[[int, int], Rows], count: int, features: int) -> Mapping[str, Made]:
    """The files of a model that learned from `draw(count, 1)`: a target, then the features."""
    rules = inspect.getsource(sys.modules[draw.__module__])
    made = revision(rules, count, features, tuple(_HOW.items()), 1)
    return {
        "settings.json": Made(
            functools.partial(_settings_file, draw, count, features), made, "application/json"
        ),
        "model.json": Made(functools.partial(_trained, draw, count, features), made, apart=True),
    }


def _settings(rows: Rows, features: int) -> dict[str, Any]:
    labels = sorted({row[0] for row in rows})
    return {
        "task": "classification",
        "library": "xgboost",
        "labels": labels,
        "features": features,
    }


def _settings_file(draw: Callable[[int, int], Rows], count: int, features: int) -> bytes:
    return json.dumps(_settings(draw(count, 1), features), indent=1).encode()


def _trained(draw: Callable[[int, int], Rows], count: int, features: int) -> bytes:
    """The model's file. Raises Unavailable."""
    rows = draw(count, 1)
    settings = _settings(rows, features)
    try:
        import numpy as np

        from ..models.containers.tabular import tables

        known = np.array([row[1:] for row in rows], "f4")
        numbers = np.array([settings["labels"].index(row[0]) for row in rows], float)
        model = tables.library(settings).train(known, numbers, settings, SimpleNamespace(**_HOW))
    except ImportError as error:
        raise Unavailable(
            f"Training it needs {error.name}: pip install jupyter_smext[local]"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        model.save(folder)
        return (Path(folder) / "model.json").read_bytes()
