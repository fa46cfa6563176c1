"""The fields of a layout as one struct: its JSON Schema, and values by it with all their errors.

A field is `Annotated[type, field("Title", "help", picker=…, when={sibling: (value, …)})]`. One that
is shown only `when` a sibling has a value is required then if it is declared `needed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from ..decoding import convert
from ..protocol import FieldError
from ..protocol.creation import Picker

WHEN = "x-smext-when"
_NEEDED = "x-smext-needed"
_TITLES = "x-smext-titles"


def field(
    title: str,
    about: str = "",
    *,
    picker: Picker | None = None,
    when: Mapping[str, tuple[str | bool, ...]] | None = None,
    needed: bool = False,
    titles: Mapping[str, str] | None = None,
    use: str | None = None,
    names: str | None = None,
    rows: bool = False,
    lines: int = 0,
    hint: str | None = None,
    **schema: Any,
) -> msgspec.Meta:
    """How a field is shown and bounded; `schema` are words of JSON Schema's own.

    `titles` are of all its choices, in their order; `hint` says what is wrong with what does not
    fit the pattern.
    """
    assert picker is None or picker in get_args(Picker)
    more = {
        "x-smext-picker": picker,
        WHEN: {name: list(values) for name, values in when.items()} if when else None,
        _NEEDED: needed or None,
        _TITLES: dict(titles) if titles else None,
        "x-smext-use": use,
        "x-smext-names": names,
        "x-smext-rows": rows or None,
        "x-smext-lines": lines or None,
        "x-smext-hint": hint,
        **schema,
    }
    given = {name: value for name, value in more.items() if value is not None}
    # Bounds too: msgspec takes none for what can be left out.
    return msgspec.Meta(title=title, description=about or None, extra_json_schema=given or None)


def schema_of(type: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a struct, whole: nothing in it is a reference."""
    (root,), parts = msgspec.json.schema_components([type])
    found: dict[str, Any] = _whole(root, parts)
    return found


def _whole(node: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(node, (list, tuple)):
        return [_whole(item, parts) for item in node]
    if not isinstance(node, dict):
        return node
    found = {name: _whole(value, parts) for name, value in node.items()}
    if ref := found.pop("$ref", None):
        # A struct's own title and docstring are about code.
        part = {
            name: value
            for name, value in parts[ref.rsplit("/", 1)[1]].items()
            if name not in ("title", "description")
        }
        found = {**_whole(part, parts), **found}
    if options := found.pop("anyOf", None):
        # None stands for a field that is left out.
        kept = [option for option in options if option != {"type": "null"}]
        found |= kept[0] if len(kept) == 1 else {"anyOf": kept}
        if found.get("default", ...) is None:
            del found["default"]
    if titles := found.pop(_TITLES, None):
        assert titles.keys() == set(found.pop("enum"))
        found["oneOf"] = [{"const": value, "title": title} for value, title in titles.items()]
        found.setdefault("type", "string")
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("required", [])
        found["additionalProperties"] = False
        if rules := _rules(found["properties"]):
            found["allOf"] = rules
    return found


def _rules(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is required when: a rule for each field that is not always shown."""
    rules = []
    for name, field in fields.items():
        if field.pop(_NEEDED, False):
            when = field[WHEN]
            holds = {sibling: {"enum": values} for sibling, values in when.items()}
            # What is left out has its default.
            told = [
                sibling
                for sibling, values in when.items()
                if fields[sibling].get("default") not in values
            ]
            rules.append(
                {
                    "if": {"properties": holds, "required": told},
                    "then": {"required": [name]},
                }
            )
    return rules


def read(type: type[Any], values: Mapping[str, Any]) -> tuple[Any, tuple[FieldError, ...]]:
    """The struct that the values make, or all that is wrong with them.

    What a hidden field holds is not looked at.
    """
    from jsonschema import Draft202012Validator

    schema = schema_of(type)
    shown = _shown(schema, values)
    found = [
        FieldError(_path(error), _message(error))
        for error in Draft202012Validator(schema).iter_errors(shown)
    ]
    if found:
        return None, tuple(found)
    return convert(shown, type), ()


def _shown(schema: Mapping[str, Any], value: Any) -> Any:
    """The value without what is hidden, with the defaults that decide what is."""
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [_shown(schema["items"], item) for item in value]
    fields = schema.get("properties")
    if not isinstance(value, dict) or not fields:
        return value
    defaults = {name: each["default"] for name, each in fields.items() if "default" in each}
    whole = {**defaults, **value}
    kept = {}
    for name, item in whole.items():
        of = fields.get(name, {})
        when = of.get(WHEN, {})
        if all(whole.get(sibling) in allowed for sibling, allowed in when.items()):
            kept[name] = _shown(of, item)
    return kept


def _path(error: Any) -> tuple[str | int, ...]:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return (*path, missing)
    if error.validator == "additionalProperties" and error.validator_value is False:
        return (
            *path,
            next(name for name in error.instance if name not in error.schema["properties"]),
        )
    return path


def _message(error: Any) -> str:
    """In a user's words where those of the library are about JSON."""
    match error.validator:
        case "required":
            return "It is needed."
        case "additionalProperties":
            return "There is no such field."
        case "minLength" | "minItems" if len(error.instance) == 0:
            return "It is empty."
        case "maxLength":
            return f"It is longer than {error.validator_value} characters."
        case "pattern":
            return str(error.schema.get("x-smext-hint") or "AWS does not allow this.")
        case "oneOf" | "enum":
            return "It is none of the choices."
        case "minimum":
            return f"It is less than {error.validator_value}."
        case "maximum":
            return f"It is more than {error.validator_value}."
    return str(error.message)[:300]
