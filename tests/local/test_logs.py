"""CloudWatch Logs as boto3 and the AWS CLI see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.contract import service_model
from tests.local_engine import RunningEngine

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def logs(fresh_engine: RunningEngine) -> Any:
    return fresh_engine.client("logs")


def now() -> int:
    return int(time.time() * 1000)


def fill(logs: Any, group: str = "g", stream: str = "s", count: int = 10, base: int = 0) -> int:
    """A stream with events 0, 1, ... of successive milliseconds: the time of the first."""
    first = (base or now() - HOUR) // 1000 * 1000
    make(logs, group, stream)
    put(logs, group, stream, [(first + i, str(i)) for i in range(count)])
    return first


def make(logs: Any, group: str, stream: str) -> None:
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)


def put(logs: Any, group: str, stream: str, events: list[tuple[int, str]]) -> Any:
    return logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": timestamp, "message": text} for timestamp, text in events],
    )


def refusal(function: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    found = error.value.response["Error"]
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return found["Code"], found["Message"]


def texts(answer: Any) -> list[str]:
    return [event["message"] for event in answer["events"]]


def test_groups_and_streams_have_a_life(logs: Any) -> None:
    before = now()
    logs.create_log_group(logGroupName="/aws/x", tags={"a": "1"})
    assert refusal(logs.create_log_group, logGroupName="/aws/x") == (
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
    )
    (group,) = logs.describe_log_groups()["logGroups"]
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/x"
    assert (group["logGroupArn"], group["arn"]) == (arn, f"{arn}:*")
    assert group["storedBytes"] == 0
    assert before <= group["creationTime"] <= now()
    assert "retentionInDays" not in group
    logs.create_log_stream(logGroupName="/aws/x", logStreamName="a/b")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/x")["logStreams"]
    assert stream["arn"] == f"{arn}:log-stream:a/b"
    assert not {"firstEventTimestamp", "lastEventTimestamp", "lastIngestionTime"} & set(stream)
    put(logs, "/aws/x", "a/b", [(before - 5, "é"), (before, "b")])
    (stream,) = logs.describe_log_streams(logGroupIdentifier=arn)["logStreams"]
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == (before - 5, before)
    (group,) = logs.describe_log_groups()["logGroups"]
    assert group["storedBytes"] == 2 + 1 + 2 * 26
    logs.delete_log_stream(logGroupName="/aws/x", logStreamName="a/b")
    assert logs.describe_log_streams(logGroupName="/aws/x")["logStreams"] == []
    logs.delete_log_group(logGroupName="/aws/x")
    assert logs.describe_log_groups()["logGroups"] == []


def test_what_is_not_there_is_said(logs: Any) -> None:
    group = ("ResourceNotFoundException", "The specified log group does not exist.")
    stream = ("ResourceNotFoundException", "The specified log stream does not exist.")
    assert refusal(logs.delete_log_group, logGroupName="g") == group
    assert refusal(logs.create_log_stream, logGroupName="g", logStreamName="s") == group
    assert refusal(logs.describe_log_streams, logGroupName="g") == group
    assert refusal(logs.filter_log_events, logGroupName="g") == group
    assert refusal(logs.put_retention_policy, logGroupName="g", retentionInDays=1) == group
    logs.create_log_group(logGroupName="g")
    assert refusal(logs.get_log_events, logGroupName="g", logStreamName="s") == stream
    assert refusal(logs.delete_log_stream, logGroupName="g", logStreamName="s") == stream
    assert refusal(logs.filter_log_events, logGroupName="g", logStreamNames=["s"]) == stream
    other = "arn:aws:logs:eu-west-1:000000000000:log-group:g"
    assert refusal(logs.filter_log_events, logGroupIdentifier=other)[0] == group[0]


def test_names_follow_the_model_with_this_services_code(fresh_engine: RunningEngine) -> None:
    logs = fresh_engine.client("logs", parameter_validation=False)
    code, message = refusal(logs.create_log_group, logGroupName="a b")
    assert code == "InvalidParameterException"
    assert "at 'logGroupName' failed to satisfy constraint" in message
    code, _ = refusal(logs.create_log_stream, logGroupName="g", logStreamName="a:b")
    assert code == "InvalidParameterException"
    for identifiers in ({}, {"logGroupName": "g", "logGroupIdentifier": "g"}):
        code, message = refusal(logs.get_log_events, logStreamName="s", **identifiers)
        assert code == "InvalidParameterException"
        assert "one of logGroupName and logGroupIdentifier" in message


def test_batches_are_in_order_of_a_day_and_of_a_size(logs: Any) -> None:
    make(logs, "g", "s")
    t = now()
    cases = {
        "must be in chronological order": [(t, "b"), (t - 1, "a")],
        "cannot span more than 24 hours": [(t - DAY - 1, "a"), (t, "b")],
        "Upload too large": [(t, "x" * 524_262), (t, "x" * 524_263)],
        "Log event too large": [(t, "x" * (1_048_576 - 25))],
    }
    for words, events in cases.items():
        code, message = refusal(
            logs.put_log_events,
            logGroupName="g",
            logStreamName="s",
            logEvents=[{"timestamp": at, "message": text} for at, text in events],
        )
        assert (code, words in message) == ("InvalidParameterException", True), message
    assert logs.get_log_events(logGroupName="g", logStreamName="s")["events"] == []
    put(logs, "g", "s", [(t, "x" * 524_262), (t, "x" * 524_262)])
    assert logs.describe_log_groups()["logGroups"][0]["storedBytes"] == 1 << 20


def test_what_is_too_old_or_too_new_is_named_and_the_rest_kept(logs: Any) -> None:
    make(logs, "g", "s")
    t = now()
    answer = put(
        logs,
        "g",
        "s",
        [
            (t - 15 * DAY, "old"),
            (t - 14 * DAY - 1000, "old"),
            (t - HOUR, "in"),
            (t + 3 * HOUR, "new"),
        ],
    )
    assert answer["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 2,
        "tooNewLogEventStartIndex": 3,
    }
    logs.put_retention_policy(logGroupName="g", retentionInDays=1)
    answer = put(logs, "g", "s", [(t - 2 * DAY, "expired"), (t, "in 2")])
    assert answer["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    answer = put(logs, "g", "s", [(t, "in 3")])
    assert "rejectedLogEventsInfo" not in answer
    assert answer["nextSequenceToken"]
    assert texts(logs.get_log_events(logGroupName="g", logStreamName="s")) == ["in", "in 2", "in 3"]


def test_the_last_page_comes_first_and_tokens_go_both_ways(logs: Any) -> None:
    fill(logs, count=10)
    where = {"logGroupName": "g", "logStreamName": "s", "limit": 4}
    last = logs.get_log_events(**where)
    assert texts(last) == ["6", "7", "8", "9"]
    middle = logs.get_log_events(nextToken=last["nextBackwardToken"], **where)
    assert texts(middle) == ["2", "3", "4", "5"]
    first = logs.get_log_events(nextToken=middle["nextBackwardToken"], **where)
    assert texts(first) == ["0", "1"]
    before = logs.get_log_events(nextToken=first["nextBackwardToken"], **where)
    assert before["events"] == []
    assert before["nextBackwardToken"] == first["nextBackwardToken"]
    again = logs.get_log_events(nextToken=before["nextForwardToken"], **where)
    assert texts(again) == ["0", "1", "2", "3"]
    assert texts(logs.get_log_events(nextToken=again["nextForwardToken"], **where)) == [
        *("4", "5", "6", "7")
    ]


def test_a_reader_that_follows_a_stream_misses_nothing(logs: Any) -> None:
    make(logs, "g", "s")
    where = {"logGroupName": "g", "logStreamName": "s"}
    for head in (True, False):
        # Begun on an empty stream, whichever end it begins at.
        token = logs.get_log_events(startFromHead=head, **where)["nextForwardToken"]
        assert logs.get_log_events(nextToken=token, **where)["nextForwardToken"] == token
        t = now()
        put(logs, "g", "s", [(t, "a"), (t, "b")])
        answer = logs.get_log_events(nextToken=token, startFromHead=True, **where)
        assert texts(answer) == ["a", "b"]
        token = answer["nextForwardToken"]
        end = logs.get_log_events(nextToken=token, startFromHead=True, **where)
        assert (end["events"], end["nextForwardToken"]) == ([], token)
        put(logs, "g", "s", [(t, "c")])
        assert texts(logs.get_log_events(nextToken=token, startFromHead=True, **where)) == ["c"]
        # Back from the end: what the reader has seen, the last included.
        back = logs.get_log_events(nextToken=end["nextBackwardToken"], **where)
        assert texts(back)[:2] == ["a", "b"]
        logs.delete_log_stream(**where)
        logs.create_log_stream(**where)


def test_the_times_of_get_hold_start_and_not_end(logs: Any) -> None:
    first = fill(logs)
    answer = logs.get_log_events(
        logGroupName="g", logStreamName="s", startTime=first + 2, endTime=first + 5
    )
    assert texts(answer) == ["2", "3", "4"]
    answer = logs.filter_log_events(logGroupName="g", startTime=first + 2, endTime=first + 5)
    assert texts(answer) == ["2", "3", "4", "5"]


def test_tokens_that_no_answer_gave_are_refused(logs: Any) -> None:
    fill(logs)
    bad = ("InvalidParameterException", "The specified nextToken is invalid.")
    where = {"logGroupName": "g", "logStreamName": "s"}
    for token in ("x", "f/1/s", "f/" + "9" * 30 + ".1/s"):
        assert refusal(logs.get_log_events, nextToken=token, **where) == bad
    for token in ("x", "e30=", "WzEsMl0=", "WzEsMiwieCJd", "Ww=="):
        assert refusal(logs.filter_log_events, logGroupName="g", nextToken=token) == bad
        assert refusal(logs.describe_log_groups, nextToken=token) == bad
        assert refusal(logs.describe_log_streams, logGroupName="g", nextToken=token) == bad


def test_a_search_interleaves_streams_and_pages(logs: Any) -> None:
    base = now() - HOUR
    for name, offset in (("a-1", 0), ("a-2", 1), ("b-1", 2)):
        make(logs, "g", name)
        put(logs, "g", name, [(base + 3 * i + offset, f"{name} {i}") for i in range(40)])
    everything = [f"{name} {i}" for i in range(40) for name in ("a-1", "a-2", "b-1")]
    pages = logs.get_paginator("filter_log_events").paginate
    size = {"PageSize": 7}
    found = [e for p in pages(logGroupName="g", PaginationConfig=size) for e in p["events"]]
    assert [event["message"] for event in found] == everything
    assert [event["logStreamName"] for event in found[:3]] == ["a-1", "a-2", "b-1"]
    assert len({event["eventId"] for event in found}) == 120
    down = [
        event["message"]
        for page in pages(
            logGroupName="g", startFromHead=False, startTime=base, PaginationConfig=size
        )
        for event in page["events"]
    ]
    assert down == everything[::-1]
    answer = logs.filter_log_events(logGroupName="g", logStreamNamePrefix="a-", limit=3)
    assert texts(answer) == ["a-1 0", "a-2 0", "a-1 1"]
    answer = logs.filter_log_events(logGroupName="g", logStreamNames=["b-1"], filterPattern="39")
    assert texts(answer) == ["b-1 39"]
    assert "nextToken" not in answer
    code, _ = refusal(
        logs.filter_log_events, logGroupName="g", logStreamNames=["b-1"], logStreamNamePrefix="a"
    )
    assert code == "InvalidParameterException"
    code, message = refusal(logs.filter_log_events, logGroupName="g", startFromHead=False)
    assert (code, "2024-01-01" in message) == ("InvalidParameterException", True)


def test_a_long_search_ends_its_page_and_goes_on(fresh_engine: RunningEngine) -> None:
    t = now()
    fresh_engine.engine.logs.append("us-east-1", "g", "s", ((t + i, "no") for i in range(150_000)))
    fresh_engine.engine.logs.append("us-east-1", "g", "s", [(t + 150_000, "yes")])
    logs = fresh_engine.client("logs")
    answer = logs.filter_log_events(logGroupName="g", filterPattern="yes")
    assert answer["events"] == []
    answer = logs.filter_log_events(
        logGroupName="g", filterPattern="yes", nextToken=answer["nextToken"]
    )
    assert texts(answer) == ["yes"]
    assert "nextToken" not in answer


def test_pages_are_at_most_a_megabyte(fresh_engine: RunningEngine) -> None:
    t = now()
    events = [(t + i, "x" * 1_000) for i in range(3000)]
    fresh_engine.engine.logs.append("us-east-1", "g", "s", events)
    logs = fresh_engine.client("logs")
    answer = logs.get_log_events(logGroupName="g", logStreamName="s", startFromHead=True)
    assert len(answer["events"]) == (1 << 20) // 1026
    assert len(logs.filter_log_events(logGroupName="g")["events"]) == (1 << 20) // 1026
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="g")
    assert sum(len(page["events"]) for page in pages) == 3000


def test_patterns_reach_the_search_and_wrong_ones_are_refused(logs: Any) -> None:
    make(logs, "g", "s")
    t = now()
    put(logs, "g", "s", [(t, json.dumps({"loss": i / 10})) for i in range(5)] + [(t, "WARN loss")])
    answer = logs.filter_log_events(logGroupName="g", filterPattern="{ $.loss > 0.2 }")
    assert texts(answer) == ['{"loss": 0.3}', '{"loss": 0.4}']
    answer = logs.filter_log_events(logGroupName="g", filterPattern='?WARN ?"0.1"')
    assert texts(answer) == ['{"loss": 0.1}', "WARN loss"]
    code, message = refusal(logs.filter_log_events, logGroupName="g", filterPattern="%a%")
    assert (code, "regular expressions" in message) == ("InvalidParameterException", True)


def test_groups_are_listed_by_name_part_and_page(logs: Any) -> None:
    for number in range(60):
        logs.create_log_group(logGroupName=f"g{number:02}")
    pages = list(logs.get_paginator("describe_log_groups").paginate())
    names = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    assert (len(pages), names) == (2, [f"g{number:02}" for number in range(60)])

    def listed(**wanted: Any) -> list[str]:
        return [g["logGroupName"] for g in logs.describe_log_groups(**wanted)["logGroups"]]

    assert listed(logGroupNamePrefix="g5") == [f"g5{i}" for i in range(10)]
    assert listed(logGroupNamePattern="7") == ["g07", "g17", "g27", "g37", "g47", "g57"]
    assert listed(logGroupIdentifiers=["g03", "g59"]) == ["g03", "g59"]
    assert listed(logGroupClass="INFREQUENT_ACCESS") == []
    assert listed(limit=2) == ["g00", "g01"]
    code, _ = refusal(logs.describe_log_groups, logGroupNamePattern="g", logGroupNamePrefix="g")
    assert code == "InvalidParameterException"


def test_streams_are_listed_by_name_or_by_last_event(logs: Any) -> None:
    t = now()
    for number, name in enumerate(["c", "a", "d", "b"]):
        make(logs, "g", name)
        if name != "d":
            put(logs, "g", name, [(t + number, "m")])

    def listed(**wanted: Any) -> list[str]:
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName="g", PaginationConfig={"PageSize": 2}, **wanted
        )
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    assert listed() == ["a", "b", "c", "d"]
    assert listed(descending=True) == ["d", "c", "b", "a"]
    assert listed(orderBy="LastEventTime", descending=True) == ["b", "a", "c", "d"]
    assert listed(orderBy="LastEventTime") == ["d", "c", "a", "b"]
    assert listed(logStreamNamePrefix="b") == ["b"]
    code, _ = refusal(
        logs.describe_log_streams,
        logGroupName="g",
        orderBy="LastEventTime",
        logStreamNamePrefix="b",
    )
    assert code == "InvalidParameterException"


def test_retention_and_tags_are_kept(fresh_engine: RunningEngine) -> None:
    logs = fresh_engine.client("logs")
    logs.create_log_group(logGroupName="g", tags={"a": "1"})
    logs.put_retention_policy(logGroupName="g", retentionInDays=7)
    code, message = refusal(logs.put_retention_policy, logGroupName="g", retentionInDays=8)
    assert (code, "3653" in message) == ("InvalidParameterException", True)
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    logs.tag_resource(resourceArn=arn, tags={"b": "2", "a": "0"})
    logs.tag_log_group(logGroupName="g", tags={"c": "3"})
    fresh_engine.restart()
    logs = fresh_engine.client("logs")
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "0", "b": "2", "c": "3"}
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    logs.untag_resource(resourceArn=arn, tagKeys=["a", "none"])
    logs.untag_log_group(logGroupName="g", tags=["b"])
    assert logs.list_tags_log_group(logGroupName="g")["tags"] == {"c": "3"}
    logs.delete_retention_policy(logGroupName="g")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]
    code, _ = refusal(logs.tag_resource, resourceArn=arn, tags={str(i): "v" for i in range(50)})
    assert code == "TooManyTagsException"
    code, _ = refusal(logs.list_tags_for_resource, resourceArn="g")
    assert code == "InvalidParameterException"


def test_what_it_does_not_run_is_refused_in_words(logs: Any) -> None:
    code, message = refusal(
        logs.start_query, logGroupName="g", startTime=0, endTime=1, queryString="fields @message"
    )
    assert (code, "needs AWS" in message) == ("UnknownOperationException", True)
    code, message = refusal(logs.create_log_group, logGroupName="g", kmsKeyId="arn:aws:kms:x")
    assert (code, "kmsKeyId" in message) == ("InvalidParameterException", True)
    assert logs.describe_log_groups()["logGroups"] == []


def test_every_answer_is_of_its_shape(fresh_engine: RunningEngine) -> None:
    """botocore drops what the model has not; the engine must not send it in the first place."""
    raw: list[tuple[str, set[str]]] = []
    logs = fresh_engine.client("logs", user_agent_extra="shapes")

    def keep(http_response: Any, model: Any, **_: Any) -> None:
        raw.append((model.name, set(json.loads(http_response.content or b"{}"))))

    logs.meta.events.register("after-call.cloudwatch-logs", keep)
    fill(logs)
    logs.get_log_events(logGroupName="g", logStreamName="s")
    logs.filter_log_events(logGroupName="g", limit=1)
    model = service_model("logs")
    assert len(raw) >= 6
    for name, members in raw:
        shape = model.operation_model(name).output_shape
        assert members <= (set(shape.members) if shape else set())


def cli(engine: RunningEngine, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "logs", *words],
        env={**os.environ, **engine.environment(), "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cli_reads_and_filters(fresh_engine: RunningEngine) -> None:
    logs = fresh_engine.client("logs")
    base = now() - 60_000
    for name in ("s1", "s2"):
        make(logs, "/aws/g", name)
        put(logs, "/aws/g", name, [(base + i, f"{name} line {i}") for i in range(3)])
    told = cli(
        fresh_engine,
        *("filter-log-events", "--log-group-name", "/aws/g", "--output", "json"),
        *("--filter-pattern", '"line 2"', "--log-stream-name-prefix", "s2"),
    )
    assert [event["message"] for event in json.loads(told)["events"]] == ["s2 line 2"]
    told = cli(
        fresh_engine,
        *("get-log-events", "--log-group-name", "/aws/g", "--log-stream-name", "s1"),
        *("--query", "events[].message", "--output", "text"),
    )
    assert told.strip() == "\t".join(f"s1 line {i}" for i in range(3))


def test_a_follower_by_search_knows_what_it_has_seen(logs: Any) -> None:
    """The calls of `aws logs tail --follow`: version 2 of the CLI, which is in no package index."""
    t = now()
    make(logs, "g", "s")
    put(logs, "g", "s", [(t, "a"), (t, "b")])
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    where = {"logGroupIdentifier": arn, "interleaved": True}
    first = logs.filter_log_events(startTime=t - HOUR, **where)["events"]
    put(logs, "g", "s", [(t, "c"), (t + 1, "d")])
    second = logs.filter_log_events(startTime=first[-1]["timestamp"], **where)["events"]
    seen = {event["eventId"] for event in first}
    assert [e["message"] for e in second if e["eventId"] not in seen] == ["c", "d"]
    assert seen <= {event["eventId"] for event in second}
