"""Trains a new top layer on pictures in a folder for each class."""

import os
from typing import Any

import numpy
import top_layer
from inference import network, prepared
from pictures import opened

_PICTURES = (".jpg", ".jpeg", ".png")
_BATCH = 16


def pictures(folder: str) -> tuple[list[str], list[str]]:
    """The paths of all pictures, and the class of each. Raises ValueError for another layout."""
    found = [
        (entry.path, folder_of.name)
        for folder_of in sorted(os.scandir(folder), key=lambda each: each.name)
        if folder_of.is_dir()
        for entry in sorted(os.scandir(folder_of.path), key=lambda each: each.name)
        if entry.name.lower().endswith(_PICTURES)
    ]
    if not found:
        raise ValueError(
            f"There is no picture in {folder}: it has to have a directory for each class, with "
            f"files in {', '.join(_PICTURES)}."
        )
    return [path for path, _ in found], [name for _, name in found]


def features(paths: list[str], session: Any) -> Any:
    """What the frozen network makes of pictures: pictures x features."""
    found = []
    for start in range(0, len(paths), _BATCH):
        batch = numpy.stack([_prepared(path) for path in paths[start : start + _BATCH]])
        found += session.run(["feature"], {"image": batch})
        print(f"{min(start + _BATCH, len(paths))} of {len(paths)} pictures", flush=True)
    return numpy.concatenate(found).astype("f8")


def _prepared(path: str) -> Any:
    try:
        return prepared(opened(path))
    except (OSError, ValueError, SyntaxError) as error:
        raise ValueError(f"{path} is no picture that can be read: {error}") from error


def main() -> None:
    """Train, and make the model."""
    how = top_layer.given()
    session = network(top_layer.channel("model"))
    paths, names = pictures(top_layer.channel("training"))
    labels = sorted(set(names))
    if len(labels) < 2:
        raise ValueError(f"There is one class alone, {labels[0]}: there have to be two or more.")
    known = features(paths, session)
    numbers = numpy.array([labels.index(name) for name in names])
    if "SM_CHANNEL_VALIDATION" in os.environ:
        paths, names = pictures(top_layer.channel("validation"))
        strange = sorted(set(names) - set(labels))
        if strange:
            raise ValueError(f"The validation data has classes that are not trained: {strange}")
        unseen, right = features(paths, session), [labels.index(name) for name in names]
    else:
        held = top_layer.split(numbers, how.validation_split_ratio, how.random_seed)
        unseen, right = known[held], numbers[held]
        known, numbers = known[~held], numbers[~held]
    weight, bias = top_layer.train(known, numbers, unseen, right, len(labels), how)
    top_layer.save(weight, bias, labels, ["model.onnx", "labels.json"])


if __name__ == "__main__":
    main()
