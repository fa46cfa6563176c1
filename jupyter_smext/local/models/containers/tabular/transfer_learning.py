"""Trains a model on a table: data.csv, whose first column is the target."""

import argparse
import csv
import glob
import json
import os
import shutil
from typing import Any

import numpy
import tables

_OWN = {
    "xgboost": {
        "num_boost_round": (int, 100),
        "eta": (float, 0.3),
        "max_depth": (int, 6),
        "min_child_weight": (float, 1.0),
        "subsample": (float, 1.0),
        "reg_lambda": (float, 1.0),
    },
    "sklearn": {"alpha": (float, 1.0), "max_iter": (int, 1000)},
}


def given(library: str) -> argparse.Namespace:
    """The hyperparameters. Ends the job for one that is not known: it would count for nothing."""
    parser = argparse.ArgumentParser()
    for name, (kind, default) in _OWN[library].items():
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--validation_split_ratio", type=float, default=0.2)
    parser.add_argument("--random_seed", type=int, default=123)
    return parser.parse_args()


def read(folder: str) -> tuple[list[str], Any]:
    """(targets, rows of features) of all CSV files in a folder. Raises ValueError."""
    paths = sorted(glob.glob(os.path.join(folder, "*.csv")))
    if not paths:
        raise ValueError(f"There is no CSV file in {folder}: it has to have data.csv.")
    lines = [
        line
        for path in paths
        for line in csv.reader(open(path, encoding="utf-8", newline=""))
        if line
    ]
    try:
        rows = numpy.array([[float(each or "nan") for each in line[1:]] for line in lines])
    except ValueError as error:
        raise ValueError(
            "The features have to be numbers, in as many columns in each row, and the first row "
            f"may be no header: {error}"
        ) from error
    return [line[0].strip() for line in lines], rows


def main() -> None:
    """Train, and make the model."""
    channel = os.environ.get("SM_CHANNEL_MODEL")
    training = os.environ.get("SM_CHANNEL_TRAINING")
    if channel is None or training is None:
        raise ValueError("The job has to have the channels training and model.")
    with open(os.path.join(channel, "settings.json"), encoding="utf-8") as file:
        base = json.load(file)
    how = given(base["library"])
    if os.path.exists(os.path.join(training, "categorical_index.json")):
        raise ValueError(
            "categorical_index.json names columns of categories, and this model learns from "
            "numbers alone: write a column of 0 and 1 for each category, and leave the file out."
        )
    inner = os.path.join(training, "train")
    targets, rows = read(inner if os.path.isdir(inner) else training)
    labels, numbers = numbered(base["task"], targets)
    settings = {**base, "labels": labels, "features": rows.shape[1]}
    held_out = os.environ.get("SM_CHANNEL_VALIDATION") or os.path.join(training, "validation")
    if os.path.isdir(held_out):
        unseen_targets, unseen = read(held_out)
        right = expected(base["task"], unseen_targets, labels)
    else:
        order = numpy.random.default_rng(how.random_seed).permutation(len(rows))
        count = min(round(len(rows) * how.validation_split_ratio), len(rows) - 1)
        held, kept = order[:count], order[count:]
        unseen, right, rows, numbers = rows[held], numbers[held], rows[kept], numbers[kept]
    model = tables.library(settings).train(rows.astype("f4"), numbers, settings, how)
    if len(unseen):
        report(base["task"], model.predict(unseen.astype("f4")), right)
    save(model, settings)


def numbered(task: str, targets: list[str]) -> tuple[list[str], Any]:
    """The classes in order, none for a regression, and the target of each row as a number."""
    if task == "regression":
        return [], expected(task, targets, [])
    labels = sorted(set(targets), key=lambda each: (not each.isdigit(), each.zfill(20)))
    if len(labels) < 2:
        raise ValueError(f"There is one class alone, {labels[0]}: there have to be two or more.")
    return labels, expected(task, targets, labels)


def expected(task: str, targets: list[str], labels: list[str]) -> Any:
    """Targets as numbers. Raises ValueError for what is none, or for a class not trained."""
    if task == "regression":
        return numpy.array([float(each) for each in targets])
    strange = sorted(set(targets) - set(labels))
    if strange:
        raise ValueError(f"The validation data has classes that are not trained: {strange}")
    return numpy.array([labels.index(each) for each in targets])


def report(task: str, found: Any, right: Any) -> None:
    """Print how well the rows were predicted that were not trained on."""
    if task == "classification":
        print(f"val_accuracy: {(found.argmax(1) == right).mean():.4f}", flush=True)
    else:
        print(f"val_rmse: {numpy.sqrt(((found - right) ** 2).mean()):.4f}", flush=True)


def save(model: Any, settings: dict[str, Any]) -> None:
    """Make the job's model, with the code that serves it."""
    folder = os.environ["SM_MODEL_DIR"]
    model.save(folder)
    with open(os.path.join(folder, "settings.json"), "w", encoding="utf-8") as file:
        json.dump(settings, file, indent=1)
    code = os.path.join(folder, "code")
    os.makedirs(code, exist_ok=True)
    for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.py")):
        shutil.copy(path, code)


if __name__ == "__main__":
    main()
