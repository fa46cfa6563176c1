"""JSON 1.0 and 1.1: a POST whose X-Amz-Target header names the operation."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import OperationModel

from ..contract import ServiceError, parse, project, service_model
from .incoming import Answered, Incoming, Response, plain_body

JSON = "application/x-amz-json-1.1"

#: What services answer to members that their shape forbids, where it is not ValidationException:
#: the errors that botocore's model lists for the operations of CloudWatch Logs.
_INVALID = {"logs": "InvalidParameterException"}


def operation(service: str, request: Incoming) -> str:
    """The operation that X-Amz-Target names. Raises ServiceError UnknownOperationException."""
    prefix, _, name = request.headers("X-Amz-Target").partition(".")
    if request.path != "/" or prefix != service_model(service).metadata.get("targetPrefix"):
        raise ServiceError("UnknownOperationException", "The X-Amz-Target header names no service.")
    return name


def parameters(model: OperationModel, request: Incoming) -> dict[str, Any]:
    """The members of the JSON body, checked."""
    try:
        value = json.loads(plain_body(request) or b"{}")
    except (ValueError, RecursionError):
        raise ServiceError("SerializationException", "The body is not valid JSON.") from None
    code = _INVALID.get(model.service_model.service_name, "ValidationException")
    return parse(model.input_shape, value, code)


def answer(
    model: OperationModel, value: dict[str, Any], response: Response, request_id: str
) -> Answered:
    """What the output shape knows of the answer, as JSON."""
    body = json.dumps(project(model.output_shape, value)).encode()
    return Answered(response.status or 200, {"Content-Type": JSON, **response.headers}, body)


def error(problem: ServiceError, request_id: str) -> Answered:
    """`__type` carries the code, as in AWS's JSON protocols."""
    said = {"__type": problem.code, "message": problem.message, **problem.members}
    return Answered(problem.status, {"Content-Type": JSON}, json.dumps(said).encode())
