"""Notebooks made of Python files in cells of `# %%`."""

from __future__ import annotations

import json
import re

_CELL = re.compile(r"^# %%(?P<markdown> \[markdown\])?$", re.MULTILINE)


def notebook(text: str) -> bytes:
    """The notebook (nbformat 4.5) of a Python file, without outputs."""
    cells = []
    marks = list(_CELL.finditer(text))
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        body = text[mark.end() : end].strip("\n")
        if mark["markdown"]:
            body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.split("\n"))
        cell: dict[str, object] = {
            "cell_type": "markdown" if mark["markdown"] else "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": body.splitlines(keepends=True),
        }
        if not mark["markdown"]:
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1).encode()
