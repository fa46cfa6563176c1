"""What describes a training dataset, read as far as it must be to know its layout."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ..aws.errors import problem
from ..protocol import Problem
from .dataset import Dataset

STRAYS = 100
ROWS = 100
"""Rows of a table that are looked at."""

HEAD = 64 * 1024
"""Bytes of a table that are read for them."""

LARGEST_JSON = 50 * 2**20

Found = tuple[dict[str, int], list[str], list[Problem]]
"""Classes with their number of files, strays, and what forbids a training."""


def read_json(dataset: Dataset, name: str) -> tuple[Any, list[Problem]]:
    """A file's content, and what is wrong with it.

    The content is None where there is none, or where it is too long to look at.
    """
    if name not in dataset.files:
        return None, [wrong(f"There is no {name}", "It lies beside the folder images.")]
    if dataset.files[name] > LARGEST_JSON:
        return None, []
    try:
        said = json.loads(dataset.read(name, LARGEST_JSON))
    except (ValueError, RecursionError) as error:
        return None, [wrong(f"{name} is no JSON", str(error))]
    return said, [wrong(f"{name} says nothing", "It is null.")] if said is None else []


def read_rows(dataset: Dataset, name: str) -> list[list[str]]:
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


def wrong(title: str, detail: str) -> Problem:
    return problem("invalid", title, detail, "See the model's page for the layout of its data.")
