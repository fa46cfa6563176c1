"""Trying an endpoint over REST, against real model servers of the engine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from jupyter_smext import protocol
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.examples import example_body, examples_of
from jupyter_smext.jumpstart.invocation import LONGEST
from jupyter_smext.jumpstart.model_document import Payload
from jupyter_smext.routes.invocations import InvocationsHandler
from tests.local.endpoint_models import IMAGE, ROLE, deploy, end_all, put_config, put_model
from tests.local_engine import RunningEngine
from tests.smext_server import Answer, Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}

#: Refuses by the word it is sent, as a model server does, and says what it was asked for.
MODEL = """
import json

from sagemaker_inference.errors import BaseInferenceToolkitError

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    if content_type == "text/plain":
        words = body if isinstance(body, str) else body.decode()
        status, said = words.split(" ", 1)
        raise BaseInferenceToolkitError(int(status), said, said)
    if content_type == "application/json":
        said = "Content type application/json is not supported."
        raise BaseInferenceToolkitError(415, said, said)
    return body if isinstance(body, str) else body.hex()

def predict_fn(data, model):
    if data == "fall":
        print("a torn weight was met", flush=True)
        raise ValueError("torn")
    return data

def output_fn(prediction, accept):
    return json.dumps({"got": prediction, "accept": accept}), "application/json"
"""


@pytest.fixture(scope="module")
def words(running_engine: RunningEngine) -> Iterator[str]:
    """An endpoint of MODEL."""
    deploy(running_engine, "words", script=MODEL)
    yield "words"
    end_all(running_engine)


async def invoke(call: Call, endpoint: str, body: bytes, **more: Any) -> Answer:
    given = {"body": base64.b64encode(body).decode(), "content_type": "text/csv", **more}
    return await call("POST", f"endpoints/{endpoint}/invocations", given, **PLACE)


def invocation(answer: Answer) -> protocol.Invocation:
    assert answer.status == 200, answer.body
    return msgspec.convert(answer.json, protocol.Invocation)


async def test_a_call(call: Call, local: tuple[str, str], words: str) -> None:
    answer = invocation(await invoke(call, words, b"1,2", accept="text/html"))
    assert msgspec.json.decode(answer.body) == {"got": "1,2", "accept": "text/html"}
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert answer.variant == "AllTraffic" and answer.request_id and answer.problem is None
    assert answer.at > 1.7e9 and 0 < answer.seconds < 60


async def test_bytes_arrive_as_they_were(call: Call, local: tuple[str, str], words: str) -> None:
    sent = bytes(range(256))
    answer = invocation(await invoke(call, words, sent, content_type="application/x-image"))
    assert msgspec.json.decode(answer.body)["got"] == sent.hex()


async def test_a_type_that_the_model_does_not_read(
    call: Call, local: tuple[str, str], words: str
) -> None:
    answer = invocation(await invoke(call, words, b"[1]", content_type="application/json"))
    assert answer.status == 415 and answer.problem is not None
    assert answer.problem.title == "The model does not read application/json (415)"
    assert answer.problem.detail.startswith("Content type application/json is not supported.")
    assert answer.problem.code == "ModelError" and answer.problem.cause == "invalid"


@pytest.mark.parametrize(
    ("status", "cause", "title", "next"),
    [
        (400, "invalid", "The model refused the request (400)", "Change the input"),
        (406, "invalid", "The model does not answer in text/html (406)", "another type for"),
        (413, "invalid", "The request is too long for the model (413)", "a smaller image"),
        (424, "broken", "The model failed (424)", "Its log says where"),
        (429, "throttled", "The model is busy (429)", "in a moment"),
        (503, "broken", "The model failed (503)", "Its log says where"),
    ],
)
async def test_what_a_model_says(
    call: Call,
    local: tuple[str, str],
    words: str,
    status: int,
    cause: str,
    title: str,
    next: str,
) -> None:
    body = f"{status} too blue".encode()
    sent = {"content_type": "text/plain", "accept": "text/html"}
    answer = invocation(await invoke(call, words, body, **sent))
    assert answer.status == status and answer.problem is not None
    assert (answer.problem.cause, answer.problem.title) == (cause, title)
    assert next in answer.problem.next and "too blue" in answer.problem.detail
    assert answer.problem.code == "ModelError" and answer.problem.request_id


async def test_a_failure_of_the_model_is_in_its_log(
    call: Call, local: tuple[str, str], words: str
) -> None:
    answer = invocation(await invoke(call, words, b"fall"))
    assert answer.status == 500 and answer.problem is not None
    assert answer.problem.title == "The model failed (500)" and "torn" in answer.problem.detail
    while True:  # the engine ships the lines that a container prints a moment later
        found = await call(
            *("GET", f"endpoints/{words}/log"),
            **{**PLACE, "at": str(answer.at), "seconds": str(answer.seconds)},
        )
        log = msgspec.convert(found.json, protocol.CallLog)
        if any("a torn weight was met" in line for line in log.lines):
            break
    assert log.whole


#: Writes a word at a time, and may fall between two of them.
TELLER = """
import time

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return body

def predict_fn(data, model):
    return data

def output_fn(prediction, accept):
    def words():
        for word in prediction.split(","):
            if word == "fall":
                raise ValueError("torn")
            yield word + " "
    return words()
"""


async def stream(call: Call, endpoint: str, body: bytes, **more: Any) -> list[Any]:
    given = {"body": base64.b64encode(body).decode(), "content_type": "text/csv", **more}
    answer = await call("POST", f"endpoints/{endpoint}/invocations/stream", given, **PLACE)
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"] == "application/jsonlines"
    return [
        msgspec.json.decode(line, type=protocol.InvocationPart) for line in answer.body.splitlines()
    ]


async def test_an_answer_in_parts(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    deploy(engine, "teller", script=TELLER)
    *parts, last = await stream(call, "teller", b"one,two,three")
    assert b"".join(part.body for part in parts) == b"one two three "
    assert [part.seconds for part in parts] == sorted(part.seconds for part in parts)
    assert all(part.end is None for part in parts)
    assert last.end is not None and last.end.problem is None
    assert (last.end.status, last.end.variant, last.body) == (200, "AllTraffic", b"")

    *parts, last = await stream(call, "teller", b"one,fall,three")
    assert b"".join(part.body for part in parts) == b"one "
    assert last.end is not None and last.end.problem is not None
    assert last.end.problem.title == "The answer broke off"
    assert last.end.problem.code == "ModelStreamError"


async def test_parts_of_an_answer_that_is_none(
    call: Call, local: tuple[str, str], words: str
) -> None:
    [last] = await stream(call, words, b"[1]", content_type="application/json")
    assert last.end is not None and last.end.status == 415
    answer = await call(
        *("POST", "endpoints/nothing/invocations/stream"),
        {"body": "", "content_type": "text/csv"},
        **PLACE,
    )
    assert answer.json["title"] == "The endpoint takes no requests now"


async def test_a_log_nobody_wrote_is_empty(call: Call, local: tuple[str, str]) -> None:
    query = {**PLACE, "at": "1", "seconds": "0.5"}
    found = await call("GET", "endpoints/nothing/log", **query)
    assert found.json == {"lines": [], "whole": True}
    for wrong in ({"at": "soon"}, {"seconds": "-1"}, {"at": "nan"}, {"seconds": "inf"}):
        refused = await call("GET", "endpoints/nothing/log", **{**query, **wrong})
        assert (refused.status, refused.json["cause"]) == (400, "invalid")


async def test_an_endpoint_that_takes_no_requests(call: Call, local: tuple[str, str]) -> None:
    answer = await invoke(call, "nothing", b"1")
    assert answer.json["title"] == "The endpoint takes no requests now"
    assert answer.json["code"] == "ValidationError"
    assert answer.status == answer.json["status"]


async def test_a_variant_that_there_is_not(call: Call, local: tuple[str, str], words: str) -> None:
    answer = await invoke(call, words, b"1", variant="Blue")
    assert answer.status == 404 and "Blue" in answer.json["detail"]


async def test_a_request_over_aws_limit_is_not_sent(
    call: Call, local: tuple[str, str], words: str
) -> None:
    answer = await invoke(call, words, bytes(LONGEST + 1))
    assert answer.status == 400
    assert answer.json["title"] == "The request is too long for an endpoint"
    assert "batch transform" in answer.json["next"]


def test_a_request_of_the_longest_body_is_read() -> None:
    request = protocol.InvocationRequest(bytes(LONGEST), "application/x-image")
    assert len(msgspec.json.encode(request)) < InvocationsHandler.body_limit


async def test_a_request_between_the_limits_is_sent(
    call: Call, local: tuple[str, str], words: str
) -> None:
    """The engine holds AWS's own model, which says 6 MB."""
    answer = await invoke(call, words, bytes(6_291_457))
    assert answer.json["title"] == "The request is too long for an endpoint"
    assert answer.json["code"], "it is the answer of who got it"


async def test_a_throttled_call_is_sent_once(
    call: Call, local: tuple[str, str], words: str, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "throttle", "operation": "InvokeEndpoint", "times": 1}])
    answer = await invoke(call, words, b"1")
    assert (answer.status, answer.json["cause"]) == (429, "throttled")
    assert answer.json["next"] == "Send it again in a moment."
    assert invocation(await invoke(call, words, b"1")).status == 200


@pytest.mark.parametrize(
    "body", [{}, {"body": "?", "content_type": "text/csv"}, {"body": "", "content_type": ""}]
)
async def test_requests_that_are_none(
    call: Call, local: tuple[str, str], body: dict[str, str]
) -> None:
    answer = await call("POST", "endpoints/words/invocations", body, **PLACE)
    assert (answer.status, answer.json["cause"]) == (400, "invalid")


async def formats(call: Call, endpoint: str) -> protocol.EndpointFormats:
    answer = await call("GET", f"endpoints/{endpoint}/formats", **PLACE)
    assert answer.status == 200, answer.body
    return msgspec.convert(answer.json, protocol.EndpointFormats)


async def test_formats_by_the_image(call: Call, local: tuple[str, str], words: str) -> None:
    found = await formats(call, words)
    assert found.content_types == ("text/csv", "application/json", "application/x-npy")
    assert found.source == "the image sagemaker-scikit-learn"
    assert found.variants == ("AllTraffic",) and not found.asynchronous
    assert (found.model, found.problems, found.max_bytes) == (None, (), LONGEST)


async def test_formats_by_the_package(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    sagemaker = engine.client("sagemaker")
    put_model(engine, "packed-data")
    container = {
        "Image": IMAGE,
        "ModelDataUrl": "s3://models/packed-data/model.tar.gz",
    }
    sagemaker.create_model_package_group(ModelPackageGroupName="packed")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="packed",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/libsvm"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    sagemaker.create_model(
        ModelName="packed", PrimaryContainer={"ModelPackageName": package}, ExecutionRoleArn=ROLE
    )
    put_config(engine, "packed", model="packed")
    endpoint(engine, "packed")
    found = await formats(call, "packed")
    assert (found.content_types, found.accept_types) == (("text/libsvm",), ("text/csv",))
    assert found.source == "the model package packed/1"


async def test_formats_that_nothing_tells(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    """The model is gone, and with it what it took; the endpoint itself goes on."""
    put_model(engine, "deleted")
    put_config(engine, "told-by-none", model="deleted")
    engine.client("sagemaker").delete_model(ModelName="deleted")
    endpoint(engine, "told-by-none")
    found = await formats(call, "told-by-none")
    assert (found.content_types, found.source) == ((), None)
    assert [one.cause for one in found.problems] == ["not_found"]


async def test_formats_by_jumpstarts_document(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    """As the engine's own catalogue has it, which is read as JumpStart's from S3."""
    model = tagged(engine, "tagged")
    found = await formats(call, "tagged")
    assert found.content_types[0] == "application/x-image"
    assert "application/json;verbose" in found.accept_types
    assert found.source == f"JumpStart’s document of {model}"
    assert found.model is not None and (found.model.id, found.problems) == (model, ())
    assert [(one.name, one.body) for one in found.examples] == [("Cat", None), ("Coffee", None)]


async def test_a_picture_of_an_example(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    """The engine's own bucket has it where JumpStart's would."""
    tagged(engine, "pictured")
    answer = await call("GET", "endpoints/pictured/example", **PLACE, name="Cat")
    found = msgspec.convert(answer.json, protocol.ExampleBody)
    assert found.file == "cat.png" and found.body.startswith(b"\x89PNG")
    missing = await call("GET", "endpoints/pictured/example", **PLACE, name="../Cat")
    assert (missing.status, missing.json["cause"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("$s3<../../secrets>", "The model's document names no place in S3"),
        ({"image": "$s3_b64</etc/passwd>"}, "The model's document names no place in S3"),
        ({"images": [f"$s3_b64<{n}>" for n in range(9)]}, "An example names too many files"),
    ],
)
def test_examples_that_are_none(body: Any, title: str) -> None:
    """Nothing is read for them: there is no session to read by."""
    payloads = {"it": Payload("application/json", None, body)}
    with pytest.raises(ProblemError) as raised:
        example_body(None, "local", "us-east-1", payloads, "it")  # type: ignore[arg-type]
    assert raised.value.problem.title == title


async def test_files_inside_an_example(
    local: tuple[str, str], jp_serverapp: Any, engine: RunningEngine
) -> None:
    sessions = await jp_serverapp.web_app.settings["smext"].sessions()
    said = {"a": "$s3_b64<inference-notebook-assets/cat.png>", "b": "text"}
    payloads = {"it": Payload("application/json", None, said)}
    found = example_body(sessions, "local", "us-east-1", payloads, "it")
    sent = json.loads(found.body)
    assert found.file is None and sent["b"] == "text"
    assert base64.b64decode(sent["a"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("by", ["sagemaker-sdk", "sagemaker-studio"])
async def test_formats_where_the_document_is_not_there(
    call: Call, local: tuple[str, str], engine: RunningEngine, by: str
) -> None:
    """What the image takes is known all the same."""
    name = f"astray-{by}"
    put_model(engine, name)
    put_config(engine, name, model=name)
    endpoint(engine, name)
    tags = {
        f"{by}:jumpstart-model-id": "nobody-ic-knows",
        f"{by}:jumpstart-model-version": "1.0.0",
    }
    engine.client("sagemaker").add_tags(
        ResourceArn=arn_of(engine, name),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    found = await formats(call, name)
    assert found.source == "the image sagemaker-scikit-learn"
    assert found.model == protocol.ModelName(None, "nobody-ic-knows", "1.0.0")
    assert [one.cause for one in found.problems] == ["needs_aws"]


def test_examples_with_files_are_without_a_body_until_it_is_asked_for() -> None:
    payloads = {
        "text": Payload("application/x-text", "application/json", "Hello", None),
        "json": Payload("application/json", None, {"inputs": "Hello"}, "inputs"),
        "image": Payload("application/x-image", None, "$s3<inference-notebook-assets/dog.jpg>"),
        "inside": Payload("application/json", None, {"image": "$s3_b64<a/dog.jpg>"}),
        "none": Payload("application/json"),
    }
    assert list(examples_of(payloads)) == [
        protocol.ExampleRequest("text", "application/x-text", "application/json", "Hello"),
        protocol.ExampleRequest("json", "application/json", None, '{"inputs":"Hello"}'),
        protocol.ExampleRequest("image", "application/x-image", None, None),
        protocol.ExampleRequest("inside", "application/json", None, None),
    ]


async def test_formats_of_no_endpoint(call: Call, local: tuple[str, str]) -> None:
    answer = await call("GET", "endpoints/nothing/formats", **PLACE)
    assert (answer.status, answer.json["cause"]) == (404, "not_found")


def tagged(engine: RunningEngine, name: str) -> str:
    """The record of an endpoint of the engine's image classifier; that model's id."""
    model = next(one for one in jumpstart_models(engine) if "-ic-" in one["model_id"])
    put_model(engine, name)
    put_config(engine, name, model=name)
    endpoint(engine, name)
    tags = {
        "sagemaker-sdk:jumpstart-model-id": model["model_id"],
        "sagemaker-sdk:jumpstart-model-version": model["version"],
    }
    engine.client("sagemaker").add_tags(
        ResourceArn=arn_of(engine, name),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    return str(model["model_id"])


def endpoint(engine: RunningEngine, name: str) -> None:
    """A record of one, which is all that its formats need."""
    engine.put(
        "Endpoint",
        {
            "EndpointName": name,
            "EndpointArn": arn_of(engine, name),
            "EndpointConfigName": name,
            "EndpointStatus": "InService",
            "CreationTime": 1.7e9,
            "LastModifiedTime": 1.7e9,
        },
    )


def arn_of(engine: RunningEngine, name: str) -> str:
    return f"arn:aws:sagemaker:us-east-1:{engine.engine.account}:endpoint/{name}"


def jumpstart_models(engine: RunningEngine) -> list[dict[str, Any]]:
    """JumpStart's manifest, as the engine has it."""
    bucket = {"Bucket": "jumpstart-cache-prod-us-east-1", "Key": "models_manifest.json"}
    found: list[dict[str, Any]] = json.load(engine.client("s3").get_object(**bucket)["Body"])
    return found
