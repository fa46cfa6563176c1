"""A template's parameters: what they allow, and the values that a request gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import errors
from ...patterns import matches
from .template_text import malformed, refuse

#: "The maximum number of parameters", "parameter value" ("AWS CloudFormation quotas").
_MOST, _LONGEST = 200, 4096
_MEMBERS = frozenset(
    """
    AllowedPattern AllowedValues ConstraintDescription Default Description MaxLength MaxValue
    MinLength MinValue NoEcho Type
    """.split()
)
#: What of AWS's own types there is names what only AWS has; a value is kept as it is given.
_TYPE = re.compile(
    r"String|Number|CommaDelimitedList|List<(Number|String)>|(List<)?AWS::(EC2|Route53)::[\w:]+>?"
    r"|AWS::SSM::Parameter::Name"
)
_LIST = ("CommaDelimitedList", "List<")

Value = str | list[str]


@dataclass(frozen=True)
class Parameter:
    """One parameter; numbers are the text that a template or a request writes them as."""

    name: str
    type: str
    default: str | None = None
    description: str = ""
    no_echo: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    constraint: str = ""
    least_length: float | None = None
    most_length: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def is_list(self) -> bool:
        """Whether its value is a list of texts."""
        return self.type.startswith(_LIST)

    def value(self, text: str) -> Value:
        """The value that a text stands for."""
        return [one.strip() for one in text.split(",")] if self.is_list else text

    def check(self, text: str) -> None:
        """Raises ServiceError ValidationError for a text that the template does not allow."""
        broken = self._broken(text)
        if broken and self.constraint:
            broken = f"Parameter {self.name} failed to satisfy constraint: {self.constraint}"
        if broken:
            raise refuse(broken)

    def _broken(self, text: str) -> str:
        name = self.name
        if len(text.encode()) > _LONGEST:
            return f"Parameter '{name}' must not be longer than {_LONGEST} bytes"
        if self.type in ("Number", "List<Number>"):
            numbers = [_number(one) for one in (text.split(",") if self.is_list else [text])]
            if None in numbers:
                return f"Parameter '{name}' must be a number"
            for number in numbers:
                assert number is not None
                if self.least is not None and number < self.least:
                    return f"Parameter '{name}' must be a number not less than {self.least:g}"
                if self.most is not None and number > self.most:
                    return f"Parameter '{name}' must be a number not greater than {self.most:g}"
        allowed = text.split(",") if self.is_list else [text]
        if self.allowed and not {one.strip() for one in allowed} <= set(self.allowed):
            return f"Parameter '{name}' must be one of AllowedValues"
        if self.pattern and not matches(self.pattern, text):
            return f"Parameter '{name}' must match pattern {self.pattern}"
        if self.least_length is not None and len(text) < self.least_length:
            return f"Parameter '{name}' must contain at least {self.least_length:g} characters"
        if self.most_length is not None and len(text) > self.most_length:
            return f"Parameter '{name}' must contain at most {self.most_length:g} characters"
        return ""


def text_of(value: Any) -> str:
    """A scalar of a template as the text that CloudFormation makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def parse(section: Mapping[str, Any]) -> dict[str, Parameter]:
    """The Parameters section. Raises ServiceError ValidationError."""
    if len(section) > _MOST:
        raise malformed(f"Number of parameters {len(section)} is over the limit of {_MOST}.")
    return {name: _parameter(name, given) for name, given in section.items()}


def _parameter(name: str, given: Any) -> Parameter:
    if not isinstance(given, dict):
        raise malformed(f"[/Parameters/{name}] is no object.")
    if unknown := sorted(given.keys() - _MEMBERS):
        raise malformed(f"Invalid template parameter property '{unknown[0]}'")
    kind = given.get("Type")
    if not isinstance(kind, str):
        raise malformed(f"Every Parameters object must contain a Type member: {name} has none.")
    if kind.startswith("AWS::SSM::Parameter::Value<"):
        raise errors.needs_aws(f"The parameter {name} of the type {kind[:100]}")
    if not _TYPE.fullmatch(kind):
        raise malformed(f"Unrecognized parameter type: {kind[:100]}")
    allowed = given.get("AllowedValues", [])
    texts = [given.get(one, "") for one in ("Description", "AllowedPattern")]
    texts.append(given.get("ConstraintDescription", ""))
    if not isinstance(allowed, list) or not all(map(_is_scalar, [*allowed, *texts])):
        raise malformed(f"[/Parameters/{name}] has a member of the wrong type.")
    default = given.get("Default")
    if default is not None and not _is_scalar(default):
        raise malformed(f"Every Default member must be a string: that of {name} is not.")
    try:
        matches(text_of(texts[1]), "")
    except re.error as error:
        raise malformed(f"Invalid AllowedPattern of parameter {name}: {error}") from None
    bounds = [
        _bound(name, member, given.get(member))
        for member in ("MinLength", "MaxLength", "MinValue", "MaxValue")
    ]
    return Parameter(
        name,
        kind,
        None if default is None else text_of(default),
        text_of(texts[0]),
        text_of(given.get("NoEcho", False)).lower() == "true",
        tuple(text_of(one) for one in allowed),
        text_of(texts[1]),
        text_of(texts[2]),
        *bounds,
    )


def resolved(
    parameters: Mapping[str, Parameter],
    given: Sequence[Mapping[str, Any]],
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Each parameter's text, out of a request's Parameters and the defaults.

    `before` is what UsePreviousValue means. Raises ServiceError ValidationError.
    """
    values: dict[str, str] = {}
    for one in given:
        key = one.get("ParameterKey", "")
        if key in values:
            raise refuse(f"Duplicate parameter key: {key}")
        if one.get("UsePreviousValue"):
            if key not in (before or {}):
                raise refuse(
                    f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as "
                    "true for a parameter key not in the previous template"
                )
            values[key] = (before or {})[key]
        elif "ParameterValue" in one:
            values[key] = one["ParameterValue"]
        else:
            raise refuse(f"Parameter {key} needs a ParameterValue.")
    if unknown := [name for name in values if name not in parameters]:
        raise refuse(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    lacking = [
        name for name, one in parameters.items() if name not in values and one.default is None
    ]
    if lacking:
        raise refuse(f"Parameters: [{', '.join(lacking)}] must have values")
    found = {name: values.get(name, one.default or "") for name, one in parameters.items()}
    for name, parameter in parameters.items():
        parameter.check(found[name])
    return found


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _bound(name: str, member: str, value: Any) -> float | None:
    if value is None:
        return None
    number = _number(text_of(value)) if _is_scalar(value) else None
    if number is None:
        raise malformed(f"{member} of parameter {name} must be a number.")
    return number


def _number(text: str) -> float | None:
    return (
        float(text) if re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text) else None
    )
