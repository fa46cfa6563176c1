"""What a form asks for in other words than its operation: a member deep inside as one field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import model

Answer = Mapping[str, Any]

Describe = Callable[[str, str], Answer]
"""`describe(kind id, row id)` → the describe answer of a further resource; raises Unread."""


class Unread(LookupError):
    """A further resource could not be read; the text says why."""


@dataclass(frozen=True)
class Fields:
    """The fields of a form that stand for members deep inside the operation's input.

    `places(answer)` maps each field's name to the dotted path of its member, by the describe answer
    of the resource; the first two names are a structure that AWS changes as a whole. `fixed` are
    paths that AWS shows and refuses. `bounds(answer, describe)` adds to the fields' JSON Schemas
    what other resources allow. `needed` fields must be filled in, and `usual` are the values of
    a form that creates.
    """

    places: Callable[[Answer], Mapping[str, str]]
    fixed: tuple[str, ...] = ()
    bounds: Callable[[Answer, Describe], Mapping[str, Mapping[str, Any]]] | None = None
    needed: tuple[str, ...] = ()
    usual: Mapping[str, Any] = field(default_factory=dict)


def in_place(fields: Fields, parameters: Answer, answer: Answer) -> dict[str, Any]:
    """`parameters` of a form as AWS takes them: each field's value at its place.

    `answer` is the describe answer now. What stands beside a member in its structure is sent along
    as it is: AWS does not say whether it would be kept.
    """
    places = fields.places(answer)
    made = copy.deepcopy({name: part for name, part in parameters.items() if name not in places})
    for name, path in places.items():
        top, second, *_ = path.split(".")
        if name in parameters:
            made.setdefault(top, {}).setdefault(
                second, copy.deepcopy(model.value_at(answer, f"{top}.{second}")) or {}
            )
    for name, path in places.items():
        top, second, *_ = path.split(".")
        value = parameters.get(name, model.value_at(answer, path))
        if value is not None and second in made.get(top, {}):
            put(made, path, value)
    return made


def put(into: dict[str, Any], path: str, value: Any) -> None:
    """Set the member at a dotted path, with the structures on the way."""
    *above, last = path.split(".")
    for name in above:
        into = into.setdefault(name, {})
    into[last] = value


def take(out_of: dict[str, Any], path: str, inside: str = "") -> Any:
    """Remove what is at a dotted path and answer it; None where there is nothing.

    `inside` is the key that stands between a structure and its members (`properties` of a schema).
    """
    *above, last = path.split(".")
    for name in above:
        below = out_of.get(name)
        if inside and isinstance(below, dict):
            below = below.get(inside)
        if not isinstance(below, dict):
            return None
        out_of = below
    return out_of.pop(last, None)
