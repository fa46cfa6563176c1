"""Row ids: the name of one resource on the wire, and the AWS parameters that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from . import model
from .kind import Kind


class BadId(ValueError):
    """A row id, or an answer of AWS, that does not name a resource of the kind."""


def _value(kind: Kind, name: str, item: Mapping[str, Any], chain: Mapping[str, Any]) -> str:
    """One identity value: from the item, else from the list call's own parameters."""
    for source, key in ((item, kind.members.get(name, name)), (item, name), (chain, name)):
        value = source.get(key)
        if value:
            return str(value)
    return ""


def row_id(kind: Kind, item: Mapping[str, Any], chain: Mapping[str, Any] | None = None) -> str:
    """The id of a summary or describe answer: identity values, percent-encoded, joined by commas.

    `chain` is what the list call was given: a hub's contents do not say which hub they are in.
    Raises BadId when a required value is absent.
    """
    required = model.required_members(kind.describe_operation) if kind.describe_operation else ()
    parts = []
    for name in kind.identity:
        value = _value(kind, name, item, chain or {})
        if not value and name in required:
            raise BadId(f"AWS named a {kind.label.lower()} without its {name}")
        parts.append(quote(value, safe=""))
    return ",".join(parts)


def parameters_of(kind: Kind, id: str, operation: str | None = None) -> dict[str, str]:
    """The parameters that name the resource: of its describe, or of another operation.

    Raises BadId, with a sentence to show, when the id is not one of this kind.
    """
    parts = id.split(",")
    names = kind.identity
    if len(parts) != len(names):
        raise BadId(
            f"The id of a {kind.label.lower()} has {len(names)} parts "
            f"({', '.join(names)}); this one has {len(parts)}"
        )
    describe = kind.describe_operation or kind.list_operation
    required = model.required_members(describe)
    shapes = model.input_members(describe)
    found: dict[str, str] = {}
    for name, part in zip(names, parts, strict=True):
        try:
            value = unquote(part, errors="strict")
        except UnicodeDecodeError:
            raise BadId(f"{name} is not text in UTF-8") from None
        longest = min(shapes[name].metadata.get("max", 2048), 2048) if name in shapes else 2048
        if len(value) > longest:
            raise BadId(f"{name} has {len(value):,} characters; AWS allows {longest}")
        if any(ord(character) < 32 for character in value):
            raise BadId(f"{name} holds control characters")
        if value:
            found[name] = value
        elif name in required:
            raise BadId(f"{name} is empty")
    return found if operation is None else _taken(kind, found, operation)


def _taken(kind: Kind, found: Mapping[str, str], operation: str) -> dict[str, str]:
    """What of an identity an operation takes, by either of its names."""
    known = model.input_members(operation)
    taken = {name: value for name, value in found.items() if name in known}
    for name, member in kind.members.items():
        if name in found and name not in known and member in known:
            taken[member] = found[name]
    return taken


def parent_id(
    kind: Kind, item: Mapping[str, Any], chain: Mapping[str, Any] | None = None
) -> str | None:
    """The row id of the parent, or None: some have none (an unversioned model package)."""
    if kind.parent is None:
        return None
    from . import kind as kind_of

    parent = kind_of(kind.parent)
    values = [item.get(name) or (chain or {}).get(name) for name in parent.identity]
    if not all(values):
        return None
    return ",".join(quote(str(value), safe="") for value in values)


def chains(kind: Kind, parent: str | None = None) -> tuple[dict[str, str], ...]:
    """The fixed parameters of each list chain, for all rows or for one parent's (its row id).

    Raises BadId when the parent's id is not one.
    """
    if parent is None:
        return tuple(dict(fixed) for fixed in kind.list_parameters)
    if kind.parent is None:
        raise BadId(f"{kind.plural} have no parent")
    from . import kind as kind_of

    known = model.input_members(kind.list_operation)
    named = parameters_of(kind_of(kind.parent), parent)
    # ListInferenceComponents takes EndpointNameEquals, ListTrials ExperimentName.
    filters = {
        key: value
        for name, value in named.items()
        for key in (name, f"{name}Equals")
        if key in known
    }
    return tuple({**fixed, **filters} for fixed in kind.list_parameters)


def name_of(kind: Kind, item: Mapping[str, Any]) -> str:
    """What a person calls the resource: its name, else the end of its ARN or the last of its id."""
    own = kind.naming(item) if kind.naming else None
    name = own or (item.get(kind.name_member) if kind.name_member else None)
    if not name and kind.identity:
        name = _value(kind, kind.identity[-1], item, {})
    text = str(name or "")
    return text.rsplit("/", 1)[-1] if text.startswith("arn:") else text


def status_of(kind: Kind, item: Mapping[str, Any]) -> str:
    """AWS's status word, or an empty string for kinds and items without one."""
    return str(model.value_at(item, kind.status_member) or "") if kind.status_member else ""


def is_running(kind: Kind, item: Mapping[str, Any]) -> bool:
    """Whether the resource is billed now, by its summary."""
    return status_of(kind, item) in kind.running and not (kind.idle and kind.idle(item))
