"""Trains a text classifier on top of the frozen network, with texts in data.csv."""

import csv
import glob
import os

import numpy
import top_layer
from inference import Encoder


def texts(folder: str) -> tuple[list[str], list[str]]:
    """(texts, labels) of all CSV files in a folder. Raises ValueError for another layout."""
    paths = sorted(glob.glob(os.path.join(folder, "*.csv")))
    rows = []
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            rows += [row for row in csv.reader(file) if row]
    if not rows or any(len(row) != 2 for row in rows):
        raise ValueError(
            f"{folder} has to have data.csv, without a header, with the label in the first column "
            "and the text in the second."
        )
    return [row[1] for row in rows], [row[0].strip() for row in rows]


def main() -> None:
    """Train, and make the model."""
    how = top_layer.given()
    encoder = Encoder(top_layer.channel("model"))
    known, names = texts(top_layer.channel("training"))
    labels = sorted(set(names))
    if len(labels) < 2:
        raise ValueError(f"There is one class alone, {labels[0]}: there have to be two or more.")
    features = encoder.embedded(known).astype("f8")
    numbers = numpy.array([labels.index(name) for name in names])
    if "SM_CHANNEL_VALIDATION" in os.environ:
        others, names = texts(top_layer.channel("validation"))
        strange = sorted(set(names) - set(labels))
        if strange:
            raise ValueError(f"The validation data has classes that are not trained: {strange}")
        unseen, right = encoder.embedded(others), numpy.array([labels.index(n) for n in names])
    else:
        held = top_layer.split(numbers, how.validation_split_ratio, how.random_seed)
        unseen, right = features[held], numbers[held]
        features, numbers = features[~held], numbers[~held]
    weight, bias = top_layer.train(features, numbers, unseen, right, len(labels), how)
    top_layer.save(weight, bias, labels, ["model.onnx", "tokenizer.json"])


if __name__ == "__main__":
    main()
