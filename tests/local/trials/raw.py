"""Requests as bytes: parameters in a service's protocol, signed, and sent as they are."""

from __future__ import annotations

import base64
import http.client
import json
import random
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

import cbor2
from botocore import serialize
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.model import OperationModel, Shape

_UNSAYABLE = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RuntimeError)
#: A request that no one answers within this is a finding.
SECONDS = 60.0


@dataclass(frozen=True)
class Sent:
    """An HTTP request: `target` is path and query as they go out."""

    protocol: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    done: tuple[str, ...] = ()
    #: Whether the answer must be in the protocol's form: not so where no protocol can be told.
    formed: bool = True
    claimed: int | None = None

    def but(self, done: str, **changes: Any) -> Sent:
        """The same with something changed, and that said."""
        return replace(self, done=(*self.done, done), **changes)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 is a connection that was closed without a word."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def written(model: OperationModel, given: Any, protocol: str) -> Sent | None:
    """The request, as a lenient client writes it; None where the protocol has no way to say it."""
    service = model.service_model
    if protocol == "json":
        target = f"{service.metadata['targetPrefix']}.{model.name}"
        version = service.metadata.get("jsonVersion", "1.1")
        headers = {"X-Amz-Target": target, "Content-Type": f"application/x-amz-json-{version}"}
        return Sent(protocol, "POST", "/", headers, json.dumps(given, default=_base64).encode())
    if protocol == "query":
        form = [("Action", model.name), ("Version", service.metadata["apiVersion"])]
        if model.input_shape is not None:
            form += _flat(model.input_shape, given, "")
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        body = urlencode(form, errors="surrogatepass").encode()
        return Sent(protocol, "POST", "/", headers, body)
    if protocol == "smithy-rpc-v2-cbor":
        path = f"/service/{service.metadata['targetPrefix']}/operation/{model.name}"
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        try:
            body = cbor2.dumps(given)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        return Sent(protocol, "POST", path, headers, body)
    return _rest(model, given, protocol)


def _base64(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _flat(shape: Shape, value: Any, prefix: str) -> Iterable[tuple[str, str]]:
    dot = f"{prefix}." if prefix else ""
    if isinstance(value, dict):
        if shape.type_name == "map":
            for index, (name, one) in enumerate(value.items(), 1):
                yield f"{dot}entry.{index}.key", name
                yield from _flat(shape.value, one, f"{dot}entry.{index}.value")
            return
        members = shape.members if shape.type_name == "structure" else {}
        for name, one in value.items():
            yield from _flat(members.get(name, shape), one, f"{dot}{name}")
    elif isinstance(value, list):
        inner = shape.member if shape.type_name == "list" else shape
        for index, one in enumerate(value, 1):
            yield from _flat(inner, one, f"{dot}member.{index}")
    elif isinstance(value, bytes):
        yield prefix, base64.b64encode(value).decode()
    elif value is not None:
        yield prefix, str(value).lower() if isinstance(value, bool) else str(value)


def _rest(model: OperationModel, given: Any, protocol: str) -> Sent | None:
    writer = serialize.create_serializer(protocol, include_validation=False)
    try:
        found = writer.serialize_to_request(given, model)
        query = found["query_string"]
        pairs = [
            (name, one)
            for name, value in (query.items() if isinstance(query, dict) else query)
            for one in (value if isinstance(value, list) else [value])
        ]
        path, mark, literal = found["url_path"].partition("?")
        text = "&".join(filter(None, [literal, urlencode(pairs, errors="surrogatepass")]))
        body = found["body"]
        if isinstance(body, dict):
            body = urlencode(body).encode()
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        headers = {str(name): str(value) for name, value in found["headers"].items()}
        headers.pop("Content-Length", None)  # a parameter of some; the body's own goes out
        target = f"{path}?{text}" if text else path
        target = quote(target, safe="/?&=%+:@!$'()*,;~-._")
        return Sent(protocol, found["method"], target, headers, bytes(body or b""))
    except (BotoCoreError, *_UNSAYABLE):
        return None  # botocore has no text for such a value in a path, a header or XML


@dataclass
class Signer:
    """Signs with an engine's keys; `service` is what the credential scope names."""

    host: str
    access_key: str
    secret_key: str

    def sign(self, sent: Sent, service: str, region: str = "us-east-1") -> Sent:
        """The request with its signature; as it is where it cannot be signed."""
        kind = S3SigV4Auth if service == "s3" else SigV4Auth
        request = AWSRequest(
            sent.method, f"http://{self.host}{sent.target}", dict(sent.headers), sent.body
        )
        try:
            kind(Credentials(self.access_key, self.secret_key), service, region).add_auth(request)
            return replace(sent, headers=dict(request.headers.items()))
        except (AttributeError, KeyError, ValueError):
            return sent.but("unsigned")


class Connection:
    """One keep-alive connection that sends bytes as they are."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, sent: Sent) -> Answer:
        """Send it and read the answer. Raises TimeoutError when none comes."""
        for attempt in (0, 1):
            fresh = self._socket is None
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), SECONDS)
            try:
                return self._exchange(self._socket, sent)
            except TimeoutError:
                self.close()
                raise
            except (OSError, http.client.HTTPException):
                self.close()
                # A kept connection may have been closed before the request came.
                if fresh or attempt or sent.claimed is not None:
                    return Answer(0)
        return Answer(0)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, stream: socket.socket, sent: Sent) -> Answer:
        try:
            stream.sendall(self._bytes(sent))
            if sent.claimed is not None:
                stream.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered before the whole body came: the answer is to be read
        reply = http.client.HTTPResponse(stream, method=sent.method)
        reply.begin()
        body = reply.read()
        headers = {name.lower(): value for name, value in reply.getheaders()}
        if reply.will_close or sent.claimed is not None:
            self.close()
        return Answer(reply.status, headers, body)

    def _bytes(self, sent: Sent) -> bytes:
        headers = {"Host": f"127.0.0.1:{self._port}", **sent.headers}
        length = len(sent.body) if sent.claimed is None else sent.claimed
        if "Content-Length" not in headers and "Transfer-Encoding" not in headers:
            headers["Content-Length"] = str(length)
        lines = [f"{sent.method} {sent.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + sent.body


def spoiled_before(sent: Sent, rng: random.Random) -> Sent:
    """A request that says it wrongly, signed all the same."""
    body = sent.body
    garbage = bytes(rng.randrange(256) for _ in range(rng.choice((1, 40, 2000))))
    name = rng.choice(list(sent.headers) or ["Content-Type"])
    path, mark, query = sent.target.partition("?")
    ways = [
        lambda: sent.but("cut body", body=body[: len(body) // 2]),
        lambda: sent.but("garbage body", body=garbage),
        lambda: sent.but("garbage in the body", body=body[: len(body) // 2] + garbage),
        lambda: sent.but("no body", body=b""),
        lambda: sent.but("half a code point", body=body.replace(b"a", b"\xc3", 1) + b"\xff"),
        lambda: sent.but("nested body", body=b"[" * 60_000 + b"]" * 60_000),
        lambda: sent.but("nested XML", body=b"<a>" * 20_000),
        lambda: sent.but(
            "entities in XML",
            body=b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]><a>&c;</a>',
        ),
        lambda: sent.but("NaN", body=b'{"MaxResults":NaN,"x":Infinity,"x":1e999}'),
        lambda: sent.but("twice", body=body + body),
        lambda: sent.but(f"header {name}", headers={**sent.headers, name: "x/../y"}),
        lambda: sent.but("other type", headers={**sent.headers, "Content-Type": "text/plain"}),
        lambda: sent.but("gzip", headers={**sent.headers, "Content-Encoding": "gzip"}),
        lambda: sent.but("method", method=rng.choice(("GET", "PUT", "DELETE", "HEAD", "PATCH"))),
        lambda: sent.but("path", target=rng.choice(_PATHS)),
        lambda: sent.but("longer path", target=f"{path}/x/../y%2f..%2f%00{mark}{query}"),
        lambda: sent.but("query", target=path + rng.choice(_QUERIES)),
        lambda: sent.but(
            "range and conditions",
            headers={
                **sent.headers,
                "Range": rng.choice(("bytes=5-1", "bytes=-", "bytes=0-1,3-4", "x", "bytes=9e9-")),
                "If-Match": rng.choice(("*", '"x"', "\x01", "")),
                "If-Modified-Since": "yesterday",
            },
        ),
        lambda: sent.but(
            "S3 headers",
            headers={
                **sent.headers,
                rng.choice(_S3_HEADERS): rng.choice(("x", "", "-1", "../..", "a=b&c=d", "1" * 400)),
            },
        ),
    ]
    return rng.choice(ways)()


def spoiled_after(sent: Sent, rng: random.Random) -> Sent:
    """A request that is no longer what was signed, or not well-formed HTTP."""
    signed = sent.headers.get("Authorization", "")
    without = {name: value for name, value in sent.headers.items() if name != "Authorization"}
    ways = [
        lambda: sent.but("no signature", headers=without),
        lambda: sent.but("wrong signature", headers={**without, "Authorization": signed[:-8]}),
        lambda: sent.but(
            "other signature", headers={**without, "Authorization": signed[:-4] + "0000"}
        ),
        lambda: sent.but("other body", body=sent.body + b" x"),
        lambda: sent.but("other path", target=sent.target + "x"),
        lambda: sent.but(
            "unknown service",
            headers={**without, "Authorization": signed.replace("/us-east-1/", "/us-east-1/x")},
        ),
        lambda: sent.but("stale", headers={**sent.headers, "X-Amz-Date": "20200101T000000Z"}),
        lambda: sent.but("basic", headers={**without, "Authorization": "Basic eDp4"}, formed=False),
        lambda: sent.but("cut short", claimed=len(sent.body) + 1000, formed=False),
        lambda: sent.but("too long", headers=sent.headers, claimed=99_999_999_999, formed=False),
        lambda: sent.but(
            "no length", headers={**sent.headers, "Content-Length": "x"}, formed=False
        ),
        lambda: sent.but(
            "bad chunks",
            headers={**sent.headers, "Transfer-Encoding": "chunked"},
            body=b"zz\r\n" + sent.body,
            claimed=0,
            formed=False,
        ),
        lambda: sent.but("host", headers={**sent.headers, "Host": "example.com"}, formed=False),
        lambda: sent.but(
            "header name", headers={**sent.headers, "X y": "z", "": "x"}, formed=False
        ),
    ]
    return rng.choice(ways)()


_PATHS = (
    "/",
    "//",
    "/..",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%",
    "/%zz",
    "/%00",
    "/%ff%fe",
    "/_engine/faults/x",
    "/endpoints//invocations",
    "/endpoints/x/invocations",
    "/service/GraniteServiceVersion20100801/operation/",
    "/service/x/operation/PutMetricData",
    "/bucket?uploads&uploadId=x&partNumber=0",
    "/" + "a" * 3000,
    "/bucket/" + "k" * 2000,
    "/fuzz-1?versions&location",
)
_QUERIES = (
    "?",
    "?&&&=",
    "?%zz",
    "?x=%ff",
    "?uploads",
    "?uploadId=../../x&partNumber=1",
    "?uploadId=x&partNumber=99999999999999999999",
    "?max-keys=-1&list-type=2",
    "?list-type=2&continuation-token=x",
    "?list-type=3&encoding-type=x",
    "?versionId=../../x",
    "?X-Amz-Algorithm=x&X-Amz-Signature=y",
    "?partNumber=0",
    "?response-content-type=a%0d%0aX-Evil:1",
    "?" + "&".join(f"a{number}=b" for number in range(500)),
)
_S3_HEADERS = (
    "x-amz-copy-source",
    "x-amz-copy-source-range",
    "x-amz-tagging",
    "x-amz-content-sha256",
    "x-amz-decoded-content-length",
    "x-amz-checksum-crc32",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-server-side-encryption",
    "x-amz-meta-x",
    "x-amz-trailer",
    "Content-MD5",
    "If-None-Match",
    "Expires",
    "x-amz-acl",
)
