"""Python source of calls and values, laid out for people."""

from __future__ import annotations

import pprint
from collections.abc import Mapping
from textwrap import indent
from typing import Any

WIDTH = 88


class Source(str):
    """An argument that is source already: a name, or another call."""


def literal(value: Any) -> str:
    """A value of JSON's types as a Python literal."""
    if isinstance(value, Source):
        return str(value)
    return pprint.pformat(value, width=WIDTH - 8, sort_dicts=False)


def called(name: str, arguments: Mapping[str, Any], first: str = "") -> Source:
    """A call with keyword arguments; those that are None or empty are left out.

    `first` is the source of a positional argument.
    """
    given = [first] if first else []
    given += [
        f"{key}={literal(value)}"
        for key, value in arguments.items()
        if value is not None and value != {} and value != ()
    ]
    line = f"{name}({', '.join(given)})"
    if len(line) <= WIDTH and "\n" not in line:
        return Source(line)
    inside = "".join(f"{indent(_aligned(each), ' ' * 4)},\n" for each in given)
    return Source(f"{name}(\n{inside})")


def _aligned(argument: str) -> str:
    """Lines behind the first of a literal are aligned to where it begins."""
    head, *rest = argument.split("\n")
    if not rest or not rest[0].startswith(" ") or head.endswith("("):
        return argument
    at = head.index("=") + 1
    return "\n".join((head, *(f"{' ' * at}{line}" for line in rest)))


def assigned(name: str, source: str) -> str:
    return f"{name} = {source}"
