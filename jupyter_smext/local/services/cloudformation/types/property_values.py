"""A template's property values in the form of an operation's parameters."""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.model import Shape, StructureShape

from ....contract import operation_model
from ..parameters import text_of
from .place import Failed

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")


def input_shape(service: str, operation: str) -> StructureShape:
    """What an operation takes."""
    shape = operation_model(service, operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape


def fit(shape: Shape, value: Any, path: str = "#") -> Any:
    """The value as the shape takes it: texts become numbers where it wants some, and back.

    Templates write numbers as texts and parameters always are; an object where text is wanted is
    sent as JSON. What fits no way is left for the contract to name. Raises Failed for a property
    that the shape has not.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        unknown = sorted(value.keys() - shape.members.keys())
        if unknown:
            raise Failed(f"{path}: extraneous key [{unknown[0][:256]}] is not permitted")
        return {
            name: fit(shape.members[name], one, f"{path}/{name}") for name, one in value.items()
        }
    if kind == "list":
        listed = value if isinstance(value, list) else [value]
        return [fit(shape.member, one, f"{path}/{index}") for index, one in enumerate(listed)]
    if kind == "map" and isinstance(value, dict):
        return {name: fit(shape.value, one, f"{path}/{name}") for name, one in value.items()}
    if kind == "string":
        return json.dumps(value) if isinstance(value, dict | list) else text_of(value)
    if kind == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if kind in ("integer", "long", "float", "double") and isinstance(value, str):
        return _number(value.strip(), whole=kind in ("integer", "long"))
    return value


def _number(text: str, *, whole: bool) -> Any:
    if not _NUMBER.fullmatch(text) or len(text) > 64:
        return text
    return int(text) if whole and re.fullmatch(r"[-+]?\d+", text) else float(text)
