"""S3's signatures as others than boto3 make them: links, chunks, hosts, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import time
import zlib
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.services.s3.aws_chunked import Decoder
from jupyter_smext.local.services.s3.signature import UNSIGNED_TRAILER
from tests.local_engine import RunningEngine

BUCKET = "test-bucket"
STREAM = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def s3(engine: RunningEngine) -> Any:
    client = engine.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def ask(
    engine: RunningEngine, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def signed(
    engine: RunningEngine,
    method: str,
    path: str,
    payload: str,
    region: str = "us-east-1",
    **headers: str,
) -> dict[str, str]:
    """Headers that S3's own signer makes, of a body known by `payload` alone."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(
        method, engine.url + path, headers={"X-Amz-Content-SHA256": payload, **named}
    )
    signer = S3SigV4Auth(Credentials(*_keys(engine)), "s3", region)
    signer.payload = lambda _: payload  # type: ignore[method-assign]
    signer.add_auth(request)
    return dict(request.headers.items())


def _keys(engine: RunningEngine) -> tuple[str, str]:
    return engine.keys.access_key, engine.keys.secret_key


def code(body: bytes) -> str:
    found = re.search(rb"<Code>(\w+)</Code>", body)
    assert found, body
    return found[1].decode()


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_a_body_is_what_was_signed(engine: RunningEngine, s3: Any) -> None:
    path = f"/{BUCKET}/hash"
    headers = signed(engine, "PUT", path, sha(b"right"))
    assert ask(engine, "PUT", path, headers, b"right")[0] == 200
    status, _, body = ask(engine, "PUT", path, headers, b"wrong")
    assert (status, code(body)) == (400, "XAmzContentSHA256Mismatch")
    assert s3.get_object(Bucket=BUCKET, Key="hash")["Body"].read() == b"right"
    open_ = signed(engine, "PUT", path, "UNSIGNED-PAYLOAD")
    assert ask(engine, "PUT", path, open_, b"any")[0] == 200
    document = b"<Tagging><TagSet></TagSet></Tagging>"
    headers = signed(engine, "PUT", path + "?tagging", sha(document))
    assert ask(engine, "PUT", path + "?tagging", headers, document + b" ")[0] == 400


def test_what_was_not_signed_does_not_count(engine: RunningEngine, s3: Any) -> None:
    path = f"/{BUCKET}/header"
    headers = signed(engine, "PUT", path, sha(b""))
    status, _, body = ask(engine, "PUT", path, {**headers, "x-amz-meta-a": "b"})
    assert (status, code(body)) == (403, "AccessDenied")
    assert b"<HeadersNotSigned>x-amz-meta-a</HeadersNotSigned>" in body
    for method, other in (("PUT", path + "2"), ("DELETE", path), ("PUT", path + "?acl")):
        status, _, body = ask(engine, method, other, headers)
        assert (status, code(body)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    ("changed", "status", "expected"),
    [
        ({"Authorization": None}, 403, "AccessDenied"),
        ({"Authorization": "AWS LOCAL:c2lnbmF0dXJl"}, 400, "InvalidRequest"),
        ({"X-Amz-Content-SHA256": None}, 400, "InvalidRequest"),
        ({"X-Amz-Content-SHA256": "nonsense"}, 400, "InvalidArgument"),
        ({"X-Amz-Date": None}, 403, "AccessDenied"),
        ({"X-Amz-Date": "20010101T000000Z"}, 403, "AccessDenied"),
    ],
)
def test_refusals_in_s3s_words(
    engine: RunningEngine,
    s3: Any,
    changed: dict[str, str | None],
    status: int,
    expected: str,
) -> None:
    path = f"/{BUCKET}/refused"
    headers: dict[str, Any] = {**signed(engine, "PUT", path, sha(b"1")), **changed}
    given = {name: value for name, value in headers.items() if value is not None}
    found, _, body = ask(engine, "PUT", path, given, b"1")
    assert (found, code(body)) == (status, expected)
    assert engine.keys.secret_key.encode() not in body


def test_wrong_keys_and_clocks(engine: RunningEngine, s3: Any) -> None:
    for access, secret, expected in (
        ("LOCALNOBODY", engine.keys.secret_key, "InvalidAccessKeyId"),
        (engine.keys.access_key, "wrong", "SignatureDoesNotMatch"),
    ):
        client = boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=engine.url,
            aws_access_key_id=access,
            aws_secret_access_key=secret,
        )
        with pytest.raises(ClientError) as error:
            client.list_buckets()
        assert error.value.response["Error"]["Code"] == expected
    path = f"/{BUCKET}"
    headers = signed(engine, "GET", path, sha(b""))
    old = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 1000))
    day, scope = old[:8], headers["X-Amz-Date"][:8]
    late = {
        **headers,
        "X-Amz-Date": old,
        "Authorization": headers["Authorization"].replace(f"/{scope}/", f"/{day}/"),
    }
    status, _, body = ask(engine, "GET", path, late)
    assert (status, code(body)) == (403, "RequestTimeTooSkewed")


def link(engine: RunningEngine, operation: str, expires: int = 60, **parameters: Any) -> str:
    client = engine.client("s3", signature_version="s3v4")
    made: str = client.generate_presigned_url(operation, parameters, ExpiresIn=expires)
    return made.removeprefix(engine.url)


def test_links(engine: RunningEngine, s3: Any) -> None:
    here = {"Bucket": BUCKET, "Key": "link é+&"}
    assert ask(engine, "PUT", link(engine, "put_object", **here), {}, b"data")[0] == 200
    get = link(engine, "get_object", **here, ResponseContentType="text/x", IfMatch="*")
    status, headers, body = ask(engine, "GET", get, {"If-Match": "*"})
    assert (status, headers["content-type"], body) == (200, "text/x", b"data")
    assert ask(engine, "GET", get, {"If-Match": "*", "Range": "bytes=1-2"})[2] == b"at"
    head = link(engine, "head_object", **here)
    assert ask(engine, "HEAD", head, {})[0] == 200
    assert ask(engine, "DELETE", link(engine, "delete_object", **here), {})[0] == 204
    assert code(ask(engine, "GET", get, {"If-Match": "*"})[2]) == "NoSuchKey"
    # A link is for what it says.
    assert code(ask(engine, "PUT", head, {}, b"other")[2]) == "SignatureDoesNotMatch"
    extra = {"x-amz-meta-a": "b"}
    put = link(engine, "put_object", **here)
    assert code(ask(engine, "PUT", put, extra, b"1")[2]) == "AccessDenied"


def test_a_link_ends(engine: RunningEngine, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket=BUCKET, Key="ends", Body=b"1")
    get = link(engine, "get_object", 60, Bucket=BUCKET, Key="ends")
    now = time.time()
    assert ask(engine, "GET", get, {})[0] == 200
    for moment, words in ((now + 70, b"Request has expired"), (now - 1000, b"not valid yet")):
        monkeypatch.setattr(
            "jupyter_smext.local.services.s3.signature.time.time", lambda at=moment: at
        )
        status, _, body = ask(engine, "GET", get, {})
        monkeypatch.undo()
        assert (status, code(body)) == (403, "AccessDenied")
        assert words in body


@pytest.mark.parametrize(
    ("pattern", "to"),
    [
        (r"X-Amz-Expires=\d+", "X-Amz-Expires=604801"),
        (r"X-Amz-Expires=\d+", "X-Amz-Expires=0"),
        (r"&X-Amz-Date=\w+", ""),
        (r"X-Amz-Date=\w+", "X-Amz-Date=yesterday"),
        (r"X-Amz-Algorithm=[\w-]+", "X-Amz-Algorithm=AWS4-HMAC-SHA1"),
        (r"X-Amz-Signature=\w+", "X-Amz-Signature="),
    ],
)
def test_a_link_that_is_none(engine: RunningEngine, s3: Any, pattern: str, to: str) -> None:
    get = re.sub(pattern, to, link(engine, "get_object", Bucket=BUCKET, Key="none"))
    status, _, body = ask(engine, "GET", get, {})
    assert (status, code(body)) == (400, "AuthorizationQueryParametersError")


def test_headers_of_the_second_version_are_refused_in_words(engine: RunningEngine, s3: Any) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=engine.url,
        region_name="us-east-1",
        aws_access_key_id=engine.keys.access_key,
        aws_secret_access_key=engine.keys.secret_key,
        config=Config(signature_version="s3"),
    )
    with pytest.raises(ClientError) as error:
        client.list_buckets()
    assert error.value.response["Error"]["Code"] == "InvalidRequest"
    assert "AWS4-HMAC-SHA256" in str(error.value) and "s3v4" in str(error.value)


def test_links_of_the_second_version(
    engine: RunningEngine, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What boto3 and the CLI make in S3's older regions, unless they are told otherwise.
    s3.create_bucket(
        Bucket="west-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    here = {"Bucket": "west-bucket", "Key": "link é+&"}

    def made(operation: str, **more: Any) -> str:
        url = s3.generate_presigned_url(operation, {**here, **more}, ExpiresIn=60)
        assert "AWSAccessKeyId=" in url
        return str(url.removeprefix(engine.url))

    put = made("put_object", ContentType="text/x", Metadata={"a": "b"})
    assert ask(engine, "PUT", put, {"Content-Type": "text/x"}, b"data")[0] == 200
    get = made("get_object", ResponseContentType="text/y")
    status, headers, body = ask(engine, "GET", get, {"Range": "bytes=1-"})
    assert (status, headers["content-type"], body) == (206, "text/y", b"ata")
    assert headers["x-amz-meta-a"] == "b"
    assert ask(engine, "HEAD", made("head_object"), {})[0] == 200
    for method, path, more in (
        ("GET", get.replace("text%2Fy", "text%2Fz"), {}),
        ("DELETE", get, {}),
        ("GET", get, {"x-amz-meta-a": "c"}),
        ("PUT", put, {"Content-Type": "text/other"}),
        ("GET", re.sub("Expires=\\d+", f"Expires={int(time.time()) + 999}", get), {}),
    ):
        status, _, body = ask(engine, method, path, more)
        assert (status, code(body)) == (403, "SignatureDoesNotMatch")
    for wrong in (get.replace("Expires=", "x="), get.replace("Signature=", "x=")):
        assert code(ask(engine, "GET", wrong, {})[2]) == "AccessDenied"
    wrong = get.replace(engine.keys.access_key, "LOCALNOBODY")
    assert code(ask(engine, "GET", wrong, {})[2]) == "InvalidAccessKeyId"
    for bad in ({"a": "line\nline"}, {"a b": "c"}, {"a\n": "c"}):
        put = made("put_object", Metadata=bad)
        status, _, body = ask(engine, "PUT", put, {}, b"other")
        assert (status, code(body)) == (400, "InvalidArgument")
    assert ask(engine, "GET", get, {})[2] == b"data"
    later = time.time() + 61
    monkeypatch.setattr("jupyter_smext.local.services.s3.signature.time.time", lambda: later)
    assert b"Request has expired" in ask(engine, "GET", get, {})[2]
    monkeypatch.undo()
    assert ask(engine, "DELETE", made("delete_object"), {})[0] == 204


def test_the_bucket_in_the_host(engine: RunningEngine, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a/b", Body=b"data")
    host = f"{BUCKET}.localhost:{engine.engine.port}"
    request = AWSRequest("GET", f"http://{host}/a/b")
    S3SigV4Auth(Credentials(*_keys(engine)), "s3", "us-east-1").add_auth(request)
    headers = {**dict(request.headers.items()), "Host": host}
    assert ask(engine, "GET", "/a/b", headers)[2] == b"data"
    assert code(ask(engine, "GET", "/a/c", headers)[2]) == "SignatureDoesNotMatch"
    evil = {**headers, "Host": f"{BUCKET}.localhost.example.com"}
    assert ask(engine, "GET", "/a/b", evil)[0] == 403


def test_boto3_with_the_bucket_in_the_host(
    engine: RunningEngine, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    real = socket.getaddrinfo

    def resolve(host: Any, *more: Any, **others: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".localhost") else host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    client = boto3.client(
        "s3",
        endpoint_url=f"http://localhost:{engine.engine.port}",
        region_name="us-east-1",
        aws_access_key_id=engine.keys.access_key,
        aws_secret_access_key=engine.keys.secret_key,
        config=Config(s3={"addressing_style": "virtual"}),
    )
    client.put_object(Bucket=BUCKET, Key="virtual/é", Body=b"data")
    assert client.get_object(Bucket=BUCKET, Key="virtual/é")["Body"].read() == b"data"
    assert client.list_objects_v2(Bucket=BUCKET, Prefix="virtual")["KeyCount"] == 1
    client.head_bucket(Bucket=BUCKET)


class Chunked:
    """A body in signed chunks, as the AWS SDKs for Java and others send it."""

    def __init__(self, engine: RunningEngine, path: str, data: bytes, trailer: bytes = b"") -> None:
        self._trailer = trailer
        payload = STREAM + ("-TRAILER" if trailer else "")
        more = {"x_amz_trailer": trailer.split(b":")[0].decode()} if trailer else {}
        self.headers = signed(
            engine,
            "PUT",
            path,
            payload,
            x_amz_decoded_content_length=str(len(data)),
            Content_Encoding="aws-chunked",
            **more,
        )
        self._signer = SigV4Auth(Credentials(*_keys(engine)), "s3", "us-east-1")
        self._before = self.headers["Authorization"].rsplit("=", 1)[1]
        date = self.headers["X-Amz-Date"]
        self._where = (date, f"{date[:8]}/us-east-1/s3/aws4_request")
        self.chunks = [data[at : at + 70_000] for at in range(0, len(data), 70_000)]

    def body(self) -> bytes:
        out = b""
        for chunk in [*self.chunks, b""]:
            text = ("AWS4-HMAC-SHA256-PAYLOAD", *self._where, self._before, sha(b""), sha(chunk))
            self._before = self._sign(text)
            out += b"%x;chunk-signature=%s\r\n" % (len(chunk), self._before.encode())
            out += chunk + b"\r\n" if chunk else b""
        if self._trailer:
            signed_lines = self._trailer + b"\n"
            text = ("AWS4-HMAC-SHA256-TRAILER", *self._where, self._before, sha(signed_lines))
            signature = self._sign(text).encode()
            out += self._trailer + b"\r\nx-amz-trailer-signature:" + signature + b"\r\n"
        return out + b"\r\n"

    def _sign(self, lines: tuple[str, ...]) -> str:
        request = AWSRequest()
        request.context["timestamp"] = self._where[0]
        made: str = self._signer.signature("\n".join(lines), request)
        return made


def crc(data: bytes) -> bytes:
    return b"x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(data).to_bytes(4, "big"))


@pytest.mark.parametrize("size", [0, 1, 70_000, 200_001, 2_000_000])
@pytest.mark.parametrize("trailed", [False, True])
def test_signed_chunks(engine: RunningEngine, s3: Any, size: int, trailed: bool) -> None:
    path = f"/{BUCKET}/chunks"
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    chunked = Chunked(engine, path, data, crc(data) if trailed else b"")
    status, headers, body = ask(engine, "PUT", path, chunked.headers, chunked.body())
    assert status == 200, body
    assert ("x-amz-checksum-crc32" in headers) == trailed
    found = s3.get_object(Bucket=BUCKET, Key="chunks")
    assert found["Body"].read() == data
    assert "ContentEncoding" not in found


def test_chunks_are_proven(engine: RunningEngine, s3: Any) -> None:
    path, data = f"/{BUCKET}/proven", b"1" * 100_000
    for old, new, expected in (
        (b"1" * 70_000, b"2" * 70_000, "SignatureDoesNotMatch"),
        (b"chunk-signature=", b"chunk-signature=0", "IncompleteBody"),
        (b"\r\n\r\n", b"\r\n", "IncompleteBody"),
    ):
        chunked = Chunked(engine, path, data)
        body = chunked.body().replace(old, new, 1)
        status, _, answer = ask(engine, "PUT", path, chunked.headers, body)
        assert (status, code(answer)) == (403 if "Sig" in expected else 400, expected)
    short = Chunked(engine, path, data)
    short.chunks = short.chunks[:1]
    assert code(ask(engine, "PUT", path, short.headers, short.body())[2]) == "IncompleteBody"
    swapped = Chunked(engine, path, data, crc(b"other"))
    assert code(ask(engine, "PUT", path, swapped.headers, swapped.body())[2]) == "BadDigest"
    trailed = Chunked(engine, path, data, crc(data))
    body = trailed.body().replace(crc(data), crc(b"other"))
    assert code(ask(engine, "PUT", path, trailed.headers, body)[2]) == "SignatureDoesNotMatch"
    with pytest.raises(ClientError):
        s3.head_object(Bucket=BUCKET, Key="proven")


def test_unsigned_chunks_with_a_trailer(engine: RunningEngine, s3: Any) -> None:
    path, data = f"/{BUCKET}/unsigned", b"0123456789" * 20_000
    headers = signed(
        engine,
        "PUT",
        path,
        UNSIGNED_TRAILER,
        x_amz_decoded_content_length=str(len(data)),
        x_amz_trailer="x-amz-checksum-crc32",
        Content_Encoding="gzip,aws-chunked",
    )
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:100], data[100:]))
    body = parts + b"0\r\n" + crc(data) + b"\r\n\r\n"
    assert ask(engine, "PUT", path, headers, body)[0] == 200
    found = s3.get_object(Bucket=BUCKET, Key="unsigned")
    assert (found["Body"].read(), found["ContentEncoding"]) == (data, "gzip")
    missing = parts + b"0\r\n\r\n"
    assert code(ask(engine, "PUT", path, headers, missing)[2]) == "MalformedTrailerError"


def test_the_decoder_takes_any_pieces() -> None:
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n"
    for size in (1, 2, 3, 7, len(body)):
        out = bytearray()
        decoder = Decoder(UNSIGNED_TRAILER, None, out.extend)
        for at in range(0, len(body), size):
            decoder.feed(body[at : at + size])
        decoder.finish()
        assert (bytes(out), decoder.trailers) == (b"hello world", {"x-amz-checksum-crc32": "AAAA"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5\r\nhel",
        b"x\r\n",
        b"5\nhello",
        b"0\r\nno colon\r\n\r\n",
        b"5\r\nhelloo\r\n",
        b"1" * 20_000,
    ],
)
def test_the_decoder_refuses_the_rest(body: bytes) -> None:
    decoder = Decoder(UNSIGNED_TRAILER, None, bytearray().extend)
    with pytest.raises(ServiceError) as error:
        decoder.feed(body)
        decoder.finish()
    assert error.value.code == "IncompleteBody"


def test_a_client_that_waits_is_answered_first(engine: RunningEngine, s3: Any) -> None:
    body = b"1" * (2 << 20)
    for bucket, expected in ((BUCKET, b"100"), ("nowhere", b"404")):
        path = f"/{bucket}/waits"
        headers = signed(engine, "PUT", path, sha(body))
        connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
        connection.putrequest("PUT", path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        first = connection.sock.recv(12)
        assert first.startswith(b"HTTP/1.1 " + expected)
        connection.close()


def test_a_body_has_a_bound(engine: RunningEngine, s3: Any) -> None:
    path = f"/{BUCKET}/bound"
    headers = signed(engine, "PUT", path, "UNSIGNED-PAYLOAD")
    given = {**headers, "Content-Length": str(6 << 30), "Expect": "100-continue"}
    status, _, body = ask(engine, "PUT", path, given)
    assert (status, code(body)) == (400, "EntityTooLarge")
    path = f"/{BUCKET}?delete"
    document = b" " * (5 << 20)
    headers = signed(engine, "POST", path, sha(document))
    status, _, body = ask(engine, "POST", path, headers, document)
    assert (status, code(body)) == (400, "MaxMessageLengthExceeded")


def test_a_length_has_to_be_said(engine: RunningEngine, s3: Any) -> None:
    path = f"/{BUCKET}/length"
    headers = signed(engine, "PUT", path, "UNSIGNED-PAYLOAD")
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.request("PUT", path, iter([b"1", b"2"]), headers, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, code(answer.read())) == (411, "MissingContentLength")
    connection.close()


@pytest.mark.parametrize("path", ["//", "/%ff/key", f"/{BUCKET}/%ff", f"/{BUCKET}/%00", "/a/b?%ff"])
def test_odd_paths_are_4xx(engine: RunningEngine, s3: Any, path: str) -> None:
    for method in ("GET", "PUT", "HEAD", "DELETE", "POST", "PATCH"):
        status, _, _ = ask(engine, method, path, signed(engine, method, path, sha(b"")))
        assert status < 500
    assert urlsplit(engine.url).port == engine.engine.port
    assert s3.list_buckets()["Buckets"]
