"""CloudFormation's intrinsic functions, evaluated over what is known of a stack."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import errors
from .parameters import Value, text_of
from .template_text import refuse

#: What AWS::NoValue leaves out.
NO_VALUE = object()

#: A variable in a text of Fn::Sub; one that begins with ! stands for itself.
VARIABLE = re.compile(r"\$\{([^}]*)\}")
#: Functions of AWS's machines, of macros, or of languages that are switched on by a Transform.
_NOT_RUN = frozenset(
    f"Fn::{name}"
    for name in ("Cidr", "ForEach", "GetAZs", "GetStackOutput", "Length", "ToJsonString")
) | {"Fn::Transform"}


@dataclass
class Scope:
    """What functions look at: texts of parameters and pseudo parameters, mappings, conditions.

    `ref` and `attribute` answer for resources, `imported` for exports of other stacks; each raises
    ServiceError for what is not there.
    """

    values: Mapping[str, Value]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    ref: Callable[[str], Any] = lambda name: _no_resource(name)
    attribute: Callable[[str, str], Any] = lambda name, attribute: _no_resource(name)
    imported: Callable[[str], str] = lambda name: _no_export(name)
    _known: dict[str, bool] = field(default_factory=dict)

    def holds(self, name: Any, within: tuple[str, ...] = ()) -> bool:
        """Whether a condition of the template is met. Raises ServiceError ValidationError."""
        if not isinstance(name, str) or name not in self.conditions:
            raise refuse(f"Template error: unresolved condition dependency {str(name)[:256]}")
        if name in within:
            raise refuse(f"Template error: circular condition dependency: {name}")
        if name not in self._known:
            self._known[name] = self._met(self.conditions[name], (*within, name))
        return self._known[name]

    def _met(self, value: Any, within: tuple[str, ...]) -> bool:
        name, given = _single(value)
        if name == "Condition":
            return self.holds(given, within)
        if name == "Fn::Equals" and isinstance(given, list) and len(given) == 2:
            left, right = (_plain(evaluate(one, self)) for one in given)
            return bool(left == right)
        if name == "Fn::Not" and isinstance(given, list) and len(given) == 1:
            return not self._met(given[0], within)
        if name in ("Fn::And", "Fn::Or") and isinstance(given, list) and 2 <= len(given) <= 10:
            found = [self._met(one, within) for one in given]
            return all(found) if name == "Fn::And" else any(found)
        raise refuse(
            f"Template error: a condition is Fn::Equals, Fn::Not, Fn::And or Fn::Or: {name}"
        )


def evaluate(value: Any, scope: Scope) -> Any:
    """The value with every function in it evaluated. Raises ServiceError ValidationError."""
    if isinstance(value, list):
        listed = (evaluate(one, scope) for one in value)
        return [one for one in listed if one is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    name, given = _single(value)
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](given, scope)
    if name in _NOT_RUN:
        raise errors.needs_aws(f"The function {name}")
    if name.startswith("Fn::"):
        raise refuse(f"Template error: {name[:100]} is not a function, or not one of this place")
    members = {key: evaluate(one, scope) for key, one in value.items()}
    return {key: one for key, one in members.items() if one is not NO_VALUE}


def text(value: Any, scope: Scope, what: str) -> str:
    """The text that a value evaluates to. Raises ServiceError where it is none."""
    found = evaluate(value, scope)
    if not isinstance(found, str | int | float):
        raise refuse(f"Template error: {what} must be a string")
    return text_of(found)


def split_name(given: Any) -> tuple[Any, Any]:
    """(resource, attribute) of Fn::GetAtt. Raises ServiceError ValidationError."""
    parts = given.split(".", 1) if isinstance(given, str) else given
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        raise refuse(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the "
            "resource name and the resource attribute"
        )
    return parts[0], parts[1]


def sub_parts(given: Any) -> tuple[str, dict[str, Any]]:
    """(text, its own variables) of Fn::Sub. Raises ServiceError ValidationError."""
    parts = given if isinstance(given, list) else [given, {}]
    if len(parts) != 2 or not isinstance(parts[0], str) or not isinstance(parts[1], dict):
        raise refuse(
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected "
            "arguments. Specify a string as first argument, and an optional second argument to "
            "specify a mapping of values to replace in the string"
        )
    return parts[0], parts[1]


def _single(value: Any) -> tuple[str, Any]:
    """The only member of an object, or ("", None)."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, given),) = value.items()
        return str(name), given
    return "", None


def _plain(value: Any) -> Any:
    return text_of(value) if isinstance(value, bool | int | float) else value


def _ref(given: Any, scope: Scope) -> Any:
    if not isinstance(given, str):
        raise refuse("Template error: every Ref object must have a single String value.")
    if given == "AWS::NoValue":
        return NO_VALUE
    return scope.values[given] if given in scope.values else scope.ref(given)


def _get_att(given: Any, scope: Scope) -> Any:
    name, attribute = split_name(given)
    return scope.attribute(name, text(attribute, scope, "the attribute of Fn::GetAtt"))


def _sub(given: Any, scope: Scope) -> str:
    words, own = sub_parts(given)
    values = {name: text(one, scope, f"${{{name}}} of Fn::Sub") for name, one in own.items()}

    def replaced(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in values:
            return values[name]
        value = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
        return text(value, scope, f"${{{name}}} of Fn::Sub")

    return VARIABLE.sub(replaced, words)


def _join(given: Any, scope: Scope) -> str:
    listed = evaluate(given[1], scope) if isinstance(given, list) and len(given) == 2 else None
    if not isinstance(listed, list) or not isinstance(given[0], str):
        raise refuse(
            "Template error: every Fn::Join object requires two parameters, (1) a string delimiter "
            "and (2) a list of strings to be joined or a function that returns a list of strings "
            "(such as Fn::GetAZs) to be joined."
        )
    return str(given[0]).join(text(one, scope, "what Fn::Join joins") for one in listed)


def _split(given: Any, scope: Scope) -> list[str]:
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[0], str):
        raise refuse(
            "Template error: every Fn::Split object requires two parameters, (1) a string "
            "delimiter and (2) a string to be split or a function that returns a string to be "
            "split."
        )
    if not given[0]:
        raise refuse("Template error: Fn::Split delimiter cannot be empty")
    return text(given[1], scope, "what Fn::Split splits").split(given[0])


def _select(given: Any, scope: Scope) -> Any:
    parts = [evaluate(one, scope) for one in given] if isinstance(given, list) else []
    if len(parts) != 2 or not re.fullmatch(r"\d{1,6}", str(parts[0])) or type(parts[1]) is not list:
        raise refuse(
            "Template error: Fn::Select requires a list argument with two elements: an integer "
            "index and a list"
        )
    index, listed = int(parts[0]), parts[1]
    if index >= len(listed):
        raise refuse(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
    return listed[index]


def _find_in_map(given: Any, scope: Scope) -> Any:
    if not isinstance(given, list) or len(given) != 3:
        raise refuse("Template error: every Fn::FindInMap object requires three parameters.")
    keys = [text(one, scope, "a parameter of Fn::FindInMap") for one in given]
    found: Any = scope.mappings
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, str | int | float | list):
        raise refuse(f"Template error: Unable to get mapping for {'::'.join(keys)[:512]}")
    return found


def _base64(given: Any, scope: Scope) -> str:
    return base64.b64encode(text(given, scope, "what Fn::Base64 encodes").encode()).decode()


def _if(given: Any, scope: Scope) -> Any:
    if not isinstance(given, list) or len(given) != 3:
        raise refuse(
            "Template error: Fn::If requires a list argument with the first element being a "
            "condition"
        )
    return evaluate(given[1] if scope.holds(given[0]) else given[2], scope)


def _import(given: Any, scope: Scope) -> str:
    return scope.imported(text(given, scope, "the name in Fn::ImportValue"))


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Fn::Base64": _base64,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Ref": _ref,
}


def _no_resource(name: str) -> Any:
    raise refuse(
        f"Template error: Unresolved dependencies [{name[:256]}]. Cannot reference resources in "
        "the Conditions block of the template"
    )


def _no_export(name: str) -> str:
    raise refuse(f"Template error: Cannot import {name[:256]} in the Conditions block")
