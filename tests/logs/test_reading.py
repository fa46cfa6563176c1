"""A stream is read on to its end whatever happens to it, and whatever was written to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError, problem
from jupyter_smext.logs import reading as module
from jupyter_smext.logs.cloudwatch import CloudWatch
from jupyter_smext.logs.reading import Reading
from jupyter_smext.logs.search import search
from jupyter_smext.logs.spool import Spool
from jupyter_smext.logs.text import shown
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

GROUP = "/aws/sagemaker/TrainingJobs"
REGION = "us-east-1"


class Sessions:
    """The engine's clients, as connections have them."""

    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine

    def client(self, connection: str, region: str, service: str = "sagemaker") -> Any:
        return self.engine.client(service)


class Made(CloudWatch):
    """CloudWatch Logs as it is where the engine is not: a page after the other, or an error."""

    def __init__(self, *pages: tuple[list[tuple[int, str]], str] | ProblemError) -> None:
        super().__init__(None, "local", REGION)  # type: ignore[arg-type]
        object.__setattr__(self, "pages", list(pages))
        object.__setattr__(self, "asked", [])

    def stream(self, group: str, name: str) -> dict[str, Any]:
        return {"arn": "arn", "creationTime": 1}

    def page(self, group: str, name: str, **asked: Any) -> Any:
        self.asked.append(asked)  # type: ignore[attr-defined]
        pages = self.pages  # type: ignore[attr-defined]
        if not pages:
            return [], asked.get("nextToken", "end")
        page = pages.pop(0)
        if isinstance(page, ProblemError):
            raise page
        events, token = page
        return [{"timestamp": at, "message": text} for at, text in events], token


Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    """Begin to read a stream; it ends with the test."""
    made: list[Reading] = []

    def begin(
        logs: CloudWatch, name: str = "job/algo-1-1", over: float | None = None, group: str = GROUP
    ) -> Reading:
        told = threading.Event()
        spool = Spool(tmp_path / str(len(made)))
        reading = Reading(logs, group, name, spool, lambda: over, told.set)
        reading.told = told  # type: ignore[attr-defined]
        made.append(reading)
        reading.look()
        return reading

    yield begin
    for reading in made:
        reading.close()
        reading.join(10)


def until(reading: Reading, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, reading.state
        reading.look()
        reading.told.wait(1)  # type: ignore[attr-defined]
        reading.told.clear()  # type: ignore[attr-defined]


def lines(reading: Reading) -> list[str]:
    found = reading.spool.read(0, reading.spool.lines)
    return [shown(line.head, line.end, line.length)[0] for line in found]


def of(engine: RunningEngine) -> CloudWatch:
    return CloudWatch(Sessions(engine), "local", REGION)  # type: ignore[arg-type]


def append(engine: RunningEngine, stream: str, *texts: str, group: str = GROUP) -> None:
    now = int(time.time() * 1000)
    engine.engine.logs.append(REGION, group, stream, [(now, text) for text in texts])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("plain", ["plain"]),
        ("a\nb\n", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("\n", [""]),
        ("a\n\nb", ["a", "", "b"]),
        (" 10%|#   \r 50%|##  \r100%|####", ["100%|####"]),
        ("\rdone\r", ["done"]),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b(Bx", ["red x"]),
        ("\x1b[31", ["␛[31"]),
        ("nul \x00 bell \x07 del \x7f", ["nul ␀ bell ␇ del ␡"]),
        ("tab\tstays", ["tab\tstays"]),
        ("\udce2\udc28 half", ["?? half"]),
        ("\ufffd\ufffd", ["\ufffd\ufffd"]),
        ("user\u202eevil\u2066", ["user<U+202E>evil<U+2066>"]),
        ("a\x0bb\x0cc\x85d\u2028e", ["a␋b␌c<U+0085>d<U+2028>e"]),
        ("<img src=x onerror=alert(1)>", ["<img src=x onerror=alert(1)>"]),
        ("", [""]),
    ],
)
def test_whatever_was_written_is_lines_of_text(read: Read, written: str, found: list[str]) -> None:
    reading = read(Made(([(1, written)], "end")))
    until(reading, lambda: reading.at_end)
    assert lines(reading) == found


def test_a_line_of_100_mb(read: Read) -> None:
    long = "x" * 100_000_000
    reading = read(Made(([(1, "before"), (2, f"{long}needle"), (3, "after")], "end")))
    until(reading, lambda: reading.at_end)
    found = lines(reading)
    assert (found[0], found[2]) == ("before", "after") and found[1] == "x" * 2000
    assert search(reading.spool, "needle").lines == (1,)
    assert search(reading.spool, "needle$", regex=True).lines == (1,)
    assert sum(map(len, reading.spool.pieces(1, 1))) == 100_000_007


def test_progress_of_many_megabytes_shows_its_last_state(read: Read) -> None:
    bar = "".join(f"\r{n:>7}/1000000 steps" for n in range(0, 1_000_001, 5))
    reading = read(Made(([(1, bar)], "end")))
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["1000000/1000000 steps"]


def test_an_empty_page_is_not_the_end(read: Read) -> None:
    reading = read(Made(([], "a"), ([(1, "late")], "b"), ([], "c"), ([(2, "later")], "d")))
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["late", "later"]


def test_an_expired_token_is_gone_on_from_by_time(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = ProblemError(problem("invalid", "AWS refused", "The nextToken is invalid."))
    logs = Made(
        ([(1, "a"), (5, "b"), (5, "c")], "old"),
        expired,
        ([(5, "b"), (5, "c"), (5, "d"), (6, "e")], "new"),
    )
    reading = read(logs)
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["a", "b", "c", "d", "e"]
    assert logs.asked[2] == {"startFromHead": True, "startTime": 5}  # type: ignore[attr-defined]


@pytest.mark.parametrize("cause", ["throttled", "denied", "signed_out", "offline", "broken"])
def test_what_fails_is_said_and_tried_again(
    read: Read, monkeypatch: pytest.MonkeyPatch, cause: Any
) -> None:
    monkeypatch.setattr(module, "_PAUSES", (0.3, 0.3))
    reading = read(Made(([(1, "a")], "t"), ProblemError(problem(cause, "No")), ([(2, "b")], "u")))
    until(reading, lambda: reading.problem is not None)
    assert lines(reading) == ["a"] and not reading.state.reading
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["a", "b"] and reading.problem is None


def test_a_stream_that_is_not_there_yet_comes(
    read: Read, fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSES", (0.1,))
    reading = read(of(fresh_engine))
    until(reading, lambda: reading.problem is not None)
    assert reading.problem is not None and reading.problem.title.startswith("There is no such log")
    append(fresh_engine, "job/algo-1-1", "now")
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["now"] and reading.problem is None


def test_a_stream_that_is_deleted_stays_to_be_read(read: Read, engine: RunningEngine) -> None:
    append(engine, "gone/algo-1-1", "a", "b")
    reading = read(of(engine), "gone/algo-1-1")
    until(reading, lambda: reading.at_end)
    engine.client("logs").delete_log_stream(logGroupName=GROUP, logStreamName="gone/algo-1-1")
    until(reading, lambda: reading.problem is not None)
    assert reading.problem is not None and "deleted there" in reading.problem.detail
    assert lines(reading) == ["a", "b"]


def test_a_stream_of_the_same_name_is_another(
    read: Read, engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSES", (0.1,))
    append(engine, "twice/algo-1-1", "ValueError: old", "old")
    reading = read(of(engine), "twice/algo-1-1")
    until(reading, lambda: reading.at_end)
    assert reading.state.errors == 1
    engine.client("logs").delete_log_stream(logGroupName=GROUP, logStreamName="twice/algo-1-1")
    until(reading, lambda: reading.problem is not None)
    append(engine, "twice/algo-1-1", "new")
    until(reading, lambda: reading.problem is None)
    assert lines(reading) == ["new"] and reading.state.errors == 0


def test_a_log_that_its_retention_took_says_so(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    class Expired(Made):
        def stream(self, group: str, name: str) -> dict[str, Any]:
            return {**super().stream(group, name), "lastEventTimestamp": 1_700_000_000_000}

        def groups(self, prefix: str) -> Iterator[dict[str, Any]]:
            yield {"logGroupName": GROUP, "retentionInDays": 7}

    reading = read(Expired(), over=1e9)
    until(reading, lambda: reading.ended)
    assert reading.problem is not None
    assert reading.problem.detail == (
        "The last was written on 2023-11-14, and the log group keeps them for 7 days."
    )


def test_an_empty_stream_of_what_is_over_has_ended(read: Read) -> None:
    reading = read(Made(), over=1e9)
    until(reading, lambda: reading.ended)
    assert reading.state.lines == 0 and reading.problem is None


def test_what_comes_late_after_the_end_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATE", 1.0)
    monkeypatch.setattr(module, "ASK_OVER", 0.0)
    reading = read(Made(([(1, "a")], "t"), ([], "t"), ([(2, "late")], "u")), over=0.0)
    until(reading, lambda: reading.ended)
    assert lines(reading) == ["a", "late"]


def test_a_log_that_is_too_long_is_read_to_a_bound(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    reading = read(Made(([(1, "x" * 600)], "a"), ([(2, "y" * 600)], "b"), ([(3, "z")], "c")))
    until(reading, lambda: reading.ended)
    reading.join(10)
    # Who looks again has nothing more of it read.
    reading.look()
    assert not reading.busy
    assert reading.state.lines == 2 and reading.problem is not None
    assert reading.problem.cause == "limit"


def test_who_stops_looking_is_read_for_no_longer(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINGER", 0.2)
    reading = read(Made(([(1, "a")], "t")))
    reading.join(10)
    assert not reading.busy
    reading.look()
    until(reading, lambda: reading.at_end)
    assert lines(reading) == ["a"]
