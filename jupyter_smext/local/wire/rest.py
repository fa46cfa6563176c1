"""REST protocols: method, path, query and headers carry members, and a payload may be anything."""

from __future__ import annotations

import abc
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape

from ..contract import ServiceError, parse, project, service_model
from . import xml
from .incoming import Answered, Incoming, Response
from .s3_names import CODES, ROOTS

_LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    """How requests of an operation look: what it needs to have tells it from others on its path."""

    name: str
    path: re.Pattern[str]
    literals: Mapping[str, str]
    query: frozenset[str]
    headers: frozenset[str]

    @property
    def weight(self) -> int:
        return 2 * len(self.literals) + len(self.query) + len(self.headers)

    def takes(self, path: str, query: Mapping[str, str], request: Incoming) -> bool:
        """Whether a request is of this operation."""
        return (
            self.path.fullmatch(path) is not None
            and all(name in query and query[name] == text for name, text in self.literals.items())
            and self.query <= query.keys()
            and self.headers <= set(request.header_names)
        )


@functools.cache
def _routes(service: str) -> Mapping[str, tuple[Route, ...]]:
    """The routes by method, those with the most distinguishing marks first."""
    model = service_model(service)
    found: dict[str, list[Route]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, literal = operation.http["requestUri"].partition("?")
        shape = operation.input_shape
        needed: dict[str, set[str]] = {"querystring": set(), "header": set()}
        for member in shape.required_members if shape else ():
            traits = shape.members[member].serialization
            if traits.get("location") in needed:
                needed[traits["location"]].add(traits.get("name", member).lower())
        # x-id only tells a person which operation a link is of.
        literals = dict(parse_qsl(literal, keep_blank_values=True))
        literals.pop("x-id", None)
        route = Route(
            name,
            _pattern(path),
            literals,
            frozenset(_query_names(shape)),
            frozenset(needed["header"]),
        )
        found.setdefault(operation.http["method"], []).append(route)
    return {
        method: tuple(sorted(routes, key=lambda route: -route.weight))
        for method, routes in found.items()
    }


def _query_names(shape: Shape | None) -> list[str]:
    if shape is None:
        return []
    members = ((name, shape.members[name].serialization) for name in shape.required_members)
    return [
        traits.get("name", name)
        for name, traits in members
        if traits.get("location") == "querystring"
    ]


def _pattern(path: str) -> re.Pattern[str]:
    """`/{Bucket}/{Key+}` as a pattern over the percent-encoded path."""
    parts, end = [], 0
    for label in _LABEL.finditer(path):
        parts.append(re.escape(path[end : label.start()]))
        parts.append(f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})")
        end = label.end()
    return re.compile("".join([*parts, re.escape(path[end:])]) + "/?", re.DOTALL)


class _Rest(abc.ABC):
    """What REST-JSON and REST-XML have in common."""

    content_type = ""

    @abc.abstractmethod
    def read(self, shape: Shape, body: bytes) -> Any:
        """A body as the value of a shape. Raises ServiceError."""

    @abc.abstractmethod
    def write(self, shape: Shape, value: Any, payload: str | None) -> bytes:
        """The value of a shape, or of its member `payload`, as a body."""

    def operation(self, service: str, request: Incoming) -> str:
        """The operation by method and path. Raises ServiceError UnknownOperationException."""
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        for route in _routes(service).get(request.method, ()):
            if route.takes(request.path, query, request):
                return route.name
        raise ServiceError(
            "UnknownOperationException",
            f"{service} has no operation for {request.method} {request.path[:100]}.",
            404,
        )

    def parameters(self, model: OperationModel, request: Incoming) -> dict[str, Any]:
        """The members from path, query, headers and body, checked."""
        shape = model.input_shape
        if shape is None:
            return {}
        service = model.service_model.service_name
        route = next(
            route for route in _routes(service)[request.method] if route.name == model.name
        )
        matched = route.path.fullmatch(request.path)
        path = matched.groupdict() if matched else {}
        query: dict[str, list[str]] = {}
        for name, text in parse_qsl(request.query, keep_blank_values=True):
            query.setdefault(name, []).append(text)
        given: dict[str, Any] = {}
        inside: list[str] = []
        payload = shape.serialization.get("payload")
        for name, member in shape.members.items():
            traits = member.serialization
            location, wire_name = traits.get("location"), traits.get("name", name)
            if location == "uri":
                given[name] = unquote(path.get(wire_name) or "")
            elif location == "querystring":
                if wire_name in query:
                    given[name] = _from_text(member, query[wire_name])
            elif location == "header":
                if wire_name.lower() in request.header_names:
                    given[name] = _from_text(member, [_latin(request.headers(wire_name))])
            elif location == "headers":
                prefix = wire_name.lower()
                given[name] = {
                    header.removeprefix(prefix): _latin(request.headers(header))
                    for header in request.header_names
                    if header.startswith(prefix)
                } or None
            else:
                inside.append(name)
        if payload:
            member = shape.members[payload]
            if member.type_name == "blob":
                given[payload] = request.body
            elif member.type_name == "string":
                given[payload] = request.body.decode("utf-8", "replace")
            elif request.body:
                given[payload] = self.read(member, request.body)
        elif inside and request.body:
            found = self.read(shape, request.body)
            given.update({name: found[name] for name in inside if name in found})
        return parse(shape, given)

    def answer(
        self, model: OperationModel, value: dict[str, Any], response: Response, request_id: str
    ) -> Answered:
        """Members in headers and in the body; what `response` says goes before."""
        shape = model.output_shape
        headers: dict[str, str] = {}
        body: Any = b""
        if shape is not None:
            payload = shape.serialization.get("payload")
            for name, member in shape.members.items():
                traits = member.serialization
                one = value.get(name)
                if one is None:
                    continue
                if traits.get("location") == "header":
                    headers[traits.get("name", name)] = _to_text(member, one)
                elif traits.get("location") == "headers":
                    headers |= {f"{traits.get('name', '')}{k}": str(v) for k, v in one.items()}
            if payload:
                member = shape.members[payload]
                one = value.get(payload)
                if one is not None:
                    is_raw = member.type_name in ("blob", "string")
                    body = one if is_raw else self.write(member, one, payload)
                    if not is_raw:
                        headers.setdefault("Content-Type", self.content_type)
                if isinstance(body, str):
                    body = body.encode()
            elif any(not member.serialization.get("location") for member in shape.members.values()):
                body = self.write(shape, value, None)
                headers.setdefault("Content-Type", self.content_type)
        if response.body is not None:
            body = response.body
        status = response.status or int(model.http.get("responseCode", 200))
        return Answered(status, {**headers, **response.headers}, body)


class RestJson(_Rest):
    """REST-JSON (SageMaker's runtime)."""

    content_type = "application/json"

    def parameters(self, model: OperationModel, request: Incoming) -> dict[str, Any]:
        try:
            return super().parameters(model, request)
        except ServiceError as problem:
            # SageMaker's runtime has a name of its own for it.
            named = any(shape.name == "ValidationError" for shape in model.error_shapes)
            if problem.code == "ValidationException" and named:
                raise ServiceError("ValidationError", problem.message) from None
            raise

    def read(self, shape: Shape, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise ServiceError("SerializationException", "The body is not valid JSON.") from None

    def write(self, shape: Shape, value: Any, payload: str | None) -> bytes:
        bodily = {
            name: one
            for name, one in value.items()
            if payload
            or (name in shape.members and not shape.members[name].serialization.get("location"))
        }
        return json.dumps(project(shape, bodily)).encode()

    def error(self, problem: ServiceError, request_id: str) -> Answered:
        """The code stands in x-amzn-ErrorType."""
        headers = {"Content-Type": self.content_type, "x-amzn-ErrorType": problem.code}
        said = {"message": problem.message, "Message": problem.message, **problem.members}
        return Answered(problem.status, headers, json.dumps(said).encode())


class RestXml(_Rest):
    """REST-XML (S3)."""

    content_type = "application/xml"

    def read(self, shape: Shape, body: bytes) -> Any:
        return xml.read(shape, body)

    def write(self, shape: Shape, value: Any, payload: str | None) -> bytes:
        traits = shape.serialization
        tag = traits.get("name") or payload or ROOTS.get(shape.name, shape.name)
        space = traits.get("xmlNamespace", {})
        space = space.get("uri") if isinstance(space, Mapping) else space
        named = f' xmlns="{space or "http://s3.amazonaws.com/doc/2006-03-01/"}"'
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{tag}{named}>{xml.content(shape, value)}'
        return f"{text}</{tag}>".encode()

    def error(self, problem: ServiceError, request_id: str) -> Answered:
        """An Error document as S3 sends it; its members are elements of it."""
        code = escape(CODES.get(problem.code, problem.code))
        more = "".join(
            f"<{name}>{escape(xml.plain(str(value)))}</{name}>"
            for name, value in problem.members.items()
        )
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
            f"<Message>{escape(xml.plain(problem.message))}</Message>{more}"
            f"<RequestId>{request_id}</RequestId></Error>"
        )
        return Answered(problem.status, {"Content-Type": self.content_type}, text.encode())


JSON = RestJson()
XML = RestXml()


def _latin(text: str) -> str:
    """A header's text; clients send UTF-8 in it, which arrives as Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _from_text(shape: Shape, texts: list[str]) -> Any:
    kind = shape.type_name
    if kind == "list":
        parts = texts if len(texts) > 1 else [part.strip() for part in texts[0].split(",")]
        return [_from_text(shape.member, [part]) for part in parts if part]
    if kind == "timestamp":
        return _time(texts[0])
    return texts[0] if kind == "string" else xml.scalar(shape, texts[0])


def _time(text: str) -> Any:
    """Epoch seconds of an HTTP date; another form is left for the contract to read."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, IndexError, OverflowError):
        return text


def _to_text(shape: Shape, value: Any) -> str:
    kind = shape.type_name
    if kind == "timestamp":
        moment = datetime.fromtimestamp(value, timezone.utc)
        if shape.serialization.get("timestampFormat") == "iso8601":
            return xml.iso8601(value)
        return format_datetime(moment, usegmt=True)
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "list":
        return ",".join(str(one) for one in value)
    return str(value)
