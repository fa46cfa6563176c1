"""Objects as the engine's own parts use them: whole or not there, shared bytes, a quota."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.disk import Disk
from jupyter_smext.local.object_store.blobs import Piece, span
from jupyter_smext.local.object_store.objects import Objects, successor
from jupyter_smext.local.object_store.rows import Facts
from jupyter_smext.local.object_store.uploads import LEAST, Chosen, Uploads


@pytest.fixture
def objects(tmp_path: Path) -> Iterator[Objects]:
    made = Objects(tmp_path, Disk(tmp_path))
    made.create_bucket("us-east-1", "bucket")
    yield made
    made.close()


def put(objects: Objects, key: str, data: bytes, bucket: str = "bucket") -> str:
    with objects.blobs.draft() as draft:
        draft.write(data)
        return objects.put(bucket, key, draft, Facts()).etag


def read(objects: Objects, key: str) -> bytes:
    with objects.open("bucket", key) as file:
        return file.read()


def blobs(objects: Objects) -> set[str]:
    return {entry.name for entry in os.scandir(objects.blobs.path(""))}


def code(error: pytest.ExceptionInfo[ServiceError]) -> tuple[str, int]:
    return error.value.code, error.value.status


def test_a_file_goes_in_and_comes_out(objects: Objects, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    (tmp_path / "in").write_bytes(data)
    stored = objects.upload(
        "bucket", "a/b", tmp_path / "in", content_type="text/csv", metadata={"Team": "red"}
    )
    assert stored == objects.find("bucket", "a/b")
    assert (stored.size, stored.etag) == (len(data), hashlib.md5(data).hexdigest())
    assert stored.facts.headers == {"content-type": "text/csv"}
    assert stored.facts.metadata == {"team": "red"}
    objects.download("bucket", "a/b", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == data == read(objects, "a/b")


def test_an_empty_object_needs_no_blob(objects: Objects, tmp_path: Path) -> None:
    put(objects, "empty", b"")
    assert blobs(objects) == set()
    assert read(objects, "empty") == b""
    objects.download("bucket", "empty", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b""


def test_what_is_not_there_is_named_as_aws_does(objects: Objects, tmp_path: Path) -> None:
    for call in (objects.find, objects.open, objects.hold):
        with pytest.raises(ServiceError) as error:
            call("bucket", "nothing")
        assert code(error) == ("NoSuchKey", 404)
        with pytest.raises(ServiceError) as error:
            call("nowhere", "nothing")
        assert code(error) == ("NoSuchBucket", 404)
    with pytest.raises(ServiceError) as error:
        objects.download("bucket", "nothing", tmp_path / "out")
    assert code(error) == ("NoSuchKey", 404)
    assert not (tmp_path / "out").exists()
    with pytest.raises(ServiceError) as error:
        next(objects.list("nowhere"))
    assert code(error) == ("NoSuchBucket", 404)
    with pytest.raises(ServiceError) as error:
        put(objects, "key", b"data", "nowhere")
    assert code(error) == ("NoSuchBucket", 404)
    assert blobs(objects) == set()


@pytest.mark.parametrize("key", ["../../etc/passwd", "/", "..", "a\\b", "ключ", "a\nb", "."])
def test_a_key_is_never_a_path(objects: Objects, key: str) -> None:
    put(objects, key, b"data")
    assert read(objects, key) == b"data"
    assert [one.key for one in objects.list("bucket")] == [key]
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in blobs(objects))


def test_a_key_has_at_most_1024_bytes(objects: Objects) -> None:
    put(objects, "é" * 512, b"")
    with pytest.raises(ServiceError) as error:
        put(objects, "é" * 512 + "a", b"")
    assert code(error) == ("KeyTooLongError", 400)


def test_keys_are_listed_in_the_order_of_their_bytes(objects: Objects) -> None:
    keys = ["a", "a/", "a/b", "a0", "b", "é", "\uffff", "\U0001f600"]
    for key in reversed(keys):
        put(objects, key, b"")
    assert [one.key for one in objects.list("bucket")] == keys == sorted(keys, key=str.encode)
    assert [one.key for one in objects.list("bucket", "a/")] == ["a/", "a/b"]
    assert [one.key for one in objects.list("bucket", "\uffff")] == ["\uffff"]


def test_a_long_list_is_read_in_pages(objects: Objects) -> None:
    with objects.rows.writing() as db:
        for n in range(2500):
            objects.place(db, "bucket", f"{n:05}", (), "0" * 32, Facts())
    assert [one.key for one in objects.list("bucket")] == [f"{n:05}" for n in range(2500)]


@pytest.mark.parametrize(
    ("prefix", "after"),
    [("", ""), ("a", "b"), ("a/", "a0"), ("\ud7ff", "\ue000"), ("b\U0010ffff", "c")],
)
def test_the_end_of_a_prefix(prefix: str, after: str) -> None:
    assert successor(prefix) == after


def test_replaced_and_deleted_bytes_go_from_the_disk(objects: Objects) -> None:
    put(objects, "a", b"one")
    put(objects, "a", b"two")
    assert len(blobs(objects)) == 1
    assert objects.delete("bucket", "a") is True
    assert objects.delete("bucket", "a") is False
    assert blobs(objects) == set()


def test_a_reader_keeps_what_it_reads(objects: Objects) -> None:
    put(objects, "a", b"one" * 1000)
    with objects.open("bucket", "a") as file:
        put(objects, "a", b"two")
        objects.delete("bucket", "a")
        assert file.read() == b"one" * 1000
    assert blobs(objects) == set()


def test_a_copy_shares_its_bytes(objects: Objects) -> None:
    put(objects, "a", b"data")
    objects.copy(("bucket", "a"), ("bucket", "b"), lambda found, _: (found.etag, found.facts))
    assert len(blobs(objects)) == 1
    objects.delete("bucket", "a")
    assert read(objects, "b") == b"data"
    objects.copy(("bucket", "b"), ("bucket", "b"), lambda found, _: (found.etag, found.facts))
    assert read(objects, "b") == b"data"
    objects.delete("bucket", "b")
    assert blobs(objects) == set()


def test_a_copy_of_what_is_replaced_meanwhile_is_of_the_new(objects: Objects) -> None:
    put(objects, "a", b"old")
    seen = []

    def facts(found: object, reader: object) -> tuple[str, Facts]:
        seen.append(reader.read())  # type: ignore[attr-defined]
        if len(seen) == 1:
            put(objects, "a", b"new")
        return "etag", Facts()

    objects.copy(("bucket", "a"), ("bucket", "b"), facts)
    assert seen == [b"old", b"new"]
    assert read(objects, "b") == b"new"
    assert len(blobs(objects)) == 1


def test_parts_become_one_object_without_being_moved(objects: Objects, tmp_path: Path) -> None:
    uploads = Uploads(objects)
    upload = uploads.create("bucket", "big", Facts(metadata={"a": "b"}), None, False)
    data = [os.urandom(LEAST), os.urandom(LEAST + 1), b"end"]
    etags = []
    for number, one in enumerate(data, 1):
        with objects.blobs.draft() as draft:
            draft.write(one)
            etags.append(uploads.put("bucket", "big", upload, number, draft, {}).etag)
    before = blobs(objects)
    chosen = [Chosen(number, etag) for number, etag in enumerate(etags, 1)]
    stored = uploads.complete("bucket", "big", upload, chosen)
    assert blobs(objects) == before
    md5s = b"".join(hashlib.md5(one).digest() for one in data)
    assert stored.etag == hashlib.md5(md5s).hexdigest() + "-3"
    assert read(objects, "big") == b"".join(data)
    objects.download("bucket", "big", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"".join(data)
    # An answer that was lost is asked for again.
    assert uploads.complete("bucket", "big", upload, chosen) == stored
    objects.delete("bucket", "big")
    assert blobs(objects) == set()


def test_an_upload_that_is_given_up_leaves_nothing(objects: Objects) -> None:
    uploads = Uploads(objects)
    for end in ("abort", "delete bucket"):
        upload = uploads.create("bucket", "big", Facts(), None, False)
        for _ in range(2):
            with objects.blobs.draft() as draft:
                draft.write(b"part")
                uploads.put("bucket", "big", upload, 1, draft, {})
        assert len(blobs(objects)) == 1
        if end == "abort":
            uploads.abort("bucket", "big", upload)
        else:
            objects.delete_bucket("bucket")
        assert blobs(objects) == set()
        with objects.rows.reading() as db:
            for table in ("parts", "pieces", "uploads"):
                assert db.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_the_sweep_takes_what_no_row_names(objects: Objects) -> None:
    put(objects, "kept", b"data")
    objects.blobs.path("0" * 32).write_bytes(b"half")
    with objects.blobs.draft() as draft:
        draft.write(b"being written")
        assert objects.sweep() == 1
        objects.put("bucket", "new", draft, Facts())
    assert objects.sweep() == 0
    assert read(objects, "kept") + read(objects, "new") == b"databeing written"


def test_threads_do_not_get_in_each_others_way(objects: Objects) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(30):
                data = bytes([number]) * (turn + 1)
                put(objects, f"own-{number}", data)
                put(objects, "shared", data)
                assert read(objects, f"own-{number}") == data
                assert len(set(read(objects, "shared"))) == 1
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(blobs(objects)) == 7


WRITER = """
import os, sys
from pathlib import Path
from jupyter_smext.local.disk import Disk
from jupyter_smext.local.object_store.rows import Facts
from jupyter_smext.local.object_store.objects import Objects
objects = Objects(Path(sys.argv[1]), Disk(Path(sys.argv[1])))
for turn in range(10**9):
    with objects.blobs.draft() as draft:
        draft.write(b"%d\\n" % turn * 50_000)
        objects.put("bucket", f"{turn % 7}", draft, Facts())
    print(turn, flush=True)
"""


def test_a_kill_leaves_no_half_object_and_loses_none(objects: Objects, tmp_path: Path) -> None:
    for kill in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout
        for _ in range(20 + kill):
            line = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        said = int((writer.stdout.read().split() or [line])[-1])
        writer.wait()
        writer.stdout.close()
        objects.sweep()
        found = {one.key: read(objects, one.key) for one in objects.list("bucket")}
        for data in found.values():
            number, rest = data.split(b"\n", 1)
            assert data == (number + b"\n") * 50_000
        # The last that was acknowledged is there, or the one after it in its place.
        assert int(found[f"{said % 7}"].split(b"\n", 1)[0]) >= said
        assert len(blobs(objects)) == len(found)


def test_pieces_of_a_range() -> None:
    pieces = (Piece("a", 10, 5), Piece("b", 0, 5), Piece("c", 0, 5))
    assert span(pieces, 0, 15) == pieces
    assert span(pieces, 4, 2) == (Piece("a", 14, 1), Piece("b", 0, 1))
    assert span(pieces, 10, 100) == (Piece("c", 0, 5),)
    assert span(pieces, 15, 1) == ()


def test_a_walk_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walking, over = threading.Event(), threading.Event()
    (tmp_path / "file").write_bytes(b"x" * 1_000_000)
    disk = Disk(tmp_path)
    before = disk.used()
    assert before >= 1_000_000

    def walk(folder: Path) -> int:
        walking.set()
        over.wait(30)
        return 5_000_000

    monkeypatch.setattr("jupyter_smext.local.disk.size_of", walk)
    disk._when -= 61
    disk.require(1000)
    assert walking.wait(30)
    disk.require(10)  # the walk is under way
    assert disk.used() == before + 1010
    over.set()
    for thread in [one for one in threading.enumerate() if one.name == "disk"]:
        thread.join()
    assert 5_000_000 <= disk.used() <= 5_001_010


def test_the_quota_refuses_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_DISK_BYTES", "2000000")
    home, source = tmp_path / "home", tmp_path / "source"
    home.mkdir()
    objects = Objects(home, Disk(home))
    objects.create_bucket("us-east-1", "bucket")
    source.write_bytes(b"x" * 1_000_000)
    objects.upload("bucket", "fits", source)
    with pytest.raises(ServiceError) as error:
        objects.upload("bucket", "does not", source)
    assert code(error) == ("ResourceLimitExceeded", 400)
    assert "SMEXT_LOCAL_DISK_BYTES" in error.value.message
    assert [one.key for one in objects.list("bucket")] == ["fits"]
    assert len(blobs(objects)) == 1
    assert objects.disk.used() >= 1_000_000
    objects.close()
