"""Tabular classification and regression, with gradient boosted trees and with linear models."""

from __future__ import annotations

import csv
import functools
import gzip
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .declaration import Dataset, FineTuning, LocalModel, Made, Parameter
from .packages import PackagedFile, Unavailable, revision

Rows = list[list[str]]

#: Every so many-th row is in no dataset: it is for trying what was learned.
_HELD_OUT = 4
_FORMAT = (
    "A directory `train` with `data.csv`, and an optional directory `validation` with another. No "
    "header; the first column is the target, {target}; the features are numbers. Without "
    "validation data, `validation_split_ratio` of the rows is held out."
)
_BOOSTED = (
    Parameter("num_boost_round", "int", 100, 1, 5000),
    Parameter("eta", "float", 0.3, 0, 1),
    Parameter("max_depth", "int", 6, 1, 32),
    Parameter("min_child_weight", "float", 1.0, 0),
    Parameter("subsample", "float", 1.0, 0.01, 1),
    Parameter("reg_lambda", "float", 1.0, 0),
)
_LINEAR = (
    Parameter("alpha", "float", 1.0, 1e-6),
    Parameter("max_iter", "int", 1000, 1, 100_000),
)
_SPLIT = (
    Parameter("validation_split_ratio", "float", 0.2, 0, 0.9),
    Parameter("random_seed", "int", 123, 0),
)


#: The first row of each table.
_EXAMPLES = {
    "classification": (
        "17.99,10.38,122.8,1001,0.1184,0.2776,0.3001,0.1471,0.2419,0.07871,1.095,0.9053,8.589,"
        "153.4,0.006399,0.04904,0.05373,0.01587,0.03003,0.006193,25.38,17.33,184.6,2019,0.1622,"
        "0.6656,0.7119,0.2654,0.4601,0.1189"
    ),
    "regression": "59,2,32.1,101,157,93.2,38,4,4.8598,87",
}


def _packaged(name: str, sha256: str) -> PackagedFile:
    path = f"sklearn/datasets/data/{name}"
    return PackagedFile("scikit-learn", path, sha256, "jupyter_smext[local]")


TUMOURS = _packaged(
    "breast_cancer.csv", "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed"
)
PATIENTS = _packaged(
    "diabetes_data_raw.csv.gz", "7fc0ded571454b1982210d3bb43f0aca44eae01a0b8654a3b24022bdb6b38009"
)
_PROGRESS = _packaged(
    "diabetes_target.csv.gz", "8e53f65eb811df43c206f3534bb3af0e5fed213bc37ed6ba36310157d6023803"
)


def tumours() -> Rows:
    """569 rows: "malignant" or "benign", then 30 measures. Raises Unavailable."""
    lines = list(csv.reader(io.StringIO(TUMOURS.read().decode())))
    names = lines[0][2:]
    return [[names[int(line[-1])], *line[:-1]] for line in lines[1:]]


def patients() -> Rows:
    """442 rows: the progress of diabetes in a year, then 10 measures. Raises Unavailable."""
    known = gzip.decompress(PATIENTS.read()).decode().split("\n")
    progress = gzip.decompress(_PROGRESS.read()).decode().split("\n")
    return [[target, *line.split()] for target, line in zip(progress, known, strict=False) if line]


def held_out(rows: Rows) -> Rows:
    """Those that are in no dataset."""
    return rows[::_HELD_OUT]


def trained_on(rows: Rows) -> Rows:
    """The others."""
    return [row for number, row in enumerate(rows) if number % _HELD_OUT]


_READ = {"classification": tumours, "regression": patients}


def _csv(task: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(trained_on(_READ[task]()))
    return text.getvalue().encode()


def _settings(task: str, library: str) -> dict[str, Any]:
    targets = {row[0] for row in trained_on(_READ[task]())}
    labels = sorted(targets) if task == "classification" else []
    features = len(_READ[task]()[0]) - 1
    return {"task": task, "library": library, "labels": labels, "features": features}


def _as_json(task: str, library: str) -> bytes:
    return json.dumps(_settings(task, library), indent=1).encode()


def _trained(task: str, library: str, how: Mapping[str, Any], file: str) -> bytes:
    """The model's file after training on its default dataset. Raises Unavailable."""
    try:
        import numpy as np

        from .containers.tabular import tables

        settings, rows = _settings(task, library), trained_on(_READ[task]())
        targets = [row[0] for row in rows]
        known = np.array([row[1:] for row in rows], "f4")
        labels = settings["labels"]
        numbers = np.array([labels.index(each) for each in targets] if labels else targets, float)
        model = tables.library(settings).train(known, numbers, settings, SimpleNamespace(**how))
    except ImportError as error:
        raise Unavailable(
            f"Training it needs {error.name}: pip install jupyter_smext[local]"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        model.save(folder)
        return (Path(folder) / file).read_bytes()


_DATASETS = {
    "classification": Dataset(
        name="breast-cancer",
        files={
            "train/data.csv": Made(
                functools.partial(_csv, "classification"), revision(TUMOURS.sha256, 1), "text/csv"
            )
        },
        packages=(TUMOURS,),
        about=(
            "Dataset: Breast Cancer Wisconsin (Diagnostic), three of four rows. Source: UCI "
            "Machine Learning Repository, as scikit-learn brings it. License: CC BY 4.0."
        ),
    ),
    "regression": Dataset(
        name="diabetes",
        files={
            "train/data.csv": Made(
                functools.partial(_csv, "regression"), revision(PATIENTS.sha256, 1), "text/csv"
            )
        },
        packages=(PATIENTS, _PROGRESS),
        about=(
            "Dataset: the diabetes data of Efron, Hastie, Johnstone and Tibshirani (Least Angle "
            "Regression, 2004), three of four rows, as scikit-learn brings it."
        ),
    ),
}


def _model(library: str, task: str, own: tuple[Parameter, ...], about: str) -> LocalModel:
    dataset = _DATASETS[task]
    boosted = library == "xgboost"
    how = {each.name: each.default for each in (*own, *_SPLIT)}
    file = "model.json" if boosted else "model.npz"
    what = "XGBoost" if boosted else "Linear"
    made = revision(library, task, tuple(sorted(how.items())), dataset.packages, 1)
    target = "a class's name or number" if task == "classification" else "a number"
    metric = "accuracy" if task == "classification" else "rmse"
    return LocalModel(
        id=f"{library}-{task}-table",
        version="1.0.0",
        name=f"{what} {task}",
        task=f"Tabular {task.capitalize()}",
        data_type="tabular",
        framework="XGBoost" if boosted else "scikit-learn",
        provider="XGBoost" if boosted else "scikit-learn",
        license="Apache-2.0" if boosted else "BSD-3-Clause",
        source="https://xgboost.readthedocs.io/"
        if boosted
        else "https://scikit-learn.org/stable/modules/linear_model.html",
        description=f"{about}, for each row of a table.",
        about=(
            "Trains on a table of your own. As it is, it is trained on this machine on its "
            f"default dataset.\n\n{dataset.about} Its file in `scikit-learn` has the SHA-256 "
            f"`{dataset.packages[0].sha256}`."
        ),
        keywords=(f"@task:tabular-{task}", f"@framework:{library}", "Tabular", what),
        repository="sagemaker-xgboost" if boosted else "sagemaker-scikit-learn",
        code="tabular",
        content_types=("text/csv",),
        accept_types=("application/json;verbose", "application/json"),
        packages=dataset.packages,
        artifact={
            "settings.json": Made(
                functools.partial(_as_json, task, library), made, "application/json"
            ),
            file: Made(
                functools.partial(_trained, task, library, how, file),
                made,
                apart=True,
                packages=dataset.packages,
            ),
        },
        fine_tuning=FineTuning(
            hyperparameters=(*own, *_SPLIT),
            metrics={f"val-{metric}": rf"val_{metric}: ([0-9\.]+)"},
            format=_FORMAT.format(target=target),
            dataset=dataset,
        ),
        examples={"A row": ("text/csv", _EXAMPLES[task])},
    )


MODELS = (
    _model("xgboost", "classification", _BOOSTED, "Finds the class by gradient boosted trees"),
    _model("xgboost", "regression", _BOOSTED, "Predicts a number by gradient boosted trees"),
    _model("sklearn", "classification", _LINEAR, "Finds the class by logistic regression"),
    _model("sklearn", "regression", _LINEAR, "Predicts a number by ridge regression"),
)
