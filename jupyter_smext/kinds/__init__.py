"""The kind table: every SageMaker resource kind by its id; all other code is generic over it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from .facts import facts
from .ids import (
    BadId,
    chains,
    is_running,
    name_of,
    parameters_of,
    parent_id,
    row_id,
    status_of,
)
from .instances import groups_of, written
from .kind import Kind
from .model import service_model
from .related import related
from .s3_places import is_made, places
from .specs import spec
from .verbs import Verb

__all__ = [
    "BadId",
    "Kind",
    "UnknownKind",
    "Verb",
    "chains",
    "facts",
    "groups_of",
    "is_made",
    "is_running",
    "kind",
    "kinds",
    "name_of",
    "parameters_of",
    "parent_id",
    "places",
    "related",
    "row_id",
    "service_model",
    "spec",
    "status_of",
    "written",
]


class UnknownKind(LookupError):
    """No kind has this id."""


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by id, in the order of the work: prepare, build, train, deploy, govern."""
    from . import build, deploy, govern, prepare, train

    table: dict[str, Kind] = {}
    for step in (prepare, build, train, deploy, govern):
        for declared in step.KINDS:
            if declared.id in table:
                raise ValueError(f"kind {declared.id} is declared twice")
            table[declared.id] = declared
    return MappingProxyType(table)


def kind(id: str) -> Kind:
    """The kind with this id; raises UnknownKind."""
    try:
        return kinds()[id]
    except KeyError:
        raise UnknownKind(f"There is no kind {id[:80]!r}") from None
