"""What is shown of objects in S3: of every form, of broken ones, and of those that want much."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from typing import Any

import pytest

from jupyter_smext.objects.archive import LONGEST_HEADER, MEMBERS
from jupyter_smext.objects.asked import Place
from jupyter_smext.objects.preview import object_of
from jupyter_smext.objects.reading import HEAD
from jupyter_smext.objects.text import CELL, ROWS
from jupyter_smext.protocol import S3Object, S3Preview
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine", "tests.smext_server")

BUCKET = "previews"


@pytest.fixture
def place(local: tuple[str, str], sessions: Any) -> Place:
    return Place(sessions, *local)


@pytest.fixture
def shown(place: Place, engine: RunningEngine) -> Any:
    """Put an object and look at it."""
    s3 = engine.client("s3")
    if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)

    def show(name: str, content: bytes, content_type: str = "") -> S3Preview:
        more = {"ContentType": content_type} if content_type else {}
        s3.put_object(Bucket=BUCKET, Key=name, Body=content, **more)
        found: S3Object = object_of(place, f"s3://{BUCKET}/{name}")
        assert found.size == len(content)
        assert found.problem is None
        assert found.preview is not None
        return found.preview

    return show


def tar_of(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode=mode) as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def test_text_is_shown_as_it_is_in_whatever_encoding(shown: Any) -> None:
    hostile = "<img src=x onerror=alert(1)> \x1b[31mred\x1b[0m ‮ bidi\n"
    assert shown("a.txt", hostile.encode()) == S3Preview("text", text=hostile, encoding="utf-8")
    assert shown("b.txt", "Grüße".encode("utf-16")).text.lstrip("\ufeff") == "Grüße"
    assert shown("c.txt", "Grüße, hier".encode("latin-1")).text == "Grüße, hier"
    assert shown("d.svg", b"<svg onload='alert(1)'/>", "image/svg+xml").form == "text"
    assert shown("e.html", b"<script>alert(1)</script>", "text/html").form == "text"


def test_of_a_large_text_the_beginning_is_shown(shown: Any) -> None:
    found = shown("large.txt", "ü".encode() * HEAD)
    assert (found.form, found.whole) == ("text", False)
    assert found.text == "ü" * (HEAD // 2)
    odd = shown("odd.txt", b"x" + "ü".encode() * HEAD)
    # The character that is cut in two is left out, and the text is no less text for that.
    assert odd.text == "x" + "ü" * (HEAD // 2 - 1)


def test_what_is_no_text_says_so(shown: Any) -> None:
    garbage = random.Random(7).randbytes(100_000)
    for name, content in {
        "x.bin": garbage,
        "y.txt": b"\0" * 5000,
        "z.npy": b"\x93NUMPY\1\0" + garbage,
    }.items():
        found = shown(name, content)
        assert found.form == "none"
        assert found.note
    assert shown("empty.csv", b"").note == "The object is empty."


def test_json_is_whole_or_text(shown: Any) -> None:
    assert shown("a.json", b'{"a": [1]}').form == "json"
    assert shown("part-00000.out", b'[{"score": 1}]').form == "json"
    assert shown("b.jsonl", b'{"a": 1}\n{"a": 2}\n').form == "jsonl"
    large = json.dumps([{"n": n} for n in range(60_000)]).encode()
    cut = shown("large.json", large)
    assert (cut.form, cut.whole) == ("text", False)
    assert cut.note
    lines = shown("large.jsonl", b"".join(b'{"n": %d}\n' % n for n in range(60_000)))
    assert (lines.form, lines.whole) == ("jsonl", False)
    assert all(json.loads(line) for line in lines.text.splitlines())


def test_csv_is_a_table_with_quotes_as_in_the_file(shown: Any) -> None:
    found = shown("a.csv", b'name,said\r\nx,"a ""b"", c"\r\ny,"two\r\nlines"\r\n')
    assert found.columns == ("name", "said")
    assert found.rows == (("x", 'a "b", c'), ("y", "two\r\nlines"))
    assert (found.whole, found.rows_total) == (True, 2)


def test_csv_without_names_of_columns_has_numbers(shown: Any) -> None:
    found = shown("train.csv", b"1,0.5,0.25\n0,1.5,2.25\n")
    assert found.columns == ("1", "2", "3")
    assert found.rows == (("1", "0.5", "0.25"), ("0", "1.5", "2.25"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"a;b\n1;2\n3;4\n"),
        ("b.tsv", b"a\tb\n1\t2\n3\t4\n"),
        ("c.csv", b"a|b\n1|2\n3|4\n"),
    ],
)
def test_the_delimiter_is_found(shown: Any, name: str, content: bytes) -> None:
    found = shown(name, content)
    assert found.columns == ("a", "b")
    assert found.rows == (("1", "2"), ("3", "4"))


def test_of_a_large_table_the_first_rows_are_shown(shown: Any) -> None:
    found = shown("large.csv", b"a,b\n" + b"1,2\n" * 200_000)
    assert len(found.rows) == ROWS
    assert (found.whole, found.rows_total) == (False, None)
    wide = shown("wide.csv", ",".join(map(str, range(3000))).encode() + b"\n")
    assert len(wide.columns) == len(wide.rows[0]) == 100
    assert "3000 columns" in wide.note
    long = shown("long.csv", b"a,b\n" + b"x" * 100_000 + b",y\n")
    assert long.rows == (("x" * CELL, "y"),)


@pytest.mark.parametrize(
    "content", [b'a,"b\n1,2\n', b'a,"b"c,d\n', b"a,b\n" + b"x" * 200_000 + b",1\n"]
)
def test_what_is_no_table_is_text_with_the_reason(shown: Any, content: bytes) -> None:
    found = shown("odd.csv", content)
    assert found.form == "text"
    assert "does not read as a table" in found.note
    assert found.text.encode() == content


def test_rows_of_different_lengths_are_shown_and_said(shown: Any) -> None:
    found = shown("ragged.csv", b"a,b\n1\n1,2,3\n")
    assert found.columns == ("a", "b", "3")
    assert found.rows == (("1",), ("1", "2", "3"))
    assert "between 1 and 3" in found.note


def test_pictures_are_told_by_their_bytes(shown: Any) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    assert shown("a.dat", png, "text/html") == S3Preview("image", media_type="image/png")
    assert shown("b.jpg", b"\xff\xd8\xff\xe0" + bytes(100)).media_type == "image/jpeg"
    assert shown("c.webp", b"RIFF\0\0\0\0WEBPVP8 " + bytes(99)).media_type == "image/webp"
    assert shown("d.txt", b"BMW drives").form == "text"
    assert shown("e.png", b"<script>alert(1)</script>", "image/png").form == "text"


def test_an_archive_names_its_files(shown: Any) -> None:
    files = {"model.bin": bytes(5000), "code/inference.py": b"import os", "../../etc/passwd": b"x"}
    for name, content in (
        ("model.tar.gz", tar_of(files)),
        ("model.tar", tar_of(files, "w")),
        ("odd-name", tar_of(files)),
    ):
        found = shown(name, content)
        assert found.form == "archive", name
        assert found.whole
        assert [(each.name, each.size) for each in found.members] == [
            (name, len(content)) for name, content in files.items()
        ]


def test_a_zip_names_its_files(shown: Any) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        for number in range(MEMBERS + 5):
            file.writestr(f"{number}.txt", "x" * 500)
    found = shown("a.zip", raw.getvalue())
    assert len(found.members) == MEMBERS
    assert not found.whole
    assert "1,005" in found.note
    assert shown("b.zip", raw.getvalue()[:5000]).form == "none"


def test_a_bomb_is_not_unpacked_whole(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_smext.objects.archive.UNPACKED", 1_000_000)
    found = shown("bomb.tar.gz", tar_of({"first": b"x", "zeros": bytes(20_000_000), "last": b"x"}))
    assert [each.name for each in found.members] == ["first", "zeros"]
    assert not found.whole
    assert found.note
    lots = shown("many.tar.gz", tar_of({str(n): b"" for n in range(MEMBERS + 1)}))
    assert len(lots.members) == MEMBERS


def test_a_name_that_would_fill_the_memory_is_not_read(shown: Any) -> None:
    found = shown("long.tar", tar_of({"first": b"", "x" * (LONGEST_HEADER + 1): b""}, "w"))
    assert [each.name for each in found.members] == ["first"]
    assert "longer than any name" in found.note


def test_a_cut_or_broken_archive_says_how_far_it_was_read(shown: Any) -> None:
    whole = tar_of({"a": random.Random(1).randbytes(50_000), "b": b"x"})
    cut = shown("cut.tar.gz", whole[:30_000])
    assert [each.name for each in cut.members] == ["a"]
    assert "cannot be read further" in cut.note
    assert shown("odd.tar.gz", gzip.compress(b"no tar at all")).form == "none"
    assert shown("odd.gz", b"\x1f\x8b\x08\0garbage" * 9).form == "none"


def test_gzipped_text_is_shown_unpacked(shown: Any) -> None:
    found = shown("a.csv.gz", gzip.compress(b"a,b\n1,2\n3,4\n"))
    assert (found.form, found.columns) == ("table", ("a", "b"))
    zeros = shown("zeros.txt.gz", gzip.compress(b"x" * 50_000_000))
    assert (len(zeros.text), zeros.whole) == (HEAD, False)


def test_parquet_has_types_and_rows(shown: Any) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pyarrow.table(
        {
            "id": [2**60, 1],
            "score": [float("nan"), 0.5],
            "name": ["<b>", None],
            "raw": [b"\x01\xff", b""],
            "list": [[1, 2], None],
        }
    )
    raw = io.BytesIO()
    parquet.write_table(table, raw)
    found = shown("a.parquet", raw.getvalue())
    assert found.columns == ("id", "score", "name", "raw", "list")
    assert found.types[:3] == ("int64", "double", "string")
    assert found.rows == (
        (str(2**60), "nan", "<b>", "01ff", "[1, 2]"),
        (1, 0.5, None, "", None),
    )
    assert (found.whole, found.rows_total) == (True, 2)


def test_of_a_large_parquet_only_a_part_is_read(
    shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = 200_000
    numbers = random.Random(3)
    columns = {f"c{n}": [numbers.random() for _ in range(rows)] for n in range(5)}
    raw = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), raw, use_dictionary=False, compression="none")
    assert len(raw.getvalue()) > 8_000_000
    monkeypatch.setattr("jupyter_smext.objects.parquet.READ", 6_000_000)
    found = shown("large.parquet", raw.getvalue())
    assert (len(found.rows), found.rows_total, found.whole) == (ROWS, rows, False)
    monkeypatch.setattr("jupyter_smext.objects.parquet.READ", 10_000)
    little = shown("large.parquet", raw.getvalue())
    assert little.rows == ()
    assert "download it" in little.note


def test_broken_parquet_says_so(shown: Any) -> None:
    pytest.importorskip("pyarrow")
    found = shown("odd.parquet", b"PAR1" + bytes(100) + b"PAR1")
    assert found.form == "none"
    assert "cannot be read" in found.note


def test_without_pyarrow_it_says_how_to_install_it(
    shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert "pip install" in shown("a.parquet", b"PAR1" + bytes(100)).note
