"""A training dataset against the format that its model's task has.

The formats are those of JumpStart's example notebooks (amazon-sagemaker-examples, introduction to
JumpStart) and, for tables, of "Input and Output interface" in the SageMaker developer guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..aws.errors import problem
from ..protocol import DataCheck, Problem
from .dataset import Dataset

IMAGES = (".jpg", ".jpeg", ".png")
STRAYS = 100
ROWS = 100
"""Rows of a table that are looked at."""

HEAD = 64 * 1024
"""Bytes of a table that are read for them."""

LARGEST_JSON = 50 * 2**20

Found = tuple[dict[str, int], list[str], list[Problem]]
"""Classes with their number of files, strays, and what forbids a training."""


def check(dataset: Dataset, task: str) -> DataCheck:
    """Blocking: it reads what describes the data. Raises ProblemError where that cannot be read."""
    classes, strays, problems = _look(dataset, task)
    if not dataset.files:
        problems = [_wrong("There are no files", "Hidden files and links do not count.")]
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
            _wrong(
                "There are fewer than two classes",
                f"Found: {', '.join(counts) or 'none'}. Each class is a folder of images "
                f"({', '.join(IMAGES)}), named as the class.",
            )
        )
    return dict(sorted(counts.items())), strays, problems


def _objects(dataset: Dataset) -> Found:
    """`images/` and `annotations.json` with the images' names and the boxes, as COCO has them."""
    images, strays = _below(dataset, "images", ("annotations.json",))
    said, problems = _json(dataset, "annotations.json")
    if not problems:
        problems = _annotated(said, images)
    counts: Counter[str] = Counter()
    if not problems:
        for each in said["annotations"]:
            counts[str(each.get("category_id"))] += 1
    return dict(sorted(counts.items())), strays, problems


def _annotated(said: Any, images: set[str]) -> list[Problem]:
    lists = [said.get(name) if isinstance(said, dict) else None for name in _COCO]
    if not all(isinstance(each, list) and each for each in lists) or not all(
        isinstance(one, dict) for each in lists for one in each or ()
    ):
        return [_wrong(f"annotations.json lacks {' or '.join(_COCO)}", "Both are lists.")]
    names = {str(each.get("file_name")) for each in lists[0] or ()}
    if lost := sorted(names - images):
        return [
            _wrong(
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
    _, problems = _json(dataset, index)
    stems = {each.rpartition(".")[0] for each in masks}
    lost = sorted(each for each in images if each.rpartition(".")[0] not in stems)
    if not images:
        problems.append(_wrong("There is no folder images", "It has the images to learn from."))
    elif lost:
        problems.append(
            _wrong(f"{len(lost)} images have no mask", f"images/{lost[0]} has none in masks/.")
        )
    return {}, strays, problems


def _labelled(columns: int) -> Callable[[Dataset], Found]:
    """`data.csv`: a class as a whole number, then texts; no header."""

    def look(dataset: Dataset) -> Found:
        strays = [path for path in dataset.files if path != "data.csv"]
        if "data.csv" not in dataset.files:
            return {}, strays, [_wrong("There is no data.csv", f"It has {columns} columns.")]
        counts: Counter[str] = Counter()
        for number, row in enumerate(_rows(dataset, "data.csv"), 1):
            if len(row) != columns or not row[0].strip().isdigit():
                detail = (
                    f"Line {number} has {len(row)} columns, the first of them {row[0][:40]!r}. "
                    f"There are {columns}: the class as a whole number from 0, then text."
                )
                return {}, strays, [_wrong("data.csv has another layout", detail)]
            counts[row[0].strip()] += 1
        # Only the beginning was read: how many there are of each is not known.
        return {}, strays, [] if counts else [_wrong("data.csv is empty", "")]

    return look


def _tables(dataset: Dataset) -> Found:
    """CSV without a header, what is predicted in the first column."""
    named = "categorical_index.json"
    tables = [path for path in dataset.files if path.lower().endswith(".csv")]
    strays = [
        path for path in dataset.files if path not in tables and path.rpartition("/")[2] != named
    ]
    if not tables:
        return {}, strays, [_wrong("There is no CSV file", "A table has one row for each case.")]
    problems: list[Problem] = []
    for path in tables[:STRAYS]:
        widths = {len(row) for row in _rows(dataset, path)}
        if len(widths) != 1 or widths == {1}:
            problems.append(
                _wrong(
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
    "Text classification": _labelled(2),
    "Sentence pair classification": _labelled(3),
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


def _json(dataset: Dataset, name: str) -> tuple[Any, list[Problem]]:
    if name not in dataset.files:
        return None, [_wrong(f"There is no {name}", "It lies beside the folder images.")]
    if dataset.files[name] > LARGEST_JSON:
        return None, []
    try:
        return json.loads(dataset.read(name, LARGEST_JSON)), []
    except (ValueError, RecursionError) as error:
        return None, [_wrong(f"{name} is no JSON", str(error))]


def _rows(dataset: Dataset, name: str) -> list[list[str]]:
    """The first rows; one that was cut is left out."""
    head = dataset.read(name, HEAD)
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if len(head) == HEAD:
        text = text.rpartition("\n")[0]
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error:
        return []
    return rows[:ROWS]


def _wrong(title: str, detail: str) -> Problem:
    return problem("invalid", title, detail, "See the model's page for the layout of its data.")
