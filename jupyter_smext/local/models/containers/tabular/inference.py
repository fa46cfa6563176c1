"""Predicts a class or a number for each row of a table."""

import csv
import io
import json
import os
from typing import Any

import numpy
import tables
from answers import check_type, refusal, wants_names


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts: the settings, and what predicts."""
    with open(os.path.join(model_dir, "settings.json"), encoding="utf-8") as file:
        settings = json.load(file)
    return settings, tables.library(settings).load(model_dir)


def input_fn(body: Any, content_type: str) -> Any:
    """Rows of numbers, without the target and without a header."""
    check_type(content_type, "text/csv")
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    try:
        return numpy.array([[float(field or "nan") for field in row] for row in rows], "f4")
    except ValueError as error:
        raise refusal(400, f"The request is no table of numbers: {error}") from error


def predict_fn(data: Any, model: Any) -> Any:
    """The settings, with the probabilities of each row's classes, or each row's number."""
    settings, predictor = model
    wanted = settings["features"]
    if data.ndim != 2 or data.shape[1] != wanted:
        found = data.shape[1] if data.ndim == 2 else 0
        raise refusal(400, f"Each row has to have {wanted} features, as in training, not {found}.")
    return settings, predictor.predict(data)


def output_fn(prediction: Any, accept: str) -> Any:
    """JSON in the form of JumpStart's tabular models."""
    settings, values = prediction
    verbose = wants_names(accept)
    if settings["task"] == "regression":
        return json.dumps({"predictions": [float(each) for each in values]}), "application/json"
    answer = {"probabilities": [[float(each) for each in row] for row in values]}
    if verbose:
        labels = settings["labels"]
        answer |= {"labels": labels, "predicted_label": [labels[n] for n in values.argmax(1)]}
    return json.dumps(answer), "application/json"
