"""The Create parameters of a resource that is there, from what AWS tells of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..aws.errors import ProblemError
from ..kinds import Kind
from ..kinds.model import enum_of, input_members, output_members, required_members
from ..protocol import CreateParameters, Resource
from .client import Client
from .resources import described, invalid
from .tags import RESERVED, tags_of

_COUNTED = re.compile(r"(.*?)-(\d+)$", re.DOTALL)
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def parameters_to_create(
    kind: Kind, id: str, client: Client, taken: Collection[str]
) -> CreateParameters:
    """What would create the same again, under a name that is none of `taken`. Blocks.

    Raises ProblemError: 400 for a kind that cannot be created.
    """
    operation = kind.create_operation
    if operation is None:
        raise invalid(f"{kind.plural} cannot be created", "SageMaker has no operation for it.")
    resource = described(kind, id, client, None)
    members = input_members(operation)
    found = parameters_of_answer(kind, resource.definition)
    notes = []
    if "Tags" in members and resource.row.arn:
        try:
            own = [t for t in tags_of(client, resource.row.arn) if not t.key.startswith(RESERVED)]
        except ProblemError as error:
            notes.append(f"Its tags could not be read: {error.problem.title}")
        else:
            found |= {"Tags": [{"Key": t.key, "Value": t.value} for t in own]} if own else {}
    name = kind.identity[-1]
    if name in found and name in members and "Name" in name:
        longest = members[name].metadata.get("max", 63)
        found[name] = another_name(str(found[name]), taken, longest)
    lacking = [each for each in required_members(operation) if each not in found]
    return CreateParameters(operation, found, (*lacking, *_not_told(kind, resource)), tuple(notes))


def parameters_of_answer(
    kind: Kind, answer: Mapping[str, Any], operation: str | None = None
) -> dict[str, Any]:
    """What of a describe answer an operation takes as well: Create, or another one of the kind."""
    import jmespath  # type: ignore[import-untyped]

    operation = operation or kind.create_operation
    assert operation is not None
    found = {}
    for name, shape in input_members(operation).items():
        value = answer.get(name)
        if name in kind.cloned:
            value = jmespath.search(kind.cloned[name], answer)
        value = _as_taken(shape, value)
        if value not in _EMPTY:
            found[name] = value
    return found


def _not_told(kind: Kind, resource: Resource) -> list[str]:
    """What Create takes and AWS never tells again; it may have been given."""
    assert kind.create_operation is not None and kind.describe_operation is not None
    told = output_members(kind.describe_operation)
    return [
        name
        for name, shape in input_members(kind.create_operation).items()
        if name not in told
        and name not in kind.cloned
        and name != "Tags"
        and not shape.metadata.get("idempotencyToken")
        and name not in required_members(kind.create_operation)
    ]


def _as_taken(shape: Any, value: Any) -> Any:
    """`value` of an answer as a request's shape takes it; None where it takes nothing of it."""
    if value in _EMPTY:
        return None
    if shape.type_name == "structure":
        if not isinstance(value, Mapping):
            return None
        members = {n: _as_taken(s, value.get(n)) for n, s in shape.members.items()}
        return {n: v for n, v in members.items() if v is not None} or None
    if shape.type_name == "list":
        items = [_as_taken(shape.member, item) for item in value]
        return [item for item in items if item is not None] or None
    if shape.type_name == "map":
        return {key: _as_taken(shape.value, each) for key, each in value.items()}
    allowed = enum_of(shape)
    return None if allowed and value not in allowed else value


def another_name(name: str, taken: Collection[str], longest: int = 63) -> str:
    """`train` → `train-2`, `train-2` → `train-3`: the first that is not taken."""
    counted = _COUNTED.match(name)
    # A number of many digits is a time.
    base, number = (counted[1], int(counted[2])) if counted and len(counted[2]) < 4 else (name, 1)
    while True:
        number += 1
        ending = f"-{number}"
        made = f"{base[: longest - len(ending)].rstrip('-')}{ending}"
        if made not in taken:
            return made
