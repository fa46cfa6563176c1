"""The query protocol: forms in, XML out (IAM, STS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape

from ..contract import ServiceError, parse
from . import xml
from .incoming import Answered, Incoming, Response, plain_body

#: A form with more fields than this is no request of any operation.
_FIELDS = 10_000

#: These services leave out the "Exception" that JSON services end their codes with.
CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "InvalidParameterCombinationException": "InvalidParameterCombination",
    "InvalidParameterValueException": "InvalidParameterValue",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "MissingRequiredParameterException": "MissingParameter",
    "ThrottlingException": "Throttling",
    "UnknownOperationException": "InvalidAction",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ValidationException": "ValidationError",
}


def operation(service: str, request: Incoming) -> str:
    """The form's Action."""
    return dict(_form(plain_body(request))).get("Action", "")


def parameters(model: OperationModel, request: Incoming) -> dict[str, Any]:
    """The form's fields as the members they stand for, checked."""
    shape = model.input_shape
    return (
        parse(shape, _unflatten(shape, dict(_form(plain_body(request))), "") or {}) if shape else {}
    )


def answer(
    model: OperationModel, value: dict[str, Any], response: Response, request_id: str
) -> Answered:
    """The answer in its wrapper elements."""
    shape, name = model.output_shape, model.name
    inner = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
        inner = f"<{wrapper}>{xml.members(shape, value)}</{wrapper}>"
    namespace = model.service_model.metadata["xmlNamespace"]
    text = (
        f'<{name}Response xmlns="{namespace}">{inner}<ResponseMetadata>'
        f"<RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    return Answered(response.status or 200, {"Content-Type": xml.XML}, text.encode())


def error(problem: ServiceError, request_id: str) -> Answered:
    """An ErrorResponse document."""
    code = escape(CODES.get(problem.code, problem.code))
    fault = "Sender" if problem.status < 500 else "Receiver"
    said = f"<Code>{code}</Code><Message>{escape(xml.plain(problem.message))}</Message>"
    text = (
        f"<ErrorResponse><Error><Type>{fault}</Type>{said}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Answered(problem.status, {"Content-Type": xml.XML}, text.encode())


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
    return xml.scalar(shape, text)
