"""A training dataset against the format that its model's task has.

The formats are those of JumpStart's example notebooks (amazon-sagemaker-examples, introduction to
JumpStart) and of the SageMaker developer guide: for tables "Input and Output interface", for
language models "Prepare and upload training data" for instructions and for domain adaptation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ..protocol import DataCheck, Problem
from .data_reading import ROWS, STRAYS, Found, read_json, read_rows, wrong
from .data_texts import labelled, texts
from .dataset import Dataset

IMAGES = (".jpg", ".jpeg", ".png")


def check(dataset: Dataset, task: str) -> DataCheck:
    """Blocking: it reads what describes the data. Raises ProblemError where that cannot be read."""
    classes, strays, problems = _look(dataset, task)
    if not dataset.files:
        problems = [wrong("There are no files", "Hidden files and links do not count.")]
    return DataCheck(
        files=len(dataset.files),
        bytes=sum(dataset.files.values()),
        classes=classes,
        strays=tuple(strays[:STRAYS]),
        outside=len(strays),
        format=task if task in FORMATS else None,
        problems=tuple(problems),
    )


def outside(dataset: Dataset, task: str) -> frozenset[str]:
    """The paths of all files that lie outside the task's format. As check."""
    return frozenset(_look(dataset, task)[1])


def _look(dataset: Dataset, task: str) -> Found:
    return FORMATS[task](dataset) if dataset.files and task in FORMATS else ({}, [], [])


def _classes(dataset: Dataset) -> Found:
    """A folder of images for each class."""
    counts: Counter[str] = Counter()
    strays = []
    for path in dataset.files:
        folder, slash, name = path.partition("/")
        if slash and "/" not in name and name.lower().endswith(IMAGES):
            counts[folder] += 1
        else:
            strays.append(path)
    problems = []
    if len(counts) < 2:
        problems.append(
            wrong(
                "There are fewer than two classes",
                f"Found: {', '.join(counts) or 'none'}. Each class is a folder of images "
                f"({', '.join(IMAGES)}), named as the class.",
            )
        )
    return dict(sorted(counts.items())), strays, problems


def _objects(dataset: Dataset) -> Found:
    """`images/` and `annotations.json` with the images' names and the boxes, as COCO has them."""
    images, strays = _below(dataset, "images", ("annotations.json",))
    said, problems = read_json(dataset, "annotations.json")
    if said is not None:
        problems = _annotated(said, images)
    counts: Counter[str] = Counter()
    if said is not None and not problems:
        for each in said["annotations"]:
            counts[str(each.get("category_id"))] += 1
    return dict(sorted(counts.items())), strays, problems


def _annotated(said: Any, images: set[str]) -> list[Problem]:
    lists = [said.get(name) if isinstance(said, dict) else None for name in _COCO]
    if not all(isinstance(each, list) and each for each in lists) or not all(
        isinstance(one, dict) for each in lists for one in each or ()
    ):
        return [wrong(f"annotations.json lacks {' or '.join(_COCO)}", "Both are lists.")]
    names = {str(each.get("file_name")) for each in lists[0] or ()}
    if lost := sorted(names - images):
        return [
            wrong(
                f"{len(lost)} images of annotations.json are not there",
                f"images/{lost[0]}" + (" and others" if len(lost) > 1 else ""),
            )
        ]
    return []


_COCO = ("images", "annotations")


def _masks(dataset: Dataset) -> Found:
    """`images/`, `masks/` with a PNG for each, and what each value in them stands for."""
    index = "class_label_to_prediction_index.json"
    images, _ = _below(dataset, "images", (index,))
    masks, _ = _below(dataset, "masks", (index,))
    known = {*(f"images/{each}" for each in images), *(f"masks/{each}" for each in masks), index}
    strays = [path for path in dataset.files if path not in known]
    _, problems = read_json(dataset, index)
    stems = {each.rpartition(".")[0] for each in masks}
    lost = sorted(each for each in images if each.rpartition(".")[0] not in stems)
    if not images:
        problems.append(wrong("There is no folder images", "It has the images to learn from."))
    elif lost:
        problems.append(
            wrong(f"{len(lost)} images have no mask", f"images/{lost[0]} has none in masks/.")
        )
    return {}, strays, problems


def _tables(dataset: Dataset) -> Found:
    """CSV without a header, what is predicted in the first column."""
    named = "categorical_index.json"
    tables = [path for path in dataset.files if path.lower().endswith(".csv")]
    strays = [
        path for path in dataset.files if path not in tables and path.rpartition("/")[2] != named
    ]
    if not tables:
        return {}, strays, [wrong("There is no CSV file", "A table has one row for each case.")]
    problems: list[Problem] = []
    for path in tables[:STRAYS]:
        widths = {len(row) for row in read_rows(dataset, path)}
        if len(widths) != 1 or widths == {1}:
            problems.append(
                wrong(
                    f"{path} is no table",
                    f"Its first {ROWS} rows have {', '.join(map(str, sorted(widths))) or 'no'} "
                    "columns; all have the same number, and what is predicted comes first.",
                )
            )
    return {}, strays, problems


#: By Task.name.
FORMATS: dict[str, Callable[[Dataset], Found]] = {
    "Image classification": _classes,
    "Object detection": _objects,
    "Instance segmentation": _objects,
    "Semantic segmentation": _masks,
    "Text classification": labelled(2),
    "Sentence pair classification": labelled(3),
    "Text generation": texts,
    "Text to text": texts,
    "Tabular classification": _tables,
    "Tabular regression": _tables,
}


def _below(dataset: Dataset, folder: str, beside: tuple[str, ...]) -> tuple[set[str], list[str]]:
    """The images in a folder, and what is neither among them nor `beside` it."""
    found = {
        path.removeprefix(f"{folder}/")
        for path in dataset.files
        if path.startswith(f"{folder}/") and path.lower().endswith(IMAGES)
    }
    known = {f"{folder}/{each}" for each in found} | set(beside)
    return found, [path for path in dataset.files if path not in known]
