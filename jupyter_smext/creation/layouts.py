"""The layouts that there are, by id."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ..aws.errors import ProblemError, problem
from .layout import Layout


@functools.cache
def layouts() -> Mapping[str, Layout[Any]]:
    """Every layout by its id; loaded with the first form, not with the server."""
    from .endpoint import EndpointLayout
    from .model import ModelLayout
    from .notebook_instance import NotebookInstanceLayout
    from .space import SpaceLayout
    from .training_job import TrainingJobLayout

    known: tuple[Layout[Any], ...] = (
        TrainingJobLayout(),
        NotebookInstanceLayout(),
        SpaceLayout(),
        ModelLayout(),
        EndpointLayout(),
    )
    return {layout.name.id: layout for layout in known}


def layout(id: str) -> Layout[Any]:
    """Raises a 404 ProblemError."""
    try:
        return layouts()[id]
    except KeyError:
        raise ProblemError(
            problem("not_found", "There is no such layout", f"{id[:80]!r}")
        ) from None
