"""The log file: order, pages, many threads, restart, and how it stays small."""

from __future__ import annotations

import itertools
import logging
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.logs.logbook import END, LONGEST_MESSAGE, START, LogBook, Place

DAY = 86_400_000


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LogBook]:
    made = LogBook(tmp_path / "logs.db")
    yield made
    made.close()


def messages(book: LogBook, stream: str = "s", **wanted: object) -> list[str]:
    found = book.stream(book.group("r", "g"), stream)
    return [event.message for event in book.page(found, **wanted)]


def test_events_are_in_order_of_time_then_of_arrival(book: LogBook) -> None:
    book.append("r", "g", "s", [(2, "c"), (1, "a"), (1, "b")])
    book.append("r", "g", "s", [(1, "after b"), (0, "first")])
    assert messages(book) == ["first", "a", "b", "after b", "c"]
    stream = book.stream(book.group("r", "g"), "s")
    assert (stream.first, stream.last) == (0, 2)
    assert stream.bytes == sum(len(m) + 26 for m in messages(book))


def test_pages_meet_without_gap_or_overlap_both_ways(book: LogBook) -> None:
    # Many events of one millisecond: a page that ends among them must go on among them.
    book.append("r", "g", "s", [(i // 700, str(i)) for i in range(3000)])
    stream = book.stream(book.group("r", "g"), "s")
    for newest in (False, True):
        seen: list[str] = []
        above, below = START, END
        while part := book.page(stream, above=above, below=below, newest=newest, most=271):
            names = [event.message for event in part]
            if newest:
                below, seen = part[0].place, names + seen
            else:
                above, seen = part[-1].place, seen + names
        assert seen == [str(i) for i in range(3000)]


def test_a_page_ends_at_its_bytes_but_holds_one_event(book: LogBook) -> None:
    book.append("r", "g", "s", [(i, "x" * 100) for i in range(10)])
    assert len(messages(book, most_bytes=126 * 3)) == 3
    assert len(messages(book, most_bytes=126 * 3 - 1)) == 2
    assert len(messages(book, most_bytes=1)) == 1


def test_streams_are_merged_rising_and_falling(book: LogBook) -> None:
    chance = random.Random(7)
    for _ in range(60):
        name = f"s{chance.randrange(9)}"
        start = chance.randrange(5000)
        book.append("r", "g", name, [(start + i % 50, f"{name} {i}") for i in range(99)])
    book.create_stream("r", "g", "empty")
    streams = book.streams(book.group("r", "g"))
    every = [(n, e) for s in streams for n, e in ((s.name, e) for e in book.page(s))]
    for above, below in ((START, END), (Place(900, 1 << 62), Place(2600, -1))):
        expected = sorted(
            (pair for pair in every if above < pair[1].place < below), key=lambda p: p[1].place
        )
        assert list(book.merged(streams, above=above, below=below)) == expected
        falling = book.merged(streams, above=above, below=below, newest=True)
        assert list(falling) == expected[::-1]


def test_streams_whose_turn_does_not_come_are_not_read(book: LogBook) -> None:
    for number in range(300):
        book.append("r", "g", f"s{number}", [(number * 10 + i, "m") for i in range(5)])
    streams = book.streams(book.group("r", "g"))
    read: list[str] = []
    rows = book._db.rows
    book._db.rows = lambda query, values=(): read.append(query) or rows(query, values)  # type: ignore
    merged = book.merged(streams, above=START, below=END)
    assert len(list(itertools.islice(merged, 10))) == 10
    assert len(read) <= 6


def test_threads_lose_nothing(book: LogBook) -> None:
    def write(name: str) -> None:
        for i in range(50):
            book.append("r", "g", "shared", [(i, f"{name} {i} {j}") for j in range(4)])
            book.append("r", "g", name, [(i, "own")])

    threads = [threading.Thread(target=write, args=(f"t{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = messages(book, "shared")
    assert sorted(found) == sorted(
        f"t{t} {i} {j}" for t in range(6) for i in range(50) for j in range(4)
    )
    assert [len(messages(book, f"t{t}")) for t in range(6)] == [50] * 6
    assert len(book.groups("r")) == 1


def test_it_is_all_there_without_a_close(tmp_path: Path) -> None:
    first = LogBook(tmp_path / "logs.db")
    first.append("r", "g", "s", [(1, "a"), (1, "b")])
    newest = first.stream(first.group("r", "g"), "s").newest
    again = LogBook(tmp_path / "logs.db")
    again.append("r", "g", "s", [(1, "c")])
    assert messages(again) == ["a", "b", "c"]
    assert again.stream(again.group("r", "g"), "s").newest > newest
    again.close()
    first.close()


def test_what_is_no_log_line_is_made_one(book: LogBook) -> None:
    book.append(
        "r", "g", "s", [(1, ""), (2, "half \ud800 pair"), (3, "é" * LONGEST_MESSAGE), (4, "a\0b")]
    )
    half, cut, nul = messages(book, most_bytes=1 << 30)
    assert half == "half ? pair"
    assert nul == "a\0b"
    assert cut == "é" * (LONGEST_MESSAGE // 2) + f" [cut to {LONGEST_MESSAGE} bytes]"


def test_groups_and_streams_come_and_go(book: LogBook) -> None:
    book.create_group("r", "g", {"k": "v"}, "STANDARD")
    with pytest.raises(ServiceError, match="ResourceAlreadyExistsException"):
        book.create_group("r", "g", {}, "STANDARD")
    assert book.group("r", "g").tags == {"k": "v"}
    with pytest.raises(ServiceError, match="log group does not exist"):
        book.group("other", "g")
    with pytest.raises(ServiceError, match="log group does not exist"):
        book.create_stream("other", "g", "s")
    book.create_stream("r", "g", "s")
    with pytest.raises(ServiceError, match="ResourceAlreadyExistsException"):
        book.create_stream("r", "g", "s")
    with pytest.raises(ServiceError, match="log stream does not exist"):
        book.put("r", "g", "none", [(1, "m")])
    book.put("r", "g", "s", [(1, "m")])
    book.append("r", "g", "other", [(1, "m")])
    book.delete_stream("r", "g", "s")
    assert [stream.name for stream in book.streams(book.group("r", "g"))] == ["other"]
    book.delete_group("r", "g")
    assert book.groups("r") == []
    book.append("r", "g", "other", [(2, "new")])
    assert messages(book, "other") == ["new"]


def test_groups_are_found_by_prefix_and_part_and_paged(book: LogBook) -> None:
    for name in ("/aws/b", "/aws/a", "x/aws", "%"):
        book.create_group("r", name, {}, "STANDARD")
    assert [g.name for g in book.groups("r", prefix="/aws")] == ["/aws/a", "/aws/b"]
    assert [g.name for g in book.groups("r", prefix="/aws", after="/aws/a")] == ["/aws/b"]
    assert [g.name for g in book.groups("r", holding="/aws")] == ["/aws/a", "/aws/b", "x/aws"]
    assert [g.name for g in book.groups("r", prefix="%")] == ["%"]
    assert [g.name for g in book.groups("r", most=2)] == ["%", "/aws/a"]


def test_the_longest_untouched_streams_make_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "logs.db"
    book = LogBook(path, most=2_000_000)
    line = "x" * 974
    with caplog.at_level(logging.WARNING):
        for name in ("old", "middle", "new"):
            book.append("r", "g", name, [(i, f"{i} {line}"[:974]) for i in range(900)])
    assert "SMEXT_LOCAL_LOG_BYTES" in caplog.text
    group = book.group("r", "g")
    old, middle, new = (book.stream(group, name) for name in ("old", "middle", "new"))
    assert (middle.bytes, new.bytes) == (900_000, 900_000)
    assert old.bytes <= 200_000
    assert group.bytes == old.bytes + middle.bytes + new.bytes <= 2_000_000
    kept = book.page(old, most_bytes=1 << 30)
    assert [event.timestamp for event in kept] == list(range(900 - len(kept), 900))
    assert sum(event.bytes for event in kept) == old.bytes
    assert old.first == kept[0].timestamp
    assert old.bytes > 100_000
    # One stream that never ends loses its own beginning.
    for start in range(0, 6000, 1000):
        book.append("r", "g", "endless", [(start + i, line) for i in range(1000)])
    endless = book.stream(group, "endless")
    assert endless.bytes <= 2_000_000
    assert endless.last == 5999
    assert messages(book, "old") == messages(book, "middle") == messages(book, "new") == []
    book.close()
    assert path.stat().st_size < 4_000_000


def test_a_retention_is_applied(tmp_path: Path) -> None:
    now = int(time.time() * 1000)
    book = LogBook(tmp_path / "logs.db")
    book.append("r", "g", "s", [(now - 8 * DAY, "old"), (now - 6 * DAY, "young")])
    book.append("r", "other", "s", [(now - 800 * DAY, "kept")])
    book.set_retention("r", "g", 7)
    assert messages(book) == ["young"]
    stream = book.stream(book.group("r", "g"), "s")
    assert (stream.first, stream.bytes) == (now - 6 * DAY, len("young") + 26)
    book.set_retention("r", "g", 5)
    stream = book.stream(book.group("r", "g"), "s")
    assert (stream.first, stream.last, stream.bytes) == (None, None, 0)
    book.set_retention("r", "g", None)
    assert book.group("r", "g").retention is None
    assert book.group("r", "other").bytes == len("kept") + 26
    book.close()


def test_a_tail_is_read_by_the_index(tmp_path: Path) -> None:
    book = LogBook(tmp_path / "logs.db")
    book.append("r", "g", "s", [(1, "a")])
    for way in ("asc", "desc"):
        plan = book._db.rows(
            "explain query plan select timestamp, id, ingested, message from events where stream=1"
            " and (timestamp, id) > (0, 0) and (timestamp, id) < (9, 9)"
            f" order by timestamp {way}, id {way} limit 10"
        )
        (step,) = plan
        assert "SEARCH events USING PRIMARY KEY (stream=? AND (timestamp,id)>" in step[3]
    book.close()


def test_a_failed_append_keeps_nothing(book: LogBook) -> None:
    book.append("r", "g", "s", [(1, "a")])

    def broken() -> Iterator[tuple[int, str]]:
        yield 2, "b"
        raise OSError("the pipe broke")

    with pytest.raises(OSError):
        book.append("r", "g", "s", broken())
    with pytest.raises(sqlite3.Error):
        book.append("r", "new", "s", [(None, "b")])  # type: ignore[list-item]
    assert messages(book) == ["a"]
    assert [group.name for group in book.groups("r")] == ["g"]


_WRITER = """
import sys, time
from pathlib import Path
from jupyter_smext.local.logs.logbook import LogBook
book = LogBook(Path(sys.argv[1]))
for number in range(1_000_000):
    book.append("r", "g", "s", [(number, f"{number} {part}") for part in range(3)])
    print(number, flush=True)
"""


def test_what_append_returned_from_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for line in writer.stdout:
            if line == "300\n":
                writer.kill()
                break
        rest = writer.stdout.read().split()
        last = max(300, *map(int, rest)) if rest else 300
        writer.stdout.close()
        writer.wait()
        book = LogBook(path)
        stream = book.stream(book.group("r", "g"), "s")
        kept = {event.message for event in book.page(stream, most=1 << 30, most_bytes=1 << 40)}
        assert {f"{number} {part}" for number in range(last + 1) for part in range(3)} <= kept
        # Of an append that was cut off there is all or nothing.
        assert len(kept) % 3 == 0
        assert stream.bytes == sum(
            event.bytes for event in book.page(stream, most=1 << 30, most_bytes=1 << 40)
        )
        book.close()


def test_bounds_come_from_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_LOG_BYTES", "5000")
    book = LogBook(tmp_path / "logs.db")
    assert book.most == 5000
    book.close()
    for wrong in ("many", "0", "-1", "1e9"):
        monkeypatch.setenv("SMEXT_LOCAL_LOG_BYTES", wrong)
        with pytest.raises(ValueError, match="SMEXT_LOCAL_LOG_BYTES"):
            LogBook(tmp_path / "logs.db")
