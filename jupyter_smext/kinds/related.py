"""Links from one resource to others: any member of a describe answer that names another kind."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from .. import protocol
from . import model
from .ids import name_of, row_id
from .kind import Kind

ARN = re.compile(r"arn:[\w-]+:sagemaker:[\w-]*:\d*:([a-z0-9-]+/.+)")


@functools.cache
def _named() -> tuple[Kind, ...]:
    """Kinds that members of an answer name, if need be with what `told_by` says."""
    from . import kinds

    table = list(kinds().values())
    identities = [kind.identity for kind in table]
    return tuple(kind for kind in table if kind.told_by or identities.count(kind.identity) == 1)


@functools.cache
def _patterns() -> Mapping[str, list[tuple[Kind, re.Pattern[str]]]]:
    """The first word of an ARN's resource → the kinds that it may be of."""
    from . import kinds

    found: dict[str, list[tuple[Kind, re.Pattern[str]]]] = {}
    for kind in kinds().values():
        if kind.arn_pattern is not None:
            first = kind.arn_pattern.split("/")[0]
            found.setdefault(first, []).append((kind, re.compile(kind.arn_pattern)))
    return found


def of_arn(arn: str) -> tuple[Kind, str, str] | None:
    """The kind, row id and name of what an ARN names, or None when it is none of the table's."""
    whole = ARN.fullmatch(arn)
    if whole is None:
        return None
    resource = whole[1]
    for kind, pattern in _patterns().get(resource.split("/")[0], ()):
        match = pattern.fullmatch(resource)
        if match is None:
            continue
        last = kind.identity[-1]
        if kind.members.get(last, last).endswith("Arn"):
            return kind, quote(arn, safe=""), resource.split("/", 1)[1]
        return kind, ",".join(quote(part, safe="") for part in match.groups()), match.groups()[-1]
    return None


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


def _names(kind: Kind, value: Mapping[str, Any]) -> bool:
    """Whether a structure holds all that names a resource of the kind."""
    if kind.told_by is not None and value.get(kind.told_by[0]) != kind.told_by[1]:
        return False
    required = model.required_members(kind.describe_operation or kind.list_operation)
    names = [value.get(kind.members.get(name, name)) or value.get(name) for name in required]
    # An ARN in the place of a name is read as one below.
    return all(isinstance(name, str) and not name.startswith("arn:") for name in names)


def related(kind: Kind, answer: Mapping[str, Any]) -> tuple[protocol.Related, ...]:
    """The resources that a describe answer names: each once, in its order, without itself."""
    found: dict[tuple[str, str], protocol.Related] = {}
    texts: dict[tuple[str, str], dict[str, None]] = {}
    # AWS writes names in ARNs in lower case, so case does not tell two resources apart here.
    own = (kind.id, row_id(kind, answer).lower())

    def add(other: Kind, id: str, role: str, name: str, text: str) -> None:
        key = (other.id, id.lower())
        if key != own:
            found.setdefault(key, protocol.Related(role, other.id, id, name))
            texts.setdefault(key, {})[text] = None

    inside = list(_inside({**answer, "ResponseMetadata": None}, ""))
    for _, value in inside:
        if not isinstance(value, str):
            for other in _named():
                if _names(other, value):
                    role = other.identity[-1]
                    name = name_of(other, value)
                    add(other, row_id(other, value), other.members.get(role, role), name, name)
    for role, value in inside:
        if isinstance(value, str):
            target = of_arn(value)
            if target is not None:
                other, id, name = target
                add(other, id, role, name, value)
    return tuple(
        msgspec.structs.replace(one, texts=tuple(texts[key])) for key, one in found.items()
    )
