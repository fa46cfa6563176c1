"""The demo's training script: a small neural network that tells handwritten digits apart."""

import argparse
import os
from typing import Any

import joblib
import numpy
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

DIGITS = numpy.arange(10)


def read(channel: str) -> tuple[Any, Any]:
    """Images with pixels from 0 to 1, and their digits."""
    folder = os.environ[f"SM_CHANNEL_{channel.upper()}"]
    rows = numpy.loadtxt(os.path.join(folder, f"{channel}.csv"), delimiter=",")
    return rows[:, 1:] / 16, rows[:, 0].astype(int)


def train(hidden_units: int, learning_rate: float, epochs: int) -> MLPClassifier:
    """The network after so many epochs; a line of metrics is printed for each."""
    images, digits = read("train")
    unseen, right = read("validation")
    network = MLPClassifier(
        (hidden_units,), learning_rate_init=learning_rate, batch_size=32, random_state=0
    )
    for epoch in range(1, epochs + 1):
        network.partial_fit(images, digits, classes=DIGITS)
        loss = log_loss(digits, network.predict_proba(images), labels=DIGITS)
        accuracy = network.score(unseen, right)
        print(
            f"epoch={epoch} train:loss={loss:.4f} validation:accuracy={accuracy:.4f};", flush=True
        )
    return network


def model_fn(model_dir: str) -> MLPClassifier:
    """Called by the model server when it starts."""
    return joblib.load(os.path.join(model_dir, "model.joblib"))


def predict_fn(data: Any, network: MLPClassifier) -> Any:
    """Called by the model server for each request: pixels from 0 to 16, a row an image."""
    return network.predict(numpy.asarray(data, dtype=float).reshape(-1, 64) / 16)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden-units", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=0.005)
    parser.add_argument("--epochs", type=int, default=20)
    given, _ = parser.parse_known_args()
    network = train(given.hidden_units, given.learning_rate, given.epochs)
    joblib.dump(network, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
