"""Smithy RPC v2 CBOR, which CloudWatch speaks: a POST whose path names the operation."""

from __future__ import annotations

import re
from datetime import datetime
from types import ModuleType
from typing import Any

from botocore.model import OperationModel, Shape

from ..contract import ServiceError, parse, service_model
from .incoming import Answered, Incoming, Response, plain_body

_PATH = re.compile(r"/service/(\w+)/operation/(\w+)")
_HEADERS = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
_EPOCH_TAG = 1


def speaks(request: Incoming) -> bool:
    """Whether a request says it is in this protocol."""
    return request.headers("smithy-protocol") == "rpc-v2-cbor"


def operation(service: str, request: Incoming) -> str:
    """The operation that the path names. Raises ServiceError UnknownOperationException."""
    found = _PATH.fullmatch(request.path)
    if found is None or found[1] != service_model(service).metadata.get("targetPrefix"):
        raise ServiceError("UnknownOperationException", "The path names no operation.")
    return found[2]


def parameters(model: OperationModel, request: Incoming) -> dict[str, Any]:
    """The members of the CBOR body, checked."""
    body = plain_body(request)
    if not body:
        return parse(model.input_shape, {})
    library = _library()
    try:
        value = library.loads(body)
    except (library.CBORDecodeError, ValueError, TypeError, RecursionError, OverflowError):
        raise ServiceError("SerializationException", "The body is not valid CBOR.") from None
    return parse(model.input_shape, _epochs(value))


def answer(
    model: OperationModel, value: dict[str, Any], response: Response, request_id: str
) -> Answered:
    """What the output shape knows of the answer, as CBOR."""
    shape = model.output_shape
    body = _library().dumps(_tagged(shape, value) if shape is not None else {})
    return Answered(response.status or 200, _HEADERS, body)


def error(problem: ServiceError, request_id: str) -> Answered:
    """`__type` carries the code."""
    said = {"__type": problem.code, "message": problem.message, **problem.members}
    return Answered(problem.status, _HEADERS, _library().dumps(said))


def _library() -> ModuleType:
    try:
        import cbor2
    except ImportError:
        message = "This protocol needs CBOR: pip install jupyter_smext[local]"
        raise ServiceError("UnknownOperationException", message) from None
    return cbor2


def _epochs(value: Any) -> Any:
    """The same with times as epoch seconds, as the contract has them."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {str(name): _epochs(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_epochs(one) for one in value]
    return value


def _tagged(shape: Shape, value: Any) -> Any:
    """What the shape declares of a value, times tagged as such."""
    kind = shape.type_name
    if kind == "structure":
        members = shape.members
        return {
            name: _tagged(members[name], one)
            for name, one in value.items()
            if name in members and one is not None
        }
    if kind == "list":
        return [_tagged(shape.member, one) for one in value]
    if kind == "map":
        return {name: _tagged(shape.value, one) for name, one in value.items()}
    if kind == "timestamp":
        return _library().CBORTag(_EPOCH_TAG, value)
    return float(value) if kind in ("float", "double") else value
