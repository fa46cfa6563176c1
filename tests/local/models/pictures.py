"""Photographs that scikit-image brings."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path


def picture(name: str) -> bytes:
    """The file of an example picture."""
    folder = Path(str(distribution("scikit-image").locate_file("skimage/data")))
    [found] = [*folder.glob(f"{name}.png"), *folder.glob(f"{name}.jpg")]
    return found.read_bytes()
