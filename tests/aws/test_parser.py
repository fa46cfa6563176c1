"""The compiled parser equals botocore's on every operation, and never reads half an answer."""

from __future__ import annotations

import base64
import json
import random
from io import BytesIO
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import JSONParser, ResponseParserError

from jupyter_smext.aws.parser import CompiledJSONParser, ParserFactory, UnreadableAnswer
from jupyter_smext.kinds import service_model

RESPONSES = 20
TIMES = (
    1795337999.009,
    1795337999,
    0,
    -1.5,
    1e-3,
    253402300799.0,
    "2026-11-22T09:00:00Z",
    "1795337999.5",
    "Sun, 22 Nov 2026 09:00:00 GMT",
)
DEEPEST = 8


class Responses:
    """Random answers in the form of a shape: nulls, absent and unknown members too."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def of(self, shape: Any, depth: int = 0) -> Any:
        if depth and self.random.random() < 0.04:
            return None
        make = getattr(self, shape.type_name, None)
        return make(shape, depth) if make else self.scalar(shape)

    def structure(self, shape: Any, depth: int) -> Any:
        if shape.is_document_type:
            return {"any": [1, {"x": None}]}
        if depth > DEEPEST:
            return {}
        members = shape.members
        if shape.is_tagged_union:
            name = self.random.choice(list(members))
            value = self.of(members[name], depth + 1)
            return None if value is None else {name: value}
        found = {
            member.serialization.get("name", name): self.of(member, depth + 1)
            for name, member in members.items()
            if self.random.random() < 0.85
        }
        if self.random.random() < 0.2:
            found["AddedLastWeek"] = {"z": 1}
        return found

    def list(self, shape: Any, depth: int) -> Any:
        count = self.random.randint(0, 3) if depth < DEEPEST else 0
        return [self.of(shape.member, depth + 1) for _ in range(count)]

    def map(self, shape: Any, depth: int) -> Any:
        keys = getattr(shape.key, "enum", None) or ["k0", "k1", "k2"]
        count = self.random.randint(0, 2) if depth < DEEPEST else 0
        return {key: self.of(shape.value, depth + 1) for key in self.random.choices(keys, k=count)}

    def scalar(self, shape: Any) -> Any:
        choices: dict[str, tuple[Any, ...]] = {
            "timestamp": TIMES,
            "blob": (base64.b64encode(b"x").decode(), ""),
            "integer": (-5, 0, 9),
            "long": (2**53, 0),
            "float": (1.5, 2, "NaN"),
            "double": (1.5, 2, "NaN"),
            "boolean": (True, False),
        }
        return self.random.choice(choices.get(shape.type_name, ("a", "", "é")))


def response(body: bytes, status: int = 200) -> dict[str, Any]:
    headers = {"x-amzn-requestid": "r"}
    context = {"operation_name": "ListModels"}
    return {"body": body, "headers": headers, "status_code": status, "context": context}


def outcome(parser: Any, answer: dict[str, Any], shape: Any) -> tuple[str, Any]:
    try:
        return "parsed", parser.parse(answer, shape)
    except Exception as error:
        return "raised", type(error)


def test_equals_botocore_on_every_operation() -> None:
    stock, ours = JSONParser(), CompiledJSONParser()
    operations = service_model().operation_names
    assert len(operations) > 400
    parsed = 0
    for name in operations:
        shape = service_model().operation_model(name).output_shape
        responses = Responses(name)
        for _ in range(RESPONSES):
            value = responses.of(shape) if shape is not None else {}
            answer = response(json.dumps(value).encode())
            expected = outcome(stock, answer, shape)
            assert outcome(ours, answer, shape) == expected, (name, value)
            parsed += expected[0] == "parsed"
    # Answers that both refuse would prove little.
    assert parsed > 0.9 * RESPONSES * len(operations)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"__type": "ThrottlingException", "message": "Rate exceeded"}', 400),
        (b'{"__type": "com.amazon.coral#ResourceNotFound", "Message": "m"}', 400),
        (b"<html>oops</html>", 500),
        (b"", 503),
    ],
)
def test_errors_stay_botocores_own(body: bytes, status: int) -> None:
    shape = service_model().operation_model("ListModels").output_shape
    answer = response(body, status)
    assert CompiledJSONParser().parse(answer, shape) == JSONParser().parse(answer, shape)


@pytest.mark.parametrize(
    "body",
    [b'{"Models": [{"ModelName": "a"', b"<html>sign in</html>", b"", b"[]", b"null", b"3", b"\xff"],
)
def test_raises_where_nothing_can_be_read(body: bytes) -> None:
    shape = service_model().operation_model("ListModels").output_shape
    with pytest.raises(
        UnreadableAnswer, match="ListModels is empty, cut short or no JSON"
    ) as raised:
        CompiledJSONParser().parse(response(body), shape)
    assert isinstance(raised.value, ResponseParserError)


def test_an_operation_without_an_answer_may_be_empty() -> None:
    shape = service_model().operation_model("DeleteModel").output_shape
    assert shape is None
    parsed = CompiledJSONParser().parse(response(b""), shape)
    assert parsed == JSONParser().parse(response(b""), shape)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "ListObjectsV2"), ("s3", "DeleteObject"), ("iam", "GetRole"), ("sts", "AssumeRole")],
)
@pytest.mark.parametrize("body", [b"<html><body>Sign in.</body></html>", b"<html><br>", b""])
def test_a_page_is_no_answer_in_xml(service: str, operation: str, body: bytes) -> None:
    model = botocore.session.Session().get_service_model(service)
    parser = ParserFactory().create_parser(model.protocol)
    shape = model.operation_model(operation).output_shape
    page = {"body": body, "headers": HeadersDict(), "status_code": 200}
    with pytest.raises(UnreadableAnswer, match="not AWS's"):
        parser.parse(page, shape)
    # What says no is read as before.
    refused = parser.parse({**page, "status_code": 503}, shape)
    assert refused["Error"]["Code"] == "503"


@pytest.mark.parametrize("body", [b"<html><body>Sign in.</body></html>", b"<html><br>", b""])
def test_a_page_is_no_answer_of_ec2(body: bytes) -> None:
    """Its request id is in the document: a proxy may keep a header, and put its own page in."""
    model = botocore.session.Session().get_service_model("ec2")
    shape = model.operation_model("DescribeSubnets").output_shape
    parser = ParserFactory().create_parser(model.protocol)
    headers = HeadersDict({"x-amzn-requestid": "1"})
    with pytest.raises(ResponseParserError):
        parser.parse({"body": body, "headers": headers, "status_code": 200}, shape)
    none = (
        b"<DescribeSubnetsResponse><requestId>1</requestId><subnetSet/></DescribeSubnetsResponse>"
    )
    parsed = parser.parse({"body": none, "headers": headers, "status_code": 200}, shape)
    assert parsed["Subnets"] == []


def test_a_streamed_page_leaves_no_connection_open() -> None:
    model = botocore.session.Session().get_service_model("s3")
    shape = model.operation_model("GetObject").output_shape
    body = BytesIO(b"<html>")
    with pytest.raises(UnreadableAnswer):
        ParserFactory().create_parser("rest-xml").parse(
            {"body": body, "headers": HeadersDict(), "status_code": 200}, shape
        )
    assert body.closed


def test_only_what_is_read_here_is_ours() -> None:
    assert isinstance(ParserFactory().create_parser("json"), CompiledJSONParser)
    assert not isinstance(ParserFactory().create_parser("rest-json"), CompiledJSONParser)
    told = ParserFactory()
    told.set_parser_defaults(timestamp_parser=str)
    assert not isinstance(told.create_parser("json"), CompiledJSONParser)
