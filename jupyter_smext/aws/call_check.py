"""Whether a call is one that AWS's model allows, and what is wrong with which of its members.

botocore itself leaves patterns and enums to AWS. What is refused halfway has to be undone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from ..kinds.model import enum_of, loader
from ..protocol import AwsCall, FieldError

_TYPES: Mapping[str, tuple[tuple[type[Any], ...], str]] = {
    "structure": ((dict,), "an object"),
    "map": ((dict,), "an object"),
    "list": ((list, tuple), "a list"),
    "string": ((str,), "text"),
    "integer": ((int,), "a whole number"),
    "long": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "blob": ((str, bytes), "text"),
}

Path = tuple[str | int, ...]


def errors_of(call: AwsCall) -> tuple[FieldError, ...]:
    """All that is wrong with its parameters. Raises LookupError: there is no such operation."""
    shape = _input(call.service, call.operation)
    if shape is None:
        return tuple(FieldError((name,), "AWS takes nothing here.") for name in call.parameters)
    found = tuple(_errors(call.parameters, shape, ()))
    return found or _by_botocore(call, shape)


def is_shaped(call: AwsCall) -> bool:
    """Whether its parameters are of the operation's types; they may lack what is needed."""
    return _is_shaped(call.parameters, _input(call.service, call.operation))


def _is_shaped(value: Any, shape: Any) -> bool:
    if shape is None or getattr(shape, "is_document_type", False):
        return True
    types, _ = _TYPES.get(shape.type_name, ((object,), ""))
    if not isinstance(value, types):
        return False
    if shape.type_name == "structure":
        members = shape.members
        return all(_is_shaped(each, members.get(name)) for name, each in value.items())
    if shape.type_name == "list":
        return all(_is_shaped(each, shape.member) for each in value)
    if shape.type_name == "map":
        return all(_is_shaped(each, shape.value) for each in value.values())
    return True


def _by_botocore(call: AwsCall, shape: Any) -> tuple[FieldError, ...]:
    """What botocore would refuse all the same: a time that it cannot read, too large a document."""
    from botocore.validate import ParamValidator

    # botocore makes these up itself.
    tokens = {
        name: "t" * 32
        for name, member in shape.members.items()
        if member.metadata.get("idempotencyToken")
    }
    report = ParamValidator().validate({**tokens, **call.parameters}, shape)
    return (FieldError((), report.generate_report()),) if report.has_errors() else ()


@functools.cache
def _model(service: str) -> Any:
    from botocore.model import ServiceModel

    return ServiceModel(loader().load_service_model(service, "service-2"), service)


def _input(service: str, operation: str) -> Any:
    from botocore.model import OperationNotFoundError

    try:
        return _model(service).operation_model(operation).input_shape
    except OperationNotFoundError as error:
        raise LookupError(f"{service} has no operation {operation[:80]!r}") from error


def _errors(value: Any, shape: Any, path: Path) -> Iterator[FieldError]:
    types, named = _TYPES.get(shape.type_name, ((object,), ""))
    is_bool = isinstance(value, bool) and shape.type_name != "boolean"
    if getattr(shape, "is_document_type", False):
        return
    if is_bool or not isinstance(value, types):
        yield FieldError(path, f"It has to be {named}.")
    elif shape.type_name == "structure":
        yield from _of_structure(value, shape, path)
    elif shape.type_name == "list":
        yield from _of_size(len(value), shape, path, "It has {} items")
        for number, inside in enumerate(value):
            yield from _errors(inside, shape.member, (*path, number))
    elif shape.type_name == "map":
        yield from _of_size(len(value), shape, path, "It has {} entries")
        for name, inside in value.items():
            yield from _errors(name, shape.key, (*path, name))
            yield from _errors(inside, shape.value, (*path, name))
    elif shape.type_name == "string":
        yield from _of_string(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _of_size(value, shape, path, "It is {}")


def _of_structure(value: Mapping[str, Any], shape: Any, path: Path) -> Iterator[FieldError]:
    for name in shape.required_members:
        if name not in value and not shape.members[name].metadata.get("idempotencyToken"):
            yield FieldError((*path, name), "It is needed.")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield FieldError(path, f"It has to be one of {', '.join(shape.members)}.")
    for name, inside in value.items():
        if name in shape.members:
            yield from _errors(inside, shape.members[name], (*path, name))
        else:
            yield FieldError((*path, name), "AWS knows no such field.")


def _of_string(value: str, shape: Any, path: Path) -> Iterator[FieldError]:
    allowed, pattern = enum_of(shape), shape.metadata.get("pattern")
    yield from _of_size(len(value), shape, path, "It has {} characters")
    if allowed and value not in allowed:
        yield FieldError(path, f"{value[:80]!r} is none of the {len(allowed)} that AWS knows.")
    elif pattern and not _matches(pattern, value):
        yield FieldError(path, f"It must match {pattern}; {value[:80]!r} does not.")


def _of_size(size: float, shape: Any, path: Path, said: str) -> Iterator[FieldError]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield FieldError(path, f"{said.format(size)}; AWS wants {least} at least.")
    if most is not None and size > most:
        yield FieldError(path, f"{said.format(size)}; AWS allows {most}.")


def _matches(pattern: str, value: str) -> bool:
    # The one in Python knows no \p{L}, and takes its time for what is hostile.
    import regex

    try:
        return regex.fullmatch(pattern, value, timeout=1.0) is not None
    except (regex.error, TimeoutError):
        # Java's and this one differ in little: AWS tells then.
        return True
