"""What a template's parts refer to: whether it is there, and in which order to make resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import functions
from .functions import VARIABLE, Scope
from .template import Resource, Template
from .template_text import malformed, refuse
from .types import TYPES

#: "Pseudo parameters reference".
PSEUDO = frozenset(
    f"AWS::{name}"
    for name in (
        *("AccountId", "NoValue", "NotificationARNs", "Partition", "Region"),
        *("StackId", "StackName", "URLSuffix"),
    )
)

#: (name, attribute); the attribute is "" where the whole is meant, None where it is not known yet.
Reference = tuple[str, str | None]


def check(template: Template) -> None:
    """Raises ServiceError ValidationError for a reference to nothing, in any branch."""
    for what, values in (("Resources", template.resources), ("Outputs", template.outputs)):
        missing: list[str] = []
        for one in values.values():
            value = one.properties if isinstance(one, Resource) else one
            for name, attribute in references(value):
                if attribute == "" and name in PSEUDO | template.parameters.keys():
                    continue
                if name not in template.resources:
                    missing.append(name)
                elif attribute:
                    _check_attribute(template.resources[name], attribute)
        if missing:
            names = ", ".join(dict.fromkeys(missing))[:512]
            raise malformed(
                f"Unresolved resource dependencies [{names}] in the {what} block of the template"
            )
    for resource in template.resources.values():
        if unknown := [one for one in resource.after if one not in template.resources]:
            raise malformed(
                f"Unresolved resource dependencies [{', '.join(unknown)}] in the Resources block "
                "of the template"
            )
    _check_conditions(template)
    order({name: _all_of(one, template) for name, one in template.resources.items()})


def _check_conditions(template: Template) -> None:
    for what, values in (("Resources", template.resources), ("Outputs", template.outputs)):
        for one in values.values():
            outer, value = (
                (one.condition, one.properties)
                if isinstance(one, Resource)
                else (one.get("Condition"), one)
            )
            named = [*conditions_in(value), *([] if outer is None else [outer])]
            if unknown := [str(name) for name in named if name not in template.conditions]:
                raise malformed(
                    f"Unresolved condition dependency {unknown[0][:256]} in the {what} block of "
                    "the template"
                )
    for name, value in template.conditions.items():
        for other, attribute in references(value):
            if attribute != "" or other not in PSEUDO | template.parameters.keys():
                raise malformed(
                    f"Unresolved dependencies [{other[:256]}]. Cannot reference resources in the "
                    f"Conditions block of the template ({name})"
                )


def _check_attribute(resource: Resource, attribute: str) -> None:
    kind = TYPES.get(resource.type)
    # Of a type that is not run nothing is known; to make it fails, and says so.
    if kind is not None and not kind.has(attribute):
        raise refuse(
            f"Template error: resource {resource.name} does not support attribute type "
            f"{attribute[:256]} in Fn::GetAtt"
        )


def _all_of(resource: Resource, template: Template) -> set[str]:
    named = {name for name, _ in references(resource.properties) if name in template.resources}
    return named | set(resource.after)


def present(template: Template, scope: Scope) -> dict[str, set[str]]:
    """The resources whose conditions are met, in an order to make them: {name: those before it}.

    Raises ServiceError ValidationError, also for a reference to one that is left out.
    """
    there = {
        name: one
        for name, one in template.resources.items()
        if one.condition is None or scope.holds(one.condition)
    }
    found: dict[str, set[str]] = {}
    for name, resource in there.items():
        named = {other for other, _ in references(resource.properties, scope)}
        named &= template.resources.keys()
        if left_out := sorted(named - there.keys()):
            raise malformed(
                f"Unresolved resource dependencies [{', '.join(left_out)}] in the Resources block "
                "of the template"
            )
        found[name] = named | (set(resource.after) & there.keys())
    for output in template.outputs.values():
        if "Condition" in output and not scope.holds(output["Condition"]):
            continue
        named = {name for name, _ in references(output, scope)} & template.resources.keys()
        if left_out := sorted(named - there.keys()):
            raise malformed(
                f"Unresolved resource dependencies [{', '.join(left_out)}] in the Outputs block of "
                "the template"
            )
    return {name: found[name] for name in order(found)}


def order(before: Mapping[str, set[str]]) -> list[str]:
    """The names, each behind those before it. Raises ServiceError ValidationError for a circle."""
    made: dict[str, None] = {}
    left = dict(before)
    while left:
        ready = [name for name, needs in left.items() if needs <= made.keys()]
        if not ready:
            raise refuse(f"Circular dependency between resources: [{', '.join(left)[:512]}]")
        made |= dict.fromkeys(ready)
        left = {name: needs for name, needs in left.items() if name not in made}
    return list(made)


def conditions_in(value: Any) -> Iterator[str]:
    """The conditions that a value asks for in Fn::If."""
    if isinstance(value, dict):
        given = value.get("Fn::If") if len(value) == 1 else None
        if isinstance(given, list) and given and isinstance(given[0], str):
            yield given[0]
    within = value.values() if isinstance(value, dict) else value
    for one in within if isinstance(value, dict | list) else ():
        yield from conditions_in(one)


def references(value: Any, scope: Scope | None = None) -> Iterator[Reference]:
    """What a value refers to by Ref, Fn::GetAtt and Fn::Sub.

    With a scope only in the branches of Fn::If that are taken. Raises ServiceError ValidationError.
    """
    if isinstance(value, list):
        for one in value:
            yield from references(one, scope)
    if not isinstance(value, dict):
        return
    name, given = next(iter(value.items())) if len(value) == 1 else ("", None)
    if name == "Ref" and isinstance(given, str):
        yield given, ""
    elif name == "Fn::GetAtt":
        resource, attribute = functions.split_name(given)
        yield resource, attribute if isinstance(attribute, str) else None
        yield from references(attribute, scope)
    elif name == "Fn::Sub":
        yield from _of_sub(given, scope)
    elif name == "Fn::If" and scope is not None and isinstance(given, list) and len(given) == 3:
        yield from references(given[1] if scope.holds(given[0]) else given[2], scope)
    else:
        for one in value.values():
            yield from references(one, scope)


def _of_sub(given: Any, scope: Scope | None) -> Iterator[Reference]:
    words, own = functions.sub_parts(given)
    for found in VARIABLE.finditer(words):
        name = found[1].strip()
        if name.startswith("!") or name in own:
            continue
        resource, dot, attribute = name.partition(".")
        yield resource, attribute if dot else ""
    yield from references(own, scope)
