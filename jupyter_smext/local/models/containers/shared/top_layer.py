"""Trains a layer of classes on the features of a frozen network, and keeps both."""

import argparse
import json
import os
import shutil
from typing import Any

import numpy

#: What a fine-tuning adds to the artifact.
HEAD, CLASSES = "head.npz", "class_label_to_prediction_index.json"


def given() -> argparse.Namespace:
    """The hyperparameters. Ends the job for one that is not known: it would count for nothing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--train_only_top_layer", choices=["True"], default="True")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--learning_rate", type=float, default=0.01)
    parser.add_argument("--batch_size", type=int, default=16)
    parser.add_argument("--regularizers_l2", type=float, default=0.0001)
    parser.add_argument("--validation_split_ratio", type=float, default=0.2)
    parser.add_argument("--random_seed", type=int, default=123)
    return parser.parse_args()


def channel(name: str) -> str:
    """The folder of a channel. Raises ValueError for a job without it."""
    folder = os.environ.get(f"SM_CHANNEL_{name.upper()}")
    if folder is None:
        raise ValueError(f"The job has no channel {name}: give it one in InputDataConfig.")
    return folder


def split(numbers: Any, ratio: float, seed: int) -> Any:
    """Which of the examples are for validation: of each class that part, but never all."""
    chance = numpy.random.default_rng(seed)
    held = numpy.zeros(len(numbers), bool)
    for number in numpy.unique(numbers):
        of = chance.permutation(numpy.flatnonzero(numbers == number))
        held[of[: min(round(len(of) * ratio), len(of) - 1)]] = True
    return held


def train(
    features: Any, numbers: Any, unseen: Any, right: Any, classes: int, how: argparse.Namespace
) -> tuple[Any, Any]:
    """The layer (weight, bias) after so many epochs of Adam; a line of metrics for each.

    `features` (examples x features) have the class numbers `numbers`; `unseen` have `right`.
    """
    center, scale = features.mean(0), features.std(0) + 1e-6
    inputs = (features - center) / scale
    weight = numpy.zeros((inputs.shape[1], classes))
    bias = numpy.zeros(classes)
    moments = [[numpy.zeros_like(each), numpy.zeros_like(each)] for each in (weight, bias)]
    chance, step = numpy.random.default_rng(how.random_seed), 0
    for epoch in range(1, how.epochs + 1):
        losses = 0.0
        order = chance.permutation(len(inputs))
        for start in range(0, len(order), how.batch_size):
            chosen = order[start : start + how.batch_size]
            x, y = inputs[chosen], numbers[chosen]
            probabilities = softmax(x @ weight + bias)
            losses -= numpy.log(probabilities[numpy.arange(len(y)), y] + 1e-12).sum()
            probabilities[numpy.arange(len(y)), y] -= 1
            error = probabilities / len(y)
            step += 1
            gradients = (x.T @ error + how.regularizers_l2 * weight, error.sum(0))
            for value, gradient, moment in zip((weight, bias), gradients, moments, strict=True):
                _adam(value, gradient, moment, how.learning_rate, step)
        line = f"epoch {epoch}: train_loss: {losses / len(inputs):.4f}"
        if len(unseen):
            scores = ((unseen - center) / scale) @ weight + bias
            line += f" val_accuracy: {(scores.argmax(1) == right).mean():.4f}"
        print(line, flush=True)
    # The scaling goes into the layer: it is for features as they come.
    weight /= scale[:, None]
    return weight, bias - center @ weight


def _adam(value: Any, gradient: Any, moment: Any, rate: float, step: int) -> None:
    moment[0] = 0.9 * moment[0] + 0.1 * gradient
    moment[1] = 0.999 * moment[1] + 0.001 * gradient**2
    first, second = moment[0] / (1 - 0.9**step), moment[1] / (1 - 0.999**step)
    value -= rate * first / (numpy.sqrt(second) + 1e-8)


def softmax(scores: Any) -> Any:
    """The probabilities of scores, row by row."""
    powers = numpy.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def save(weight: Any, bias: Any, labels: list[str], network: list[str]) -> None:
    """Make the job's model: the layer, what its classes are called, the files of the frozen
    network, and the code that serves it."""
    folder = os.environ["SM_MODEL_DIR"]
    numpy.savez(os.path.join(folder, HEAD), weight=weight.astype("f4"), bias=bias.astype("f4"))
    with open(os.path.join(folder, CLASSES), "w", encoding="utf-8") as file:
        json.dump({label: number for number, label in enumerate(labels)}, file, indent=1)
    for name in network:
        shutil.copy(os.path.join(channel("model"), name), folder)
    code = os.path.join(folder, "code")
    os.makedirs(code, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(here)):
        if name.endswith(".py"):
            shutil.copy(os.path.join(here, name), code)


def load(model_dir: str) -> tuple[list[str], Any, Any] | None:
    """(labels, weight, bias) of a model that was fine-tuned; None for one that was not."""
    path = os.path.join(model_dir, HEAD)
    if not os.path.isfile(path):
        return None
    with open(os.path.join(model_dir, CLASSES), encoding="utf-8") as file:
        classes = json.load(file)
    with numpy.load(path, allow_pickle=False) as head:
        return sorted(classes, key=classes.get), head["weight"], head["bias"]
