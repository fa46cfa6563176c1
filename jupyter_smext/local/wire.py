"""The two wire forms that the engine speaks: JSON 1.1 (SageMaker), query and XML (STS, IAM)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape

from .contract import ServiceError, parse, project, service_model

JSON = "application/x-amz-json-1.1"
XML = "text/xml"

_QUERY = frozenset({"iam", "sts"})

#: A form with more fields than this is no request of any operation.
_FIELDS = 10_000


def is_query(service: str) -> bool:
    """Whether a service takes forms and answers XML."""
    return service in _QUERY


def action(service: str, target: str, body: bytes) -> str:
    """The operation a request names. Raises ServiceError UnknownOperationException."""
    if is_query(service):
        return dict(_form(body)).get("Action", "")
    prefix, _, operation = target.partition(".")
    if prefix != service_model(service).metadata["targetPrefix"]:
        raise ServiceError("UnknownOperationException", "The X-Amz-Target header names no service.")
    return operation


def parameters(model: OperationModel, service: str, body: bytes) -> dict[str, Any]:
    """A request's parameters, checked. Raises ServiceError."""
    if is_query(service):
        shape = model.input_shape
        return parse(shape, _unflatten(shape, dict(_form(body)), "") or {}) if shape else {}
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ServiceError("SerializationException", "The body is not valid JSON.") from None
    return parse(model.input_shape, value)


def answer(model: OperationModel, service: str, value: Any, request_id: str) -> tuple[str, bytes]:
    """(content type, body) of an answer."""
    if not is_query(service):
        return JSON, json.dumps(project(model.output_shape, value)).encode()
    shape, name = model.output_shape, model.name
    inner = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
        inner = f"<{wrapper}>{_members(shape, value)}</{wrapper}>"
    namespace = service_model(service).metadata["xmlNamespace"]
    text = (
        f'<{name}Response xmlns="{namespace}">{inner}<ResponseMetadata>'
        f"<RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    return XML, text.encode()


def dialect(service: str, content_type: str) -> str:
    """How an error for a request is worded: "json", "query" or "s3", by service or by its form."""
    if service == "s3":
        return "s3"
    form = content_type.startswith("application/x-www-form-urlencoded")
    return "query" if form or is_query(service) else "json"


def error(speaks: str, problem: ServiceError, request_id: str) -> tuple[str, bytes]:
    """(content type, body) of an error in a dialect."""
    if speaks == "json":
        return JSON, json.dumps({"__type": problem.code, "message": problem.message}).encode()
    # The services of these two leave out the "Exception" that JSON services end their codes with.
    code = escape(_QUERY_CODES.get(problem.code, problem.code))
    said = f"<Code>{code}</Code><Message>{escape(_plain(problem.message))}</Message>"
    request = f"<RequestId>{request_id}</RequestId>"
    if speaks == "s3":
        return XML, f"<Error>{said}{request}</Error>".encode()
    fault = "Sender" if problem.status < 500 else "Receiver"
    text = f"<Error><Type>{fault}</Type>{said}</Error>{request}"
    return XML, f"<ErrorResponse>{text}</ErrorResponse>".encode()


_QUERY_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "ThrottlingException": "Throttling",
    "UnknownOperationException": "InvalidAction",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ValidationException": "ValidationError",
}


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise ServiceError("MalformedQueryString", "The body is not a valid form.") from None


def _unflatten(shape: Shape, form: Mapping[str, str], prefix: str) -> Any:
    """A value out of names like Tags.member.1.Key; None when nothing was given."""
    if shape.type_name == "structure":
        found = {
            name: _unflatten(member, form, f"{prefix}.{name}" if prefix else name)
            for name, member in shape.members.items()
        }
        given = {name: value for name, value in found.items() if value is not None}
        return given or None
    if shape.type_name == "list":
        listed: list[Any] = []
        for index in range(1, _FIELDS):
            value = _unflatten(shape.member, form, f"{prefix}.member.{index}")
            if value is None:
                return listed or None
            listed.append(value)
    text = form.get(prefix)
    if text is None or shape.type_name == "string":
        return text
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return int(text) if shape.type_name in ("integer", "long") else float(text)
    except ValueError:
        return text


def _members(shape: Shape, value: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_xml(member, value[name])}</{name}>"
        for name, member in shape.members.items()
        if value.get(name) is not None
    )


def _xml(shape: Shape, value: Any) -> str:
    if shape.type_name == "structure":
        return _members(shape, value)
    if shape.type_name == "list":
        return "".join(f"<member>{_xml(shape.member, one)}</member>" for one in value)
    if shape.type_name == "timestamp":
        moment = datetime.fromtimestamp(value, timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if shape.type_name == "boolean":
        return "true" if value else "false"
    return escape(_plain(str(value)))


def _plain(text: str) -> str:
    """XML has no way to say most control characters."""
    return "".join(c for c in text if c in "\t\n\r" or c >= " ")
