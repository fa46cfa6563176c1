"""Instances that kernels run on, moved from state to state: stopped, changed, started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...protocol import ComputeName
from .instance import Instance, State, Tell, Told, whole
from .notebook_instance import NotebookInstance
from .space import Space

if TYPE_CHECKING:
    from ...inventory import Watched

__all__ = [
    "Instance",
    "NotebookInstance",
    "Space",
    "State",
    "Tell",
    "Told",
    "instance_of",
    "whole",
]


def instance_of(at: ComputeName, watched: Watched) -> Instance:
    """The instance with this name; raises BadId. This machine is none."""
    return {"notebook-instance": NotebookInstance, "space": Space}[at.kind](at, watched)
