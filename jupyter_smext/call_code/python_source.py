"""Python source of calls and values, laid out for people."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from typing import Any

WIDTH = 88


class Source(str):
    """An argument that is source already: a name, or another call."""


def literal(value: Any, room: int = WIDTH) -> str:
    """A value of JSON's types as a Python literal: on a line that has `room`, else on many."""
    if isinstance(value, Source):
        return str(value)
    line = repr(value)
    if len(line) <= room or not isinstance(value, (dict, list)) or not value:
        return line
    if isinstance(value, dict):
        inside = [
            f"{key!r}: {literal(each, room - 8 - len(repr(key)))}" for key, each in value.items()
        ]
        return _on_lines("{", inside, "}")
    return _on_lines("[", [literal(each, room - 8) for each in value], "]")


def called(name: str, arguments: Mapping[str, Any]) -> Source:
    """A call with keyword arguments; those that are None or empty are left out."""
    given = [
        f"{key}={literal(value, WIDTH - 6 - len(key))}"
        for key, value in arguments.items()
        if value is not None and value != {} and value != ()
    ]
    line = f"{name}({', '.join(given)})"
    if len(line) <= WIDTH and "\n" not in line:
        return Source(line)
    return Source(_on_lines(f"{name}(", given, ")"))


def assigned(name: str, source: str) -> str:
    return f"{name} = {source}"


def _on_lines(opens: str, inside: list[str], closes: str) -> str:
    return "\n".join((opens, *(f"{indent(each, ' ' * 4)}," for each in inside), closes))
