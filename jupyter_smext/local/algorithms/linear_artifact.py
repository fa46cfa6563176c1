"""Linear Learner's model_algo-1: MXNet's files in a zip, and the answers of a model in one."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..serving.front import Predict
from . import invocation, linear_losses, mxnet_arrays
from .linear_descent import LinearModel
from .table import CSV, JSON, JSON_LINES, PROTOBUF

Floats = npt.NDArray[np.float64]

MODEL = "model_algo-1"
_OUTPUT = {"logistic": "sigmoid", "softmax_loss": "softmax"}


def scored(outputs: Floats, loss: str) -> Floats:
    """Scores of raw outputs: probabilities for logistic and softmax_loss, else as they are."""
    if loss == "logistic":
        return linear_losses.sigmoid(outputs)
    return linear_losses.softmax(outputs) if loss == "softmax_loss" else outputs


def predicted(scores: Floats, threshold: float | None) -> Floats:
    """Labels of scores: by the threshold, by the best class; a regressor's are the scores."""
    if threshold is not None:
        return (scores[:, 0] > threshold).astype(np.float64)
    return scores.argmax(axis=1).astype(np.float64) if scores.shape[1] > 1 else scores[:, 0]


def packed(model: LinearModel, values: dict[str, Any], threshold: float | None) -> bytes:
    """The zip that AWS's model_algo-1 is: MXNet's symbol and parameters, and what serving needs."""
    about = {
        "predictor_type": values["predictor_type"],
        "loss": values["loss"],
        "threshold": threshold,
    }
    arrays = {
        "arg:fc0_weight": model.weights.T.astype(np.float32),
        "arg:fc0_bias": model.bias.astype(np.float32),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as files:
        files.writestr("additional-params.json", json.dumps(about))
        files.writestr("manifest.json", json.dumps({"algorithm": "linear-learner"}))
        files.writestr("mx-mod-symbol.json", _symbol(values["loss"], model.weights.shape[1]))
        files.writestr("mx-mod-0000.params", mxnet_arrays.save(arrays))
    return file.getvalue()


def _symbol(loss: str, outputs: int) -> str:
    """The network in MXNet's JSON, as mx.sym.FullyConnected and its activation write it."""
    size = {"num_hidden": str(outputs)}
    nodes: list[dict[str, Any]] = [
        {"op": "null", "name": "data", "inputs": []},
        {"op": "null", "name": "fc0_weight", "attrs": size, "inputs": []},
        {"op": "null", "name": "fc0_bias", "attrs": size, "inputs": []},
        {
            "op": "FullyConnected",
            "name": "fc0",
            "attrs": size,
            "inputs": [[0, 0, 0], [1, 0, 0], [2, 0, 0]],
        },
    ]
    if loss in _OUTPUT:
        nodes.append({"op": _OUTPUT[loss], "name": "out", "inputs": [[3, 0, 0]]})
    network = {
        "nodes": nodes,
        "arg_nodes": [0, 1, 2],
        "node_row_ptr": list(range(len(nodes) + 1)),
        "heads": [[len(nodes) - 1, 0, 0]],
        "attrs": {"mxnet_version": ["int", 10901]},
    }
    return json.dumps(network)


def load(folder: Path) -> Predict:
    """The model of a folder: answers score and, for classifiers, predicted_label."""
    with zipfile.ZipFile(folder / MODEL) as files:
        about = json.loads(files.read("additional-params.json"))
        arrays = mxnet_arrays.load(files.read("mx-mod-0000.params"))
    weights = arrays["arg:fc0_weight"].T.astype(np.float64)
    model = LinearModel(weights, arrays["arg:fc0_bias"].astype(np.float64))
    predictor, cut = about["predictor_type"], about["threshold"]
    answers = (JSON, JSON_LINES, PROTOBUF)

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        supported = (CSV, JSON, JSON_LINES, PROTOBUF)
        matrix = invocation.read(body, content_type, len(weights), supported)
        scores = scored(model.outputs(matrix), about["loss"])
        each = scores if scores.shape[1] > 1 else scores[:, 0]
        rows: list[dict[str, Any]] = [{"score": score} for score in each.tolist()]
        if predictor != "regressor":
            for row, label in zip(rows, predicted(scores, cut), strict=True):
                row["predicted_label"] = int(label)
        return invocation.write(rows, accept, answers)

    return predict
