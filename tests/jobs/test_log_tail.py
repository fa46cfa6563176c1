"""The log of a job is read on from where the last reading ended, over streams and pages."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jobs import log_tail
from jupyter_smext.jobs.log_tail import LogTail
from tests.local_engine import RunningEngine

GROUP = "/aws/sagemaker/TrainingJobs"


class Streams:
    """Streams of a log group, to write to."""

    def __init__(self, engine: RunningEngine) -> None:
        self.client = engine.client("logs")
        self.now = int(1000 * time.time()) - 10_000
        groups = self.client.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
        if not groups:
            self.client.create_log_group(logGroupName=GROUP)

    def put(self, stream: str, *events: tuple[int, str]) -> None:
        try:
            self.client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        except self.client.exceptions.ResourceAlreadyExistsException:
            pass
        self.client.put_log_events(
            logGroupName=GROUP,
            logStreamName=stream,
            logEvents=[{"timestamp": self.now + at, "message": text} for at, text in events],
        )


@pytest.fixture
def streams(engine: RunningEngine) -> Streams:
    return Streams(engine)


def tail(engine: RunningEngine, prefix: str) -> LogTail:
    return LogTail(engine.client("logs"), "local", GROUP, prefix)


def test_a_log_that_nobody_has_written_to_is_empty(fresh_engine: RunningEngine) -> None:
    lines, behind = tail(fresh_engine, "job/").read()
    assert lines == ()
    assert tail(fresh_engine, "job/").read(behind) == ((), behind)


def test_lines_come_once_and_in_order(engine: RunningEngine, streams: Streams) -> None:
    one = tail(engine, "one/")
    streams.put("one/algo-1-1", (1, "a"), (2, "b\nc"))
    streams.put("one-other/algo-1-1", (1, "not mine"))
    lines, behind = one.read()
    assert lines == ("a", "b", "c")
    assert one.read(behind)[0] == ()
    streams.put("one/algo-1-1", (3, "d"))
    lines, behind = one.read(behind)
    assert lines == ("d",)
    # A stream that begins later: another host, or the same after an interruption.
    streams.put("one/algo-1-2", (4, "e"), (6, "g"))
    streams.put("one/algo-1-1", (5, "f"))
    assert one.read(behind)[0] == ("e", "f", "g")


def test_a_long_log_comes_in_parts(
    engine: RunningEngine, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_tail, "LINES", 20)
    monkeypatch.setattr(log_tail, "_EVENTS", 7)
    streams.put("long/algo-1-1", *[(n, f"line {n}") for n in range(50)])
    found: list[str] = []
    behind: str | None = None
    parts = 0
    while True:
        lines, behind = tail(engine, "long/").read(behind)
        if not lines:
            break
        found += lines
        parts += 1
    assert found == [f"line {n}" for n in range(50)] and parts > 1


@pytest.mark.parametrize("wrong", ["x", "bm8=", "e30", "WzFd", "é"])
def test_another_s_place_is_refused(wrong: str, engine: RunningEngine) -> None:
    with pytest.raises(ProblemError) as raised:
        tail(engine, "one/").read(wrong)
    assert raised.value.problem.status == 400


def test_what_is_denied_is_said(engine: RunningEngine) -> None:
    engine.faults([{"kind": "denied", "operation": "DescribeLogStreams"}])
    with pytest.raises(ProblemError) as raised:
        tail(engine, "one/").read()
    assert raised.value.problem.permission == "logs:DescribeLogStreams"


def test_an_empty_page_is_not_the_end() -> None:
    """CloudWatch may answer with no events and another token while there are more."""
    pages: dict[str | None, tuple[list[str], str]] = {
        None: ([], "f/1"),
        "f/1": (["late"], "f/2"),
        "f/2": ([], "f/2"),
    }

    class Client:
        def describe_log_streams(self, **asked: Any) -> dict[str, Any]:
            return {"logStreams": [{"logStreamName": "j/algo-1"}]}

        def get_log_events(self, **asked: Any) -> dict[str, Any]:
            messages, token = pages[asked.get("nextToken")]
            events = [{"timestamp": 1, "message": message} for message in messages]
            return {"events": events, "nextForwardToken": token}

    lines, behind = LogTail(Client(), "local", GROUP, "j/").read()
    assert lines == ("late",)
    assert LogTail(Client(), "local", GROUP, "j/").read(behind)[0] == ()
