"""A template's text, JSON or YAML with CloudFormation's short forms, as plain values."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable
from typing import Any

from ...contract import ServiceError

#: Deeper than any template that people write; every walk through one recurses.
_DEPTH = 100
#: "CloudFormation supports the YAML 1.1 specification" but for binary, omap, pairs, set, timestamp,
#: aliases and merges ("Template formats").
_KNOWN = ("null", "bool", "int", "float", "str", "seq", "map")
_NOT_READ = frozenset(f"tag:yaml.org,2002:{name}" for name in ("timestamp", "merge", "value"))


def refuse(why: str) -> ServiceError:
    """A template that CloudFormation would not take."""
    return ServiceError("ValidationException", why)


def malformed(why: str) -> ServiceError:
    """A template that is none, in CloudFormation's words."""
    return refuse(f"Template format error: {why}")


def read(text: str) -> dict[str, Any]:
    """What a template says: short forms long, keys text. Raises ServiceError ValidationError."""
    try:
        value = _json(text) if text.lstrip()[:1] == "{" else _yaml(text)
    except RecursionError:
        raise malformed(f"it is nested more than {_DEPTH} deep.") from None
    if not isinstance(value, dict):
        raise malformed("unsupported structure.")
    _check(value, "", 0)
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise malformed(f"JSON not well-formed. {where}") from None
    except ValueError as error:  # a number of thousands of digits
        raise malformed(f"JSON not well-formed. {error}") from None


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise malformed(f"the key {key[:256]} is there twice.")
        made[key] = value
    return made


def _yaml(text: str) -> Any:
    import yaml

    loader = _loader()
    try:
        depth = 0
        # By events first: reading into values recurses, in C where nothing ends that.
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise refuse(
                    "Template error: YAML aliases are not allowed in CloudFormation templates"
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEPTH:
                raise malformed(f"it is nested more than {_DEPTH} deep.")
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"(line {mark.line + 1}, column {mark.column + 1})" if mark else str(error)[:256]
        raise malformed(f"YAML not well-formed. {where}") from None
    except ValueError as error:
        raise malformed(f"YAML not well-formed. {error}") from None


@functools.cache
def _loader() -> type[Any]:
    import yaml

    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """YAML 1.1 as CloudFormation takes it."""

        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_READ]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }
        yaml_constructors = {
            tag: make
            for tag, make in base.yaml_constructors.items()
            if tag is None or tag.rpartition(":")[2] in _KNOWN
        }

    def mapping(loader: Any, node: Any) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise yaml.MarkedYAMLError(problem="no mapping", problem_mark=node.start_mark)
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="no text", problem_mark=key.start_mark)
        # The text, not what it is read as: account numbers and `On` are keys too.
        return _unique(
            (key.value, loader.construct_object(value, deep=True)) for key, value in node.value
        )

    def sequence(loader: Any, node: Any) -> list[Any]:
        if not isinstance(node, yaml.SequenceNode):
            raise yaml.MarkedYAMLError(problem="no sequence", problem_mark=node.start_mark)
        return [loader.construct_object(one, deep=True) for one in node.value]

    def short(loader: Any, name: str, node: Any) -> dict[str, Any]:
        if isinstance(node, yaml.ScalarNode):
            value: Any = node.value
        elif isinstance(node, yaml.SequenceNode):
            value = sequence(loader, node)
        else:
            value = mapping(loader, node)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:seq", sequence)
    Loader.add_multi_constructor("!", short)
    return Loader


def _check(value: Any, path: str, depth: int) -> None:
    """Raises ServiceError for what no template may hold."""
    if depth > _DEPTH:
        raise malformed(f"it is nested more than {_DEPTH} deep.")
    if value is None:
        raise malformed(f"[{path}] 'null' values are not allowed in templates")
    if isinstance(value, float) and not math.isfinite(value):
        raise malformed(f"[{path}] is not a number.")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which neither files nor SQLite take
            raise malformed(f"[{path}] is not valid Unicode.") from None
    if isinstance(value, dict):
        for key, one in value.items():
            _check(key, path, depth)
            _check(one, f"{path}/{key[:256]}", depth + 1)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            _check(one, f"{path}/{index}", depth + 1)
