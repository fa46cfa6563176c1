"""AWS's own images that run a notebook as a script, from a table that comes with the package.

`images.json` has the accounts of AWS's registries by region, with its source and date. A region
that it has not has no default: an image is then typed.
"""

from __future__ import annotations

import functools
import json
import re
from importlib.resources import files
from typing import Any

from .. import instance_types
from ..kinds.model import loader
from ..protocol import NotebookImage


@functools.cache
def _table() -> dict[str, Any]:
    table = files("jupyter_smext.jobs").joinpath("images.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(table)
    return found


@functools.cache
def images(region: str) -> tuple[NotebookImage, ...]:
    """The images of a region, those of small notebooks first; empty where none is known."""
    table = _table()
    return tuple(
        NotebookImage(
            uri=f"{account}.dkr.ecr.{region}.{_domain(region)}/{each['repository']}:{each['tag']}",
            label=each["label"],
            gpu=each["gpu"],
        )
        for each in table["images"]
        if (account := table["accounts"][each["repository"]].get(region)) is not None
    )


def default(region: str, instance_type: str = "") -> str | None:
    """The image for an instance type: with CUDA when it has a GPU, else the smallest."""
    facts = instance_types.find(instance_type)
    wants_gpu = facts is not None and facts.gpus > 0
    return next((each.uri for each in images(region) if each.gpu == wants_gpu), None)


def _domain(region: str) -> str:
    """What host names end with in the region's partition, by botocore's table of them."""
    for partition in loader().load_data("partitions")["partitions"]:
        if re.match(partition["regionRegex"], region):
            return str(partition["outputs"]["dnsSuffix"])
    raise AssertionError(f"{region} is in the table of images, and in no partition")
