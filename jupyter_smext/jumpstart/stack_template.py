"""What a CloudFormation template declares, read as text: its functions are AWS's to work out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol import CreatedType, TemplateOutput, TemplateParameter
from .document_json import hostile

SIZE_LIMIT = 1 << 20
"""Bytes of a template in S3 ("AWS CloudFormation quotas")."""

BODY_LIMIT = 51_200
"""Bytes of a template in a request."""

NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class StackTemplate:
    """`retained` are the resources that stay when the stack is deleted."""

    text: str
    description: str
    parameters: tuple[TemplateParameter, ...]
    creates: tuple[CreatedType, ...]
    outputs: tuple[TemplateOutput, ...]
    retained: frozenset[str]

    @property
    def nests(self) -> bool:
        """Whether it has stacks inside, whose templates are not seen here."""
        return any(each.type == NESTED for each in self.creates)


def parse(text: str) -> StackTemplate:
    """Raises ProblemError: it is no template."""
    read = _read(text)
    if not isinstance(read, Mapping) or not _maps(read.get("Resources")):
        raise hostile("The template is none", "It has no Resources.")
    return StackTemplate(
        text=text,
        description=_text(read.get("Description")),
        parameters=_parameters(read),
        creates=_creates(read),
        outputs=tuple(
            TemplateOutput(key, _text(each.get("Description")))
            for key, each in _maps(read.get("Outputs")).items()
        ),
        retained=frozenset(
            name
            for name, each in _maps(read["Resources"]).items()
            if _text(each.get("DeletionPolicy")) in ("Retain", "RetainExceptOnCreate")
        ),
    )


def _read(text: str) -> Any:
    import yaml

    try:
        if text.lstrip()[:1] == "{":
            return json.loads(text)
        # All scalars as they are written, and !Sub and the like without a meaning.
        return yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise hostile("The template does not parse", str(error)[:500]) from error


def _maps(value: Any) -> dict[str, Mapping[str, Any]]:
    """Those members of an object that are objects."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): each for name, each in value.items() if isinstance(each, Mapping)}


def _text(value: Any) -> str:
    """A scalar as CloudFormation reads it; empty for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else ()


def _number(value: Any) -> float | None:
    try:
        return float(_text(value))
    except ValueError:
        return None


def _count(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _parameters(read: Mapping[str, Any]) -> tuple[TemplateParameter, ...]:
    """In the order of the template's groups ("AWS::CloudFormation::Interface"), then its own."""
    shown = _maps(read.get("Metadata")).get("AWS::CloudFormation::Interface", {})
    labels = _maps(shown.get("ParameterLabels"))
    groups: dict[str, str] = {}
    given = shown.get("ParameterGroups")
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping):
            label = each.get("Label")
            title = _text(label.get("default")) if isinstance(label, Mapping) else ""
            for name in _texts(each.get("Parameters")):
                groups.setdefault(name, title)
    declared = _maps(read.get("Parameters"))
    ordered = [*(name for name in groups if name in declared)]
    ordered += [name for name in declared if name not in groups]
    return tuple(
        _parameter(
            name, declared[name], groups.get(name, ""), _text(labels.get(name, {}).get("default"))
        )
        for name in ordered
    )


def _parameter(name: str, given: Mapping[str, Any], group: str, label: str) -> TemplateParameter:
    return TemplateParameter(
        name=name,
        label=label or name,
        group=group,
        type=_text(given.get("Type")) or "String",
        default=_text(given["Default"]) if "Default" in given else None,
        description=_text(given.get("Description")),
        allowed=_texts(given.get("AllowedValues")),
        pattern=_text(given.get("AllowedPattern")) or None,
        min_length=_count(given.get("MinLength")),
        max_length=_count(given.get("MaxLength")),
        min_value=_number(given.get("MinValue")),
        max_value=_number(given.get("MaxValue")),
        constraint=_text(given.get("ConstraintDescription")),
        hidden=_text(given.get("NoEcho")).lower() == "true",
    )


def _creates(read: Mapping[str, Any]) -> tuple[CreatedType, ...]:
    """By service, then type."""
    names: dict[str, list[str]] = {}
    conditional: dict[str, list[str]] = {}
    for name, each in _maps(read["Resources"]).items():
        type = _text(each.get("Type")) or "?"
        names.setdefault(type, []).append(name)
        if "Condition" in each:
            conditional.setdefault(type, []).append(name)
    return tuple(
        CreatedType(_service(type), type, tuple(names[type]), tuple(conditional.get(type, ())))
        for type in sorted(names)
    )


def _service(type: str) -> str:
    parts = type.split("::")
    return parts[1] if len(parts) == 3 else parts[0]
