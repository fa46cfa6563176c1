"""Training datasets of texts against the formats that their models' tasks have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from ..protocol import Problem
from .data_reading import HEAD, ROWS, STRAYS, Found, read_json, read_rows, wrong
from .dataset import Dataset

TEXTS = (".jsonl", ".json", ".csv", ".txt")
TEMPLATE = "template.json"


def labelled(columns: int) -> Callable[[Dataset], Found]:
    """`data.csv`: a class as a whole number, then texts; no header."""

    def look(dataset: Dataset) -> Found:
        strays = [path for path in dataset.files if path != "data.csv"]
        if "data.csv" not in dataset.files:
            return {}, strays, [wrong("There is no data.csv", f"It has {columns} columns.")]
        counts: Counter[str] = Counter()
        for number, row in enumerate(read_rows(dataset, "data.csv"), 1):
            if len(row) != columns or not row[0].strip().isdigit():
                detail = (
                    f"Line {number} has {len(row)} columns, the first of them {row[0][:40]!r}. "
                    f"There are {columns}: the class as a whole number from 0, then text."
                )
                return {}, strays, [wrong("data.csv has another layout", detail)]
            counts[row[0].strip()] += 1
        # Only the beginning was read: how many there are of each is not known.
        return {}, strays, [] if counts else [wrong("data.csv is empty", "")]

    return look


def texts(dataset: Dataset) -> Found:
    """Texts, or prompts with answers as lines of JSON, at the top or in `train/`."""
    tops = ("", "train/", "validation/")
    found, strays = [], []
    for path in dataset.files:
        folder, _, name = path.rpartition("/")
        top = f"{folder}/" if folder else ""
        is_text = name.lower().endswith(TEXTS) and name != TEMPLATE
        if top in tops and is_text:
            found.append(path)
        elif top not in tops or name != TEMPLATE:
            strays.append(path)
    if not found:
        kinds = ", ".join(TEXTS)
        return {}, strays, [wrong("There are no texts to learn from", f"They are {kinds} files.")]
    problems = []
    for path in [each for each in found if each.lower().endswith(".jsonl")][:STRAYS]:
        problems.extend(_json_lines(dataset, path))
    for path in [each for each in dataset.files if each.rpartition("/")[2] == TEMPLATE]:
        template, said = read_json(dataset, path)
        problems.extend(said)
        if template is not None and not (
            isinstance(template, dict) and {"prompt", "completion"} <= {*template}
        ):
            problems.append(wrong(f"{path} is no template", "It has a prompt and a completion."))
    return {}, strays, problems


def _json_lines(dataset: Dataset, name: str) -> list[Problem]:
    """What is wrong with the first lines; one that was cut is left out."""
    head = dataset.read(name, HEAD)
    lines = head.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    if len(head) == HEAD:
        lines = lines[:-1]
    for number, line in enumerate(lines[:ROWS], 1):
        try:
            said = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError) as error:
            return [wrong(f"{name} has no JSON in line {number}", str(error))]
        if not isinstance(said, dict):
            detail = "Each line is one example: names with their texts, in braces."
            return [wrong(f"{name} has no example in line {number}", detail)]
    return []
