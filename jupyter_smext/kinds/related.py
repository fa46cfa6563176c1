"""Links from one resource to others: any member of a describe answer that names another kind."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .. import protocol
from . import model
from .ids import name_of, row_id
from .kind import Kind

ARN = re.compile(r"arn:[\w-]+:sagemaker:[\w-]*:\d*:([a-z0-9-]+)/(.+)")


@functools.cache
def _named() -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    """Kinds that an answer can name by members alone; four kinds share `JobDefinitionName`."""
    from . import kinds

    table = list(kinds().values())
    identities = [kind.identity for kind in table]
    return tuple((kind, kind.identity) for kind in table if identities.count(kind.identity) == 1)


@functools.cache
def _by_arn() -> Mapping[str, Kind]:
    """The resource type in an ARN → its kind, where the last part of the ARN is its identity."""
    from . import kinds

    types: dict[str, Kind] = {}
    for kind in kinds().values():
        if len(kind.identity) == 1:
            # `automl-job` and `experiment-trial` are spelt unlike the operations.
            types[kind.id] = types[f"experiment-{kind.id}"] = kind
            types[kind.id.replace("auto-ml", "automl")] = kind
    return types


def of_arn(arn: str) -> tuple[Kind, str] | None:
    """The kind and row id that an ARN names, or None when it is none of the table's."""
    match = ARN.fullmatch(arn)
    found = _by_arn().get(match[1]) if match else None
    if match is None or found is None:
        return None
    last = found.identity[0]
    whole = found.members.get(last, last).endswith("Arn")
    return found, quote(arn if whole else match[2].rsplit("/", 1)[-1], safe="")


def _inside(value: Any, role: str) -> Iterator[tuple[str, Any]]:
    """Every structure and text of an answer, with the member that holds it."""
    if isinstance(value, Mapping):
        yield role, value
        for name, inner in value.items():
            yield from _inside(inner, name)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _inside(inner, role)
    elif isinstance(value, str):
        yield role, value


def related(kind: Kind, answer: Mapping[str, Any]) -> tuple[protocol.Related, ...]:
    """The resources that a describe answer names: each once, in its order, without itself."""
    own = (kind.id, row_id(kind, answer))
    found: dict[tuple[str, str], protocol.Related] = {}

    def add(other: Kind, id: str, role: str, name: str) -> None:
        if (other.id, id) != own:
            found.setdefault((other.id, id), protocol.Related(role, other.id, id, name))

    for role, value in _inside({**answer, "ResponseMetadata": None}, ""):
        if isinstance(value, str):
            target = of_arn(value)
            if target is not None:
                add(*target, role, value.rsplit("/", 1)[-1])
            continue
        for other, identity in _named():
            required = model.required_members(other.describe_operation or other.list_operation)
            texts = all(isinstance(value.get(name, ""), str) for name in identity)
            if texts and all(value.get(name) for name in required):
                add(other, row_id(other, value), identity[-1], name_of(other, value))
    return tuple(found.values())
