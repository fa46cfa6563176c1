"""The HTTP front: who may ask, how much, and how AWS says no."""

from __future__ import annotations

import http.client
import json
import time
from email.message import Message
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.keys import Keys
from jupyter_smext.local.signature import verify
from jupyter_smext.local.wire import Incoming
from tests.local_engine import RunningEngine


def ask(
    engine: RunningEngine,
    body: bytes,
    headers: dict[str, str],
    method: str = "POST",
    path: str = "/",
) -> tuple[int, Message, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers, data


def signed(engine: RunningEngine, body: bytes, service: str = "sagemaker", **headers: str) -> Any:
    request = AWSRequest("POST", engine.url + "/", data=body, headers=headers)
    keys = Credentials(engine.keys.access_key, engine.keys.secret_key)
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    return dict(request.prepare().headers)


def list_models(engine: RunningEngine, body: bytes = b"{}") -> dict[str, str]:
    headers: dict[str, str] = signed(engine, body, **{"X-Amz-Target": "SageMaker.ListModels"})
    return headers


@pytest.mark.parametrize(
    ("access", "secret", "code"),
    [
        (None, "wrong", "InvalidSignatureException"),
        ("LOCALNOBODY", None, "UnrecognizedClientException"),
        ("AKIDEXAMPLE", "wrong", "UnrecognizedClientException"),
    ],
)
def test_a_wrong_key_is_refused(
    engine: RunningEngine, access: str | None, secret: str | None, code: str
) -> None:
    for service in ("sagemaker", "sts"):
        client: Any = boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=engine.url,
            aws_access_key_id=access or engine.keys.access_key,
            aws_secret_access_key=secret or engine.keys.secret_key,
        )
        with pytest.raises(ClientError) as error:
            client.list_models() if service == "sagemaker" else client.get_caller_identity()
        answer = error.value.response
        query = {
            "InvalidSignatureException": "SignatureDoesNotMatch",
            "UnrecognizedClientException": "InvalidClientTokenId",
        }
        assert answer["Error"]["Code"] == (code if service == "sagemaker" else query[code])
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_no_signature_no_answer(engine: RunningEngine) -> None:
    status, headers, body = ask(engine, b"{}", {"X-Amz-Target": "SageMaker.ListModels"})
    assert status == 403
    assert json.loads(body)["__type"] == "MissingAuthenticationTokenException"
    assert headers["X-Amzn-Requestid"]


def test_a_changed_body_breaks_the_signature(engine: RunningEngine) -> None:
    status, _, body = ask(engine, b'{"MaxResults":1}', list_models(engine))
    assert (status, json.loads(body)["__type"]) == (403, "InvalidSignatureException")


def test_a_changed_operation_breaks_the_signature(engine: RunningEngine) -> None:
    headers = {**list_models(engine), "X-Amz-Target": "SageMaker.ListHubs"}
    status, _, body = ask(engine, b"{}", headers)
    assert (status, json.loads(body)["__type"]) == (403, "InvalidSignatureException")


def test_an_operation_that_was_not_signed_is_refused(engine: RunningEngine) -> None:
    headers = {**signed(engine, b"{}"), "X-Amz-Target": "SageMaker.ListModels"}
    assert ask(engine, b"{}", headers)[0] == 403


def test_a_clock_that_is_off_is_refused(engine: RunningEngine) -> None:
    headers = list_models(engine)
    lower = {name.lower(): value for name, value in headers.items()}
    request = Incoming(
        "POST", "/", "", lambda n: {**lower, "host": engine.url[7:]}.get(n.lower(), ""), (), b"{}"
    )
    assert verify(request, engine.keys).service == "sagemaker"
    for skew in (-1000, 1000):
        with pytest.raises(ServiceError) as error:
            verify(request, engine.keys, time.time() + skew)
        assert error.value.code == "InvalidSignatureException"
        assert "expired" in error.value.message


@pytest.mark.parametrize("text", ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=a/b", "x" * 100000])
def test_a_malformed_authorization_is_refused(text: str) -> None:
    request = Incoming("POST", "/", "", lambda n: text if n == "Authorization" else "")
    with pytest.raises(ServiceError) as error:
        verify(request, Keys("a", "b"))
    assert error.value.status == 403


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.com", "", "[::2]", "[x"])
def test_another_host_name_is_refused(engine: RunningEngine, host: str) -> None:
    for path in ("/", "/_engine/health", "/_engine/faults"):
        method = "GET" if "health" in path else "POST"
        status, _, _ = ask(engine, b"[]", {**list_models(engine), "Host": host}, method, path)
        assert status in (400, 403)


def test_health_needs_no_key(engine: RunningEngine) -> None:
    status, _, body = ask(engine, b"", {}, "GET", "/_engine/health")
    assert status == 200
    assert set(json.loads(body)) == {"version"}


def test_a_body_over_the_bound_is_413_before_it_is_read(engine: RunningEngine) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", str(33 << 20))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    connection.close()


def test_a_chunked_body_over_the_bound_is_413(engine: RunningEngine) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.putrequest("POST", "/")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    try:
        for _ in range(40):
            connection.send(chunk)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stopped listening, having answered
    try:
        assert connection.getresponse().status == 413
    except ConnectionResetError:
        pass
    connection.close()
    assert ask(engine, b"{}", list_models(engine))[0] == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"nul", b"\xff\xfe", b"[" * 100000, b'"x"', b"1"])
def test_a_body_that_does_not_parse_is_400(engine: RunningEngine, body: bytes) -> None:
    status, _, answer = ask(engine, body, list_models(engine, body))
    assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("target", ["", "SageMaker.", "SageMaker.MakeTea", "Other.ListModels", "."])
def test_an_unknown_operation_is_400(engine: RunningEngine, target: str) -> None:
    headers = signed(engine, b"{}", **{"X-Amz-Target": target} if target else {})
    status, _, answer = ask(engine, b"{}", headers)
    assert (status, json.loads(answer)["__type"]) == (400, "UnknownOperationException")


def test_an_operation_that_needs_aws_says_so(engine: RunningEngine) -> None:
    with pytest.raises(ClientError) as error:
        engine.client("sagemaker").query_lineage()
    assert error.value.response["Error"]["Code"] == "UnknownOperationException"
    assert "local engine does not run sagemaker:QueryLineage" in str(error.value)


def test_a_service_that_is_not_here_says_so(engine: RunningEngine) -> None:
    with pytest.raises(ClientError) as error:
        engine.client("glue").get_databases()
    assert error.value.response["Error"]["Code"] == "UnknownOperationException"


@pytest.mark.parametrize(
    ("service", "ask_it"),
    [
        ("eks", lambda client: client.list_clusters()),
        ("lambda", lambda client: client.invoke(FunctionName="f", Payload=b"x")),
        ("sns", lambda client: client.list_topics()),
    ],
)
def test_services_told_by_their_path_are_refused_in_words(
    engine: RunningEngine, service: str, ask_it: Any
) -> None:
    with pytest.raises(ClientError, match="The local engine does not run") as error:
        ask_it(engine.client(service))
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_failure_of_the_engine_is_a_500_with_its_request_in_the_log(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from jupyter_smext.local.services.sagemaker import OPERATIONS

    def broken(call: Any) -> Any:
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(OPERATIONS, "ListModels", broken)
    with pytest.raises(ClientError) as error:
        engine.client("sagemaker").list_models()
    answer = error.value.response
    assert answer["Error"]["Code"] == "InternalFailure"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "a fault of ours" not in str(error.value)
    assert answer["ResponseMetadata"]["RequestId"] in caplog.text
    assert "a fault of ours" in caplog.text
    for secret in (engine.keys.secret_key, "Signature="):
        assert secret not in caplog.text


def test_a_megabyte_name_is_400_and_changes_nothing(engine: RunningEngine) -> None:
    client = engine.client("sagemaker", parameter_validation=False)
    name = "a" * (1 << 20)
    with pytest.raises(ClientError) as error:
        client.create_hub(HubName=name, HubDescription="d")
    answer = error.value.response
    assert answer["Error"]["Code"] == "ValidationException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(answer["Error"]["Message"]) < 1000
    assert engine.store.all("Hub") == []


def fault(engine: RunningEngine, kind: str, **more: Any) -> None:
    engine.faults([{"operation": "ListModels", "kind": kind, **more}])


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttle", "ThrottlingException", 400),
        ("error500", "InternalFailure", 500),
        ("denied", "AccessDeniedException", 400),
        ("expired", "ExpiredTokenException", 400),
    ],
)
def test_a_fault_that_aws_words(engine: RunningEngine, kind: str, code: str, status: int) -> None:
    fault(engine, kind, times=1)
    client = engine.client("sagemaker")
    with pytest.raises(ClientError) as error:
        client.list_models()
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert error.value.response["ResponseMetadata"]["RequestId"]
    if kind == "denied":
        assert "sagemaker:ListModels" in str(error.value)
    client.list_models()


def test_faults_of_the_network(engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    fault(engine, "reset")
    with pytest.raises(ConnectionClosedError):
        client.list_models()
    client.list_hubs()
    for kind in ("truncated", "nonjson"):
        fault(engine, kind)
        status, headers, body = ask(engine, b"{}", list_models(engine))
        assert status == 200
        with pytest.raises(ValueError):
            json.loads(body)
        assert ("html" in headers["Content-Type"]) is (kind == "nonjson")
    engine.faults([])
    client.list_models()


def test_latency_holds_up_no_other_call(engine: RunningEngine) -> None:
    fault(engine, "latency", seconds=30)
    slow = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    slow.request("POST", "/", b"{}", list_models(engine))
    engine.client("sagemaker").list_hubs()
    slow.close()


@pytest.mark.parametrize(
    "body", [b"{", b"{}", b"[1]", b'[{"kind":"x","operation":"*"}]', b'[{"a":1}]']
)
def test_a_fault_that_is_not_understood_is_400(engine: RunningEngine, body: bytes) -> None:
    assert ask(engine, body, {}, "POST", "/_engine/faults")[0] == 400


def test_no_fault_can_be_put_on_an_engine_started_without() -> None:
    from jupyter_smext.local.server import routes

    class Plain:
        faults = None

    assert not any("faults" in str(route[0]) for route in routes(Plain()))  # type: ignore[arg-type]


def test_parser_error_is_what_boto_says_of_nonjson(engine: RunningEngine) -> None:
    fault(engine, "nonjson")
    try:
        answer = engine.client("sagemaker").list_models()
    except ResponseParserError:
        return
    assert "Models" not in answer
