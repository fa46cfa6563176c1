"""A fine-tuning is followed by its phases and metrics, and what it made names its classes."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart import class_names as names
from jupyter_smext.jumpstart.training_progress import metric_values
from tests.local.endpoint_models import archive, bucket
from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .launching import begun, deploy, ended, fine_tune

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
METRICS = ("onnx-ic:val-accuracy", "onnx-ic:train-loss")


async def test_curves_phases_and_names_of_a_fine_tuning(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    body = fine_tune(job="curves", hyperparameters={"epochs": "7"})
    launch = await ended(call, (await begun(call, "fine-tune", body))["id"])
    assert launch["state"] == "done", launch
    path, next, values = f"jumpstart/launches/{launch['id']}", None, []
    while True:
        page = (await call("GET", f"{path}/metrics", **({"next": next} if next else {}))).json
        values += page["values"]
        assert page["problems"] == []
        if page["ended"]:
            break
        next = page["next"]
    curves = {name: [each for each in values if each["name"] == name] for name in METRICS}
    assert [len(curve) for curve in curves.values()] == [7, 7], values
    assert all(curve == sorted(curve, key=lambda each: each["at"]) for curve in curves.values())
    losses = [each["value"] for each in curves["onnx-ic:train-loss"]]
    assert losses[-1] < losses[0], "it learned"

    progress = (await call("GET", f"{path}/training")).json
    assert progress["status"] == "Completed"
    phases = [each["status"] for each in progress["phases"]]
    assert phases[0] == "Starting" and "Training" in phases and phases[-1] == "Completed"
    assert all(each["ended"] is not None for each in progress["phases"][:-1])
    finals = {each["name"]: each["value"] for each in progress["finals"]}
    assert finals == {name: curve[-1]["value"] for name, curve in curves.items()}

    made = await ended(
        call, (await begun(call, "deploy", deploy(endpoint="curved", tuned="curves")))["id"]
    )
    assert made["state"] == "done", made
    runtime = engine.client("sagemaker-runtime")
    picture = (
        engine.client("s3")
        .get_object(
            Bucket="jumpstart-cache-prod-us-east-1", Key="training-datasets/surfaces/grass/00.png"
        )["Body"]
        .read()
    )

    def said(accept: str) -> Any:
        answer = runtime.invoke_endpoint(
            EndpointName="curved", ContentType="application/x-image", Accept=accept, Body=picture
        )
        return json.loads(answer["Body"].read())

    verbose = said("application/json;verbose")
    assert verbose["predicted_label"] == "grass"
    # Without names in the answer they are those of the artifact.
    assert "labels" not in said("application/json")
    found = (await call("GET", "endpoints/curved/class-names", **PLACE)).json
    assert found["names"] == verbose["labels"] == ["brick", "grass", "gravel"]
    assert found["source"].endswith("/model.tar.gz")


async def test_only_a_fine_tuning_has_a_job(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    engine.faults([{"kind": "denied", "operation": "CreateModel"}])
    launch = await begun(call, "deploy", deploy(endpoint="jobless"))
    for what in ("metrics", "training"):
        answer = await call("GET", f"jumpstart/launches/{launch['id']}/{what}")
        assert (answer.status, answer.json["title"]) == (400, "Only a fine-tuning has a job")
    await ended(call, launch["id"])


def test_expressions_that_are_none_or_never_end_leave_the_others_alone() -> None:
    definitions = [
        {"Name": "loss", "Regex": r"loss: ([0-9.e+-]+|nan)"},
        {"Name": "torn", "Regex": "("},
        {"Name": "endless", "Regex": r"^(([a-z])+.)+[A-Z]([a-z])+$"},
        {"Name": "valueless", "Regex": "loss"},
    ]
    lines = [(1.0, "loss: 0.5"), (2.0, "a" * 4000), (3.0, "loss: nan loss: 0.25 loss: e")]
    values, problems = metric_values(definitions, lines)
    assert [(each.name, each.value, each.at) for each in values] == [
        ("loss", 0.5, 1.0),
        ("loss", 0.25, 3.0),
    ]
    assert [each.title for each in problems] == [
        "There is no curve of torn",
        "There is no curve of endless",
    ]


class Stored:
    """Sessions of the engine, for what reads S3 alone."""

    def __init__(self, engine: RunningEngine) -> None:
        self._engine = engine

    def client(self, connection: str, region: str, service: str = "s3") -> Any:
        return self._engine.client(service)


@pytest.fixture
def sessions(engine: RunningEngine) -> Any:
    bucket(engine, "tuned")
    return Stored(engine)


def named(sessions: Any, key: str) -> tuple[str, ...]:
    return names.class_names(sessions, "local", "us-east-1", f"s3://tuned/{key}").names


def test_names_below_a_prefix_and_in_an_archive(sessions: Any) -> None:
    s3 = sessions.client("", "")
    content = json.dumps({"b": 1, "a": 0})
    s3.put_object(Bucket="tuned", Key=f"plain/{names.FILE}", Body=content.encode())
    s3.put_object(Bucket="tuned", Key="a/model.tar.gz", Body=archive({f"./{names.FILE}": content}))
    s3.put_object(Bucket="tuned", Key="b/model.tar.gz", Body=archive({"else": "x"}))
    assert named(sessions, "plain/") == named(sessions, "a/model.tar.gz") == ("a", "b")
    assert named(sessions, "b/model.tar.gz") == named(sessions, "nothing/") == ()


@pytest.mark.parametrize(
    "content", ['{"a": 0, "b": 2}', '{"a": "x"}', "[]", "{", '{"a": 0, "b": 0}']
)
def test_label_maps_that_are_none(sessions: Any, content: str) -> None:
    body = archive({names.FILE: content})
    sessions.client("", "").put_object(Bucket="tuned", Key="c/model.tar.gz", Body=body)
    with pytest.raises(ProblemError) as raised:
        named(sessions, "c/model.tar.gz")
    assert raised.value.problem.title == "The names of the classes cannot be read"


def test_archives_that_are_none_or_too_long(sessions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = sessions.client("", "")
    s3.put_object(Bucket="tuned", Key="d/model.tar.gz", Body=b"no archive")
    with pytest.raises(ProblemError) as raised:
        named(sessions, "d/model.tar.gz")
    assert raised.value.problem.title == "The model's artifact cannot be read"
    monkeypatch.setattr(names, "_READ", 100)
    long = io.BytesIO()
    with tarfile.open(fileobj=long, mode="w:gz", compresslevel=0) as tar:
        member = tarfile.TarInfo("weights")
        member.size = 200_000
        tar.addfile(member, io.BytesIO(bytes(200_000)))
    s3.put_object(Bucket="tuned", Key="e/model.tar.gz", Body=long.getvalue())
    with pytest.raises(ProblemError) as raised:
        named(sessions, "e/model.tar.gz")
    assert raised.value.problem.cause == "limit"


def test_an_archive_that_is_not_read_to_its_end_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = '{"a": 0}'
    weights = "".join(map(str, range(2000)))
    body = archive({"weights": weights, "more": weights, names.FILE: labels})
    said = set()
    for limit in range(len(body)):
        monkeypatch.setattr(names, "_READ", limit)
        try:
            said.add(names._inside(io.BytesIO(body), "s3://tuned/model.tar.gz"))
        except ProblemError as error:
            said.add(error.problem.title)
    assert said == {"The names of the classes were not read", labels.encode()}
