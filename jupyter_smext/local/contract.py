"""botocore's service models as the contract: what a caller may send and what is answered."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import math
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from botocore.model import OperationModel, OperationNotFoundError, Shape

from .patterns import matches
from .service_models import service_model as service_model

_SHOWN = 256
_SCALARS: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}
_JAVA = {
    "string": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
}


#: Bits of a whole number in Java.
_BITS = {"integer": 32, "long": 64}


class ServiceError(Exception):
    """An error as AWS sends it: `code` (botocore's Error.Code), `message`, HTTP `status`.

    `members` are what a modelled error says beside its message.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members: Mapping[str, Any] = members or {}


@functools.cache
def operation_model(service: str, operation: str) -> OperationModel:
    """One operation's model. Raises ServiceError UnknownOperationException when AWS has none."""
    try:
        return service_model(service).operation_model(operation)
    except OperationNotFoundError:
        raise ServiceError(
            "UnknownOperationException", f"{service} has no operation {operation[:100]!r}."
        ) from None


def parse(shape: Shape | None, value: Any, code: str = "ValidationException") -> dict[str, Any]:
    """Check a request against its input shape and keep what the shape knows.

    Times come out as epoch seconds, blobs as bytes, members set to null are left out; a blob that
    came as the body itself stays what it is. Raises
    ServiceError: SerializationException for a wrong type, `code`, in AWS's words and with every
    problem found, for the rest.
    """
    if shape is None:
        return {}
    problems: list[str] = []
    try:
        parsed = _read(shape, value, "", problems)
    except RecursionError:
        raise ServiceError("SerializationException", "The request is nested too deeply.") from None
    if problems:
        count = len(problems)
        raise ServiceError(
            code,
            f"{count} validation error{'s' if count > 1 else ''} detected: "
            + "; ".join(problems[:10]),
        )
    assert isinstance(parsed, dict)
    return parsed


def _read(shape: Shape, value: Any, path: str, problems: list[str]) -> Any:
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            raise _mistyped(value, "structure or map")
        for name in shape.required_members:
            if value.get(name) is None:
                problems.append(
                    f"Value null at '{_step(path, name)}' failed to satisfy constraint: "
                    "Member must not be null"
                )
        if getattr(shape, "is_tagged_union", False):
            given = [name for name in shape.members if value.get(name) is not None]
            if len(given) != 1:
                problems.append(
                    f"Value at '{path}' failed to satisfy constraint: Member must have exactly "
                    f"one of [{', '.join(shape.members)}] set"
                )
        return {
            name: _read(shape.members[name], member, _step(path, name), problems)
            for name, member in value.items()
            if member is not None and name in shape.members
        }
    if kind == "list":
        if not isinstance(value, list):
            raise _mistyped(value, "list")
        # Null members are passed over, so they do not make a list long enough.
        value = [member for member in value if member is not None]
        _bounds(shape, value, len(value), "length", path, problems)
        return [
            _read(shape.member, member, f"{path}.{index}.member", problems)
            for index, member in enumerate(value, 1)
        ]
    if kind == "map":
        if not isinstance(value, dict):
            raise _mistyped(value, "structure or map")
        _bounds(shape, value, len(value), "length", path, problems)
        return {
            _read(shape.key, name, f"{path}.key", problems): _read(
                shape.value, member, f"{path}.{name[:_SHOWN]}.member", problems
            )
            for name, member in value.items()
            if member is not None
        }
    if kind == "timestamp":
        return _time(value)
    if kind == "blob":
        return _blob(shape, value, path, problems)
    return _scalar(shape, value, path, problems)


def _scalar(shape: Shape, value: Any, path: str, problems: list[str]) -> Any:
    kind = shape.type_name
    wanted = _SCALARS[kind]
    if isinstance(value, float) and wanted is int and value.is_integer():
        value = int(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
        raise _mistyped(value, _JAVA[kind])
    if kind in _BITS and not -1 << _BITS[kind] - 1 <= value < 1 << _BITS[kind] - 1:
        raise _mistyped(value, _JAVA[kind])
    if kind == "string":
        if not value.isascii():
            _check_text(value)
        found = len(problems)
        _bounds(shape, value, len(value), "length", path, problems)
        if shape.enum and value not in shape.enum:
            constraint = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
            problems.append(_problem(shape, value, path, constraint))
        # A pattern is only tried on a string of allowed length, so that none can run for long.
        elif len(problems) == found and "pattern" in shape.metadata:
            pattern = shape.metadata["pattern"]
            if not matches(pattern, value):
                constraint = f"Member must satisfy regular expression pattern: {pattern}"
                problems.append(_problem(shape, value, path, constraint))
    elif kind != "boolean":
        if isinstance(value, float) and not math.isfinite(value):
            raise _mistyped(value, _JAVA[kind])
        _bounds(shape, value, value, "value", path, problems)
    return value


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which neither files nor SQLite take
        message = "A string is not valid Unicode."
        raise ServiceError("SerializationException", message) from None


def _bounds(
    shape: Shape, value: Any, size: float, what: str, path: str, problems: list[str]
) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        constraint = f"Member must have {what} greater than or equal to {low}"
        problems.append(_problem(shape, value, path, constraint))
    if high is not None and size > high:
        constraint = f"Member must have {what} less than or equal to {high}"
        problems.append(_problem(shape, value, path, constraint))


def _problem(shape: Shape, value: Any, path: str, constraint: str) -> str:
    if shape.metadata.get("sensitive"):
        return f"Value at '{path}' failed to satisfy constraint: {constraint}"
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "..."
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


def _step(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _mistyped(value: Any, wanted: str) -> ServiceError:
    if isinstance(value, dict | list):
        kind = "list" if isinstance(value, list) else "structure or map"
        return ServiceError(
            "SerializationException", f"Start of {kind} found where not expected: {wanted} expected"
        )
    kind = {bool: "BOOLEAN", int: "NUMBER", float: "NUMBER"}.get(type(value), "STRING")
    return ServiceError(
        "SerializationException", f"{kind}_VALUE can not be converted to a {wanted}"
    )


def _time(value: Any) -> float:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise _mistyped(value, "Date") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _mistyped(value, "Date")
    # botocore turns an epoch into a datetime: years beyond 9999 would break every reader.
    if not -62135596800 <= value <= 253402300799:
        raise ServiceError("SerializationException", "The time is out of range.")
    return float(value)


def _blob(shape: Shape, value: Any, path: str, problems: list[str]) -> Any:
    if isinstance(value, bytes):
        _bounds(shape, value, len(value), "length", path, problems)
        return value
    if shape.serialization.get("streaming") and not isinstance(value, str | list | dict):
        return value
    if not isinstance(value, str):
        raise _mistyped(value, "Blob")
    try:
        data = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _mistyped(value, "Blob") from None
    _bounds(shape, value, len(data), "length", path, problems)
    return data


def project(shape: Shape | None, value: Any) -> Any:
    """What an output shape declares of a value, ready for JSON; the rest is dropped."""
    if shape is None:
        return {}
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return {}
        members = shape.members
        return {
            name: project(members[name], member)
            for name, member in value.items()
            if name in members and member is not None
        }
    if kind == "list":
        return [project(shape.member, member) for member in value]
    if kind == "map":
        return {name: project(shape.value, member) for name, member in value.items()}
    if kind == "blob" and isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
