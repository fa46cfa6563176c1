"""The logs of resources over REST, against the engine's CloudWatch Logs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

GROUP = "/aws/sagemaker/TrainingJobs"
PLACE = {"connection": "local", "region": "us-east-1"}


def put(
    engine: RunningEngine, stream: str, lines: Sequence[str], *, group: str = GROUP, at: int = 0
) -> None:
    now = int(time.time() * 1000) - 60_000 + at
    engine.engine.logs.append(
        "us-east-1", group, stream, [(now + n, line) for n, line in enumerate(lines)]
    )


def path(name: str, stream: str, kind: str = "training-job", group: str = GROUP) -> str:
    # The client of the tests encodes it once more, as a browser does.
    return f"resources/{kind}/{name}/logs/{quote(group, safe='')},{quote(stream, safe='')}"


async def lines(call: Call, at: str, start: int = 0, count: int = 500, **more: str) -> Any:
    answer = await call("GET", f"{at}/lines", **PLACE, start=str(start), count=str(count), **more)
    assert answer.status == 200, answer.json
    return answer.json


def texts(answer: Any) -> list[str]:
    return [line["text"] for line in answer["lines"]]


async def test_the_streams_of_a_job_are_its_own(
    local: Any, call: Call, engine: RunningEngine
) -> None:
    put(engine, "one/algo-2-1700000000", ["b"], at=5)
    put(engine, "one/algo-1-1700000000", ["a"])
    put(engine, "one/algo-1-1700000009", ["again"], at=9)
    put(engine, "one-more/algo-1-1700000000", ["another job's"])
    answer = await call("GET", "resources/training-job/one/logs", **PLACE)
    assert answer.status == 200
    labels = [stream["label"] for stream in answer.json["streams"]]
    assert labels == ["algo-1", "algo-2", "algo-1 (2)", "All 3 streams"]
    assert answer.json["said"] == "" and not answer.json["problems"]
    stream = answer.json["streams"][1]["id"]
    found = await lines(call, f"resources/training-job/one/logs/{stream}")
    assert texts(found) == ["b"]


async def test_a_resource_without_a_log_says_so(
    local: Any, call: Call, engine: RunningEngine
) -> None:
    answer = await call("GET", "resources/training-job/none/logs", **PLACE)
    assert answer.json["streams"] == []
    assert "begins with none/ in /aws/sagemaker/TrainingJobs" in answer.json["said"]
    model = await call("GET", "resources/model/none/logs", **PLACE)
    assert model.json["said"] == "Models write no log."


async def test_lines_by_number_and_from_the_end(
    local: Any, call: Call, engine: RunningEngine
) -> None:
    put(engine, "two/algo-1-1", [f"line {n}" for n in range(3000)])
    at = path("two", "two/algo-1-1")
    found = await lines(call, at, 10, 3)
    assert texts(found) == ["line 10", "line 11", "line 12"] and found["start"] == 10
    found = await lines(call, at, -2)
    assert texts(found) == ["line 2998", "line 2999"] and found["start"] == 2998
    assert found["state"]["lines"] == 3000 and found["state"]["first_error"] is None
    assert texts(await lines(call, at, 5000)) == []
    assert len((await lines(call, at, 0, 9999))["lines"]) == 2000


async def test_what_is_written_is_told_when_it_comes(
    local: Any, call: Call, engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As of a job that runs: of one that is not there nothing more is waited for.
    monkeypatch.setattr("jupyter_smext.logs.readings._over", lambda sessions, of: None)
    put(engine, "live/algo-1-1", ["first"])
    at = path("live", "live/algo-1-1")
    assert (await lines(call, at))["state"]["lines"] == 1
    put(engine, "live/algo-1-1", ["Traceback (most recent call last):", "  x", "ValueError: y"])
    # An answer comes after five seconds at the latest, also where a busy machine has read none.
    for _ in range(12):
        found = await lines(call, at, 1, known="1")
        if found["lines"]:
            break
    assert texts(found)[0] == "Traceback (most recent call last):"
    assert found["state"]["errors"] == 1 and found["state"]["first_error"] == 3
    assert [line["level"] for line in found["lines"]] == ["error"] * 3


async def test_search(local: Any, call: Call, engine: RunningEngine) -> None:
    put(engine, "find/algo-1-1", [f"loss {n}" for n in range(100)] + ["LOSS <b> ÄPFEL", ""])
    at = f"{path('find', 'find/algo-1-1')}/search"

    async def found(**asked: str) -> Any:
        answer = await call("GET", at, **PLACE, **asked)
        assert answer.status == 200, answer.json
        return answer.json

    assert (await found(q="loss 9"))["lines"] == [9, *range(90, 100)]
    assert (await found(q="LOSS", case="true"))["lines"] == [100]
    assert (await found(q="äpfel"))["lines"] == [100]
    assert (await found(q=r"^loss \d$", regex="true"))["total"] == 10
    assert (await found(q="loss", start="95"))["lines"] == [*range(95, 101)]
    assert (await found(q="^$", regex="true"))["lines"] == []
    wrong = await call("GET", at, **PLACE, q="(", regex="true")
    assert wrong.status == 400 and "regular expression" in wrong.json["title"]
    missing = await call("GET", at, **PLACE)
    assert missing.status == 400


async def test_whole_line_and_download(local: Any, call: Call, engine: RunningEngine) -> None:
    long = "x" * 900_000
    put(engine, "long/algo-1-1", ["short", long, "end"])
    at = path("long", "long/algo-1-1")
    found = await lines(call, at)
    assert [line["whole"] for line in found["lines"]] == [True, False, True]
    assert len(found["lines"][1]["text"]) == 2000 and found["lines"][1]["length"] == 900_000
    whole = await call("GET", f"{at}/lines/1", **PLACE)
    assert whole.body.decode() == f"{long}\n"
    assert whole.headers["Content-Type"].startswith("text/plain")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert (await call("GET", f"{at}/lines/3", **PLACE)).status == 404
    all = await call("GET", f"{at}/download", **PLACE)
    assert all.body.decode() == f"short\n{long}\nend\n"
    assert "long-algo-1-1.log" in all.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "stream", ["other/algo-1-1", "two", "two-2/algo-1", "", "../../etc/passwd"]
)
async def test_another_s_stream_is_no_stream_of_it(
    local: Any, call: Call, engine: RunningEngine, stream: str
) -> None:
    answer = await call("GET", f"{path('two', stream)}/lines", **PLACE)
    assert answer.status == 404


async def test_denied_is_said(local: Any, call: Call, engine: RunningEngine) -> None:
    engine.faults([{"kind": "denied", "operation": "DescribeLogStreams"}])
    answer = await call("GET", "resources/training-job/one/logs", **PLACE)
    assert answer.status == 403 and answer.json["permission"] == "logs:DescribeLogStreams"
    engine.faults([{"kind": "denied", "operation": "GetLogEvents"}])
    put(engine, "denied/algo-1-1", ["x"])
    at = path("denied", "denied/algo-1-1")
    found = await lines(call, at)
    assert found["state"]["problem"]["permission"] == "logs:GetLogEvents"
    engine.faults([])
    found = await lines(call, at, known="0")
    assert texts(found) == ["x"] and found["state"]["problem"] is None


async def test_all_hosts_as_one_log(local: Any, call: Call, engine: RunningEngine) -> None:
    put(engine, "hosts/algo-1-1700000000", ["a", "Traceback (most recent call last):"])
    put(engine, "hosts/algo-2-1700000000", ["b"], at=1)
    put(engine, "hosts/algo-1-1700000000", ["  File x", "KeyError: 'y'"], at=5)
    put(engine, "hosts/algo-2-1700000000", ["c"], at=5)
    put(engine, "hosts-more/algo-1-1700000000", ["another job's"])
    listed = (await call("GET", "resources/training-job/hosts/logs", **PLACE)).json["streams"]
    assert [one["label"] for one in listed] == ["algo-1", "algo-2", "All 2 streams"]
    at = f"resources/training-job/hosts/logs/{listed[-1]['id']}"
    found = await lines(call, at)
    assert sorted(texts(found)) == [
        "algo-1    File x",
        "algo-1  KeyError: 'y'",
        "algo-1  Traceback (most recent call last):",
        "algo-1  a",
        "algo-2  b",
        "algo-2  c",
    ]
    times = [line["at"] for line in found["lines"]]
    assert times == sorted(times)
    levels = {line["text"][8:]: line["level"] for line in found["lines"]}
    assert levels["  File x"] == levels["KeyError: 'y'"] == "error"
    assert levels["b"] == levels["c"] == ""
    assert found["state"]["errors"] == 1 and found["state"]["first_error"] is not None
    put(engine, "hosts/algo-2-1700000000", ["late"], at=2)
    put(engine, "hosts/algo-1-1700000000", ["last"], at=9)
    more = await lines(call, at, 6, known="6")
    while len(more["lines"]) < 2:
        more = await lines(call, at, 6, known=str(more["state"]["lines"]))
    assert sorted(texts(more)) == ["algo-1  last", "algo-2  late"]
