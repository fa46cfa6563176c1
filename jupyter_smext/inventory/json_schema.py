"""JSON Schema of an operation's input, made from botocore's shape of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any

from ..kinds import kinds
from ..kinds.instances import TYPE_SHAPES
from ..kinds.model import input_members, sentence
from ..protocol import Use
from . import field_words
from .javascript import javascript_pattern

NUMBERS = {"integer": "integer", "long": "integer", "float": "number", "double": "number"}
LONGEST = 300
#: The shapes of instance types, and what `GET instance-types` calls the use of each.
USES: Mapping[str, Use] = {shape: use for use, shape in TYPE_SHAPES.items()}
USE = "x-smext-use"
#: The id of the kind that a value is the name of.
NAMES = "x-smext-names"


@cache
def _named() -> Mapping[str, str]:
    """The shapes that are the names of one kind's resources and of no other's."""
    found: dict[str, list[str]] = {}
    for of in kinds().values():
        if of.describe_operation is not None:
            shape = input_members(of.describe_operation)[of.identity[-1]]
            found.setdefault(shape.name, []).append(of.id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


POINTER = re.compile(r"(For (more )?information|To learn more|See )")
CHOICE = re.compile(r"\(([\w-]+(?:\|[\w-]+)+)\)")


def schema_of(shape: Any, left_out: Collection[str] = ()) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a structure; top-level members in `left_out` are not in it."""
    schema = _structure(shape, ())
    for name in left_out:
        schema["properties"].pop(name, None)
    schema["required"] = [name for name in schema["required"] if name not in left_out]
    return schema


def _schema(shape: Any, above: tuple[str, ...], name: str = "") -> dict[str, Any]:
    if shape.type_name in ("structure", "list", "map"):
        if shape.name in above:
            # A shape that holds itself is edited as JSON below this level.
            return {"type": "array"} if shape.type_name == "list" else {"type": "object"}
        return CONTAINERS[shape.type_name](shape, (*above, shape.name))
    if shape.type_name in NUMBERS:
        return _number(shape)
    if shape.type_name == "boolean":
        return {"type": "boolean"}
    if shape.type_name == "timestamp":
        return {"type": "string", "format": "date-time"}
    return _text(shape, name)


def _structure(shape: Any, above: tuple[str, ...]) -> dict[str, Any]:
    properties = {}
    for name, member in shape.members.items():
        # botocore fills these in.
        if member.metadata.get("idempotencyToken"):
            continue
        described = {"title": sentence(name), **_schema(member, above, name)}
        if text := plain(member.documentation):
            described["description"] = text
        properties[name] = described
    schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in shape.required_members if name in properties],
        "additionalProperties": False,
    }
    if getattr(shape, "is_tagged_union", False):
        schema["maxProperties"] = 1
    return schema


def _list(shape: Any, above: tuple[str, ...]) -> dict[str, Any]:
    bounds = _bounds(shape, "minItems", "maxItems")
    words = field_words.of_list(shape)
    return {"type": "array", "items": _schema(shape.member, above), **bounds, **words}


def _map(shape: Any, above: tuple[str, ...]) -> dict[str, Any]:
    bounds = _bounds(shape, "minProperties", "maxProperties")
    values = _schema(shape.value, above)
    schema = {"type": "object", "additionalProperties": values, **bounds}
    names = _text(shape.key)
    if names.keys() - {"type"}:
        schema["propertyNames"] = names
    return schema | field_words.of_map(shape)


CONTAINERS = {"structure": _structure, "list": _list, "map": _map}


def _number(shape: Any) -> dict[str, Any]:
    return {"type": NUMBERS[shape.type_name], **_bounds(shape, "minimum", "maximum")}


def _text(shape: Any, name: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if enum := list(getattr(shape, "enum", ())):
        use = {USE: USES[shape.name]} if shape.name in USES else {}
        return {**schema, "enum": enum, **use}
    pattern = shape.metadata.get("pattern", "")
    if choice := CHOICE.fullmatch(pattern):
        return {**schema, "enum": choice[1].split("|")}
    if named := _named().get(shape.name):
        schema[NAMES] = named
    schema |= _bounds(shape, "minLength", "maxLength")
    if pattern and (translated := _translated(pattern)):
        schema["pattern"] = translated
    return schema | field_words.of_text(name, shape)


def _bounds(shape: Any, low: str, high: str) -> dict[str, Any]:
    """AWS's bounds; a lower one of 0 says nothing."""
    found = {low: shape.metadata.get("min") or None, high: shape.metadata.get("max")}
    return {name: bound for name, bound in found.items() if bound is not None}


_translated = cache(javascript_pattern)


class _Words(HTMLParser):
    """AWS's documentation as text: the first paragraph, without tables, lists and notes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.over = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("ul", "ol", "dl", "table", "note", "important") and self.text:
            self.over = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and "".join(self.text).strip():
            self.over = True

    def handle_data(self, data: str) -> None:
        if not self.over:
            self.text.append(data)


@cache
def plain(documentation: str) -> str:
    """The first sentences of HTML documentation, up to 300 characters, as plain text."""
    if not documentation:
        return ""
    words = _Words()
    words.feed(documentation)
    text = re.sub(r"\s+", " ", "".join(words.text)).strip()
    # Where to read on was a link.
    sentences = [s for s in re.split(r"(?<=[.!?:]) (?=[A-Z])", text) if not POINTER.match(s)]
    if not sentences:
        return ""
    taken = sentences[0]
    for further in sentences[1:2]:
        if len(taken) + len(further) < LONGEST:
            taken = f"{taken} {further}"
    if len(taken) > LONGEST:
        taken = taken[:LONGEST].rsplit(" ", 1)[0] + "…"
    return taken[:-1] + "." if taken.endswith(":") else taken
