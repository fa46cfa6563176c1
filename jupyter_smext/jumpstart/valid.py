"""Whether a call is one that AWS's model allows: members, lengths, ranges, patterns, enums.

botocore itself leaves patterns and enums to AWS. What is refused halfway has to be undone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from ..aws.errors import ProblemError, problem
from ..kinds.model import enum_of, loader
from ..protocol import AwsCall


def check(call: AwsCall) -> None:
    """Raises a 400 ProblemError that names the member."""
    from botocore.validate import ParamValidator

    shape = _model(call.service).operation_model(call.operation).input_shape
    report = ParamValidator().validate(call.parameters, shape)
    said = report.generate_report() if report.has_errors() else ""
    said = said or next(_strings(call.parameters, shape, ""), "")
    if said:
        raise ProblemError(
            problem("invalid", f"{call.operation} does not take these values", said, "Change them.")
        )


@functools.cache
def _model(service: str) -> Any:
    from botocore.model import ServiceModel

    return ServiceModel(loader().load_service_model(service, "service-2"), service)


def _strings(value: Any, shape: Any, path: str) -> Iterator[str]:
    """What is wrong with the strings inside, in sentences."""
    if shape.type_name == "structure":
        for name, inside in value.items():
            yield from _strings(inside, shape.members[name], f"{path}.{name}".lstrip("."))
    elif shape.type_name == "list":
        for number, inside in enumerate(value):
            yield from _strings(inside, shape.member, f"{path}[{number}]")
    elif shape.type_name == "map":
        for name, inside in value.items():
            yield from _string(name, shape.key, f"{path}, the name {name[:40]!r},")
            yield from _strings(inside, shape.value, f"{path}.{name}")
    elif shape.type_name == "string":
        yield from _string(value, shape, path)


def _string(value: str, shape: Any, path: str) -> Iterator[str]:
    longest, pattern = shape.metadata.get("max"), shape.metadata.get("pattern")
    allowed = enum_of(shape)
    if longest is not None and len(value) > longest:
        yield f"{path} has {len(value)} characters; AWS allows {longest}."
    if allowed and value not in allowed:
        yield f"{path}: {value[:80]!r} is none of the {len(allowed)} values that AWS knows."
    if pattern and not _matches(pattern, value):
        yield f"{path} must match {pattern}; {value[:80]!r} does not."


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        # Java's and Python's differ in little: AWS tells then.
        return True
