"""Response parsers, installed by `install`: AWS's JSON protocol compiled once per shape, and XML.

They answer what botocore's own do, times in UTC, and raise where those answer `{}`: a truncated
list, or a proxy's page, must not read as "nothing runs".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from weakref import WeakKeyDictionary

from botocore.parsers import (
    EC2QueryParser,
    JSONParser,
    QueryParser,
    ResponseParserError,
    ResponseParserFactory,
    RestXMLParser,
)
from botocore.utils import parse_timestamp

Convert = Callable[[Any], Any]
CONTAINERS = frozenset(("structure", "list", "map"))


#: Headers of every answer of AWS; S3's API reference has the latter among its common ones.
REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id")


class UnreadableAnswer(ResponseParserError):  # type: ignore[misc]
    """A 200 whose body is empty, cut short or no JSON object, or that is not AWS's."""


def timestamp(value: Any) -> datetime:
    """Epoch seconds without dateutil, which is most of what parsing costs."""
    if type(value) is float or type(value) is int:
        try:
            return datetime.fromtimestamp(value, timezone.utc)
        except (OverflowError, OSError, ValueError):
            # Far-off years: botocore's own reading knows them on every platform.
            pass
    parsed: datetime = parse_timestamp(value)
    return parsed


class CompiledJSONParser(JSONParser):  # type: ignore[misc]
    """botocore's JSON parser with one converter per output shape. Errors stay botocore's own."""

    def __init__(self) -> None:
        super().__init__(timestamp_parser=timestamp)
        self._compiled: WeakKeyDictionary[Any, Convert] = WeakKeyDictionary()

    def _do_parse(self, response: dict[str, Any], shape: Any) -> Any:
        if shape is None or shape.event_stream_name:
            return super()._do_parse(response, shape)
        convert = self._compiled.get(shape)
        if convert is None:
            convert = self._compile(shape, frozenset()) or dict
            self._compiled[shape] = convert
        parsed = convert(self._body(response, shape))
        self._inject_response_metadata(parsed, response["headers"])
        return parsed

    def _body(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        body = response["body"]
        if not body and not shape.members:
            return {}
        try:
            decoded = json.loads(body)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            operation = response.get("context", {}).get("operation_name", "the operation")
            raise UnreadableAnswer(
                f"The answer to {operation} is empty, cut short or no JSON ({len(body)} bytes)"
            )
        return decoded

    def _compile(self, shape: Any, outer: frozenset[str]) -> Convert | None:
        """The converter of a shape, or None where the value passes unchanged."""
        kind = shape.type_name
        if kind == "timestamp":
            return self._timestamp_parser  # type: ignore[no-any-return]
        if kind == "blob":
            return self._blob_parser  # type: ignore[no-any-return]
        if kind not in CONTAINERS or (kind == "structure" and shape.is_document_type):
            return None
        if shape.name in outer or (kind == "structure" and shape.is_tagged_union):
            # Recursive shapes and unions, which have rules of their own: botocore's way.
            return lambda value: self._parse_shape(shape, value)
        outer |= {shape.name}
        if kind == "list":
            return self._list(self._compile(shape.member, outer))
        if kind == "map":
            return self._map(self._compile(shape.key, outer), self._compile(shape.value, outer))
        return self._structure(shape, outer)

    def _list(self, convert: Convert | None) -> Convert | None:
        if convert is None:
            return None
        return lambda items: [None if item is None else convert(item) for item in items]

    def _map(self, key: Convert | None, value: Convert | None) -> Convert | None:
        if key is None and value is None:
            return None
        return lambda items: {
            (key(name) if key else name): (value(item) if value else item)
            for name, item in items.items()
        }

    def _structure(self, shape: Any, outer: frozenset[str]) -> Convert:
        plan = {
            member.serialization.get("name", name): (name, self._compile(member, outer))
            for name, member in shape.members.items()
        }
        find = plan.get

        def convert(value: Any) -> Any:
            if value is None:
                return None
            found = {}
            for key, item in value.items():
                if item is not None:
                    step = find(key)
                    if step is not None:
                        name, inner = step
                        found[name] = item if inner is None else inner(item)
            return found

        return convert


class _OfAws:
    """An XML parser that takes no page for an answer: HTML can be well-formed, or not looked at."""

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        if response["status_code"] < 300 and not any(
            name in response["headers"] for name in REQUEST_IDS
        ):
            if not isinstance(response["body"], bytes):
                # A streamed one, whose connection would stay open.
                response["body"].close()
            operation = response.get("context", {}).get("operation_name", "the operation")
            raise UnreadableAnswer(f"The answer to {operation} has no request id: it is not AWS's")
        return super().parse(response, shape)  # type: ignore[misc]


class AwsRestXMLParser(_OfAws, RestXMLParser):  # type: ignore[misc]
    """As S3 speaks."""


class AwsQueryParser(_OfAws, QueryParser):  # type: ignore[misc]
    """As STS and IAM speak."""


class AwsEC2Parser(EC2QueryParser):  # type: ignore[misc]
    """As EC2 speaks, which has the request id in the document as well."""

    def _do_parse(self, response: dict[str, Any], shape: Any) -> Any:
        parsed = super()._do_parse(response, shape)
        if "RequestId" not in parsed.get("ResponseMetadata", {}):
            operation = response.get("context", {}).get("operation_name", "the operation")
            raise UnreadableAnswer(f"The answer to {operation} has no request id: it is not AWS's")
        return parsed


class ParserFactory(ResponseParserFactory):  # type: ignore[misc]
    """botocore's factory, with the parsers above."""

    _json = CompiledJSONParser()
    _xml: Mapping[str, Any] = {
        "rest-xml": AwsRestXMLParser,
        "query": AwsQueryParser,
        "ec2": AwsEC2Parser,
    }

    def create_parser(self, protocol_name: str) -> Any:
        if protocol_name == "json" and not self._defaults:
            return self._json
        if protocol_name in self._xml:
            return self._xml[protocol_name](**self._defaults)
        return super().create_parser(protocol_name)


def install(session: Any) -> None:
    """Give a botocore session these parsers; clients made before keep the stock ones."""
    session.register_component("response_parser_factory", ParserFactory())
