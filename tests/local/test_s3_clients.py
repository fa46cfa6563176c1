"""The AWS CLI and boto3's transfers on S3 as they are, and what a kill -9 leaves of them."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jupyter_smext.local.object_store.objects import Objects
from jupyter_smext.local.services.s3.front import S3
from tests.local_engine import RunningEngine

AWS = Path(sys.executable).with_name("aws")
BUCKET = "client-bucket"


def aws(engine: RunningEngine, *arguments: str) -> str:
    assert AWS.exists(), f"the AWS CLI is not installed: {AWS} (pip install awscli)"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, str(AWS), *arguments],
        env={**kept, **engine.environment(), "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cli_works_unmodified(engine: RunningEngine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "sub dir").mkdir(parents=True)
    files = {"a.txt": b"a", "sub dir/é+&.bin": os.urandom(100_000), "big": os.urandom(20_000_000)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))  # older than what is sent
    assert aws(engine, "s3", "mb", "s3://cli-bucket") == "make_bucket: cli-bucket\n"
    aws(engine, "s3", "sync", str(folder), "s3://cli-bucket/pre/")
    assert aws(engine, "s3", "sync", str(folder), "s3://cli-bucket/pre/") == ""
    listed = aws(engine, "s3", "ls", "s3://cli-bucket/pre/")
    assert "PRE sub dir/" in listed and "20000000 big" in listed
    assert aws(engine, "s3", "ls", "--recursive", "s3://cli-bucket").count("\n") == 3
    aws(engine, "s3", "cp", "--recursive", "s3://cli-bucket/pre", str(tmp_path / "out"))
    for name, data in files.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    aws(engine, "s3", "mv", "s3://cli-bucket/pre/a.txt", "s3://cli-bucket/moved.txt")
    aws(engine, "s3", "cp", "s3://cli-bucket/pre/big", "s3://cli-bucket/big copy")
    url = aws(engine, "s3", "presign", "s3://cli-bucket/moved.txt").strip()
    with urlopen(url) as answer:
        assert answer.read() == b"a"
    head = json.loads(
        aws(
            engine,
            *("s3api", "head-object", "--bucket=cli-bucket", "--key=big copy", "--output=json"),
        )
    )
    assert head["ContentLength"] == 20_000_000
    aws(engine, "s3", "rm", "--recursive", "s3://cli-bucket/pre")
    keys = aws(engine, "s3", "ls", "--recursive", "s3://cli-bucket")
    assert [line.split(None, 3)[3] for line in keys.splitlines()] == ["big copy", "moved.txt"]
    aws(engine, "s3", "rb", "--force", "s3://cli-bucket")


def test_a_transfer_goes_in_parts_both_ways(engine: RunningEngine, tmp_path: Path) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    data = os.urandom(30_000_001)
    (tmp_path / "in").write_bytes(data)
    s3.upload_file(
        str(tmp_path / "in"), BUCKET, "file", ExtraArgs={"Metadata": {"a": "b"}, "Tagging": "t=1"}
    )
    assert s3.head_object(Bucket=BUCKET, Key="file")["ETag"].endswith('-4"')
    s3.download_file(BUCKET, "file", str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == data
    s3.copy({"Bucket": BUCKET, "Key": "file"}, BUCKET, "copied")
    assert s3.get_object(Bucket=BUCKET, Key="copied")["Body"].read() == data


def test_who_leaves_in_the_middle_leaves_nothing(engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    before = set(os.listdir(engine.home / "s3"))

    link = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "torn"})
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.putrequest("PUT", link.removeprefix(engine.url))
    connection.putheader("Content-Length", str(16 << 20))
    connection.endheaders()
    connection.send(bytes(8 << 20))
    wait_for(lambda: set(os.listdir(engine.home / "s3")) != before)
    connection.close()
    wait_for(lambda: set(os.listdir(engine.home / "s3")) == before)
    with pytest.raises(ClientError):
        s3.head_object(Bucket=BUCKET, Key="torn")


def test_who_leaves_before_the_answer_may_have_stored_it(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    there, gone, stored = threading.Event(), threading.Event(), threading.Event()
    real = Objects.put

    def slow(objects: Objects, *arguments: Any) -> Any:
        there.set()
        gone.wait(30)
        made = real(objects, *arguments)
        stored.set()
        return made

    monkeypatch.setattr(Objects, "put", slow)
    closed = threading.Event()
    noticed = S3.on_connection_close

    def notice(handler: S3) -> None:
        noticed(handler)
        closed.set()

    monkeypatch.setattr(S3, "on_connection_close", notice)
    link = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "left"})
    connection = http.client.HTTPConnection("127.0.0.1", engine.engine.port)
    connection.request("PUT", link.removeprefix(engine.url), b"data")
    assert there.wait(30)
    connection.close()
    assert closed.wait(30)
    gone.set()
    assert stored.wait(30)
    monkeypatch.undo()
    assert s3.get_object(Bucket=BUCKET, Key="left")["Body"].read() == b"data"


def test_a_body_that_nobody_reads_holds_up_nobody(engine: RunningEngine) -> None:
    s3 = engine.client("s3", max_pool_connections=40)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="unread", Body=bytes(20_000_000))
    bodies = [s3.get_object(Bucket=BUCKET, Key="unread")["Body"] for _ in range(32)]
    s3.put_object(Bucket=BUCKET, Key="other", Body=bytes(3_000_000))
    assert len(s3.get_object(Bucket=BUCKET, Key="other")["Body"].read()) == 3_000_000
    s3.delete_object(Bucket=BUCKET, Key="unread")
    assert len(bodies[0].read()) == 20_000_000  # deleted since, and still whole
    for body in bodies:
        body.close()


def wait_for(condition: Any, seconds: float = 30) -> None:
    over = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        over.wait(0.02)
    raise AssertionError("it did not come to that")


@dataclass
class EngineProcess:
    """An engine as a process of its own, which can be killed."""

    home: Path
    process: subprocess.Popen[bytes]
    s3: Any

    @property
    def rss(self) -> int:
        rss: int = psutil.Process(self.process.pid).memory_info().rss
        return rss


@contextlib.contextmanager
def engine_process(home: Path) -> Iterator[EngineProcess]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    state = home / "engine.json"
    state.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_smext.local", "serve"],
        env={**kept, "SMEXT_LOCAL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(state.exists)
        wait_for(lambda: state.read_text())
        said = json.loads(state.read_text())
        s3 = boto3.client(
            "s3",
            endpoint_url=said["url"],
            region_name="us-east-1",
            aws_access_key_id=said["access_key"],
            aws_secret_access_key=said["secret_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        yield EngineProcess(home, process, s3)
    finally:
        process.terminate()
        process.wait()


class Zeros:
    """Many bytes that take no memory."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def read(self, size: int = -1) -> bytes:
        size = self.size - self.at if size < 0 else min(size, self.size - self.at)
        self.at += size
        return bytes(size)

    def seek(self, at: int, whence: int = 0) -> int:
        self.at = {0: 0, 1: self.at, 2: self.size}[whence] + at
        return self.at

    def tell(self) -> int:
        return self.at


def test_a_big_object_is_never_in_memory(tmp_path: Path) -> None:
    size = 400_000_000
    with engine_process(tmp_path) as engine:
        engine.s3.create_bucket(Bucket=BUCKET)
        engine.s3.put_object(Bucket=BUCKET, Key="warm", Body=bytes(1_000_000))
        before = engine.rss
        highest = 0
        over = threading.Event()

        def look() -> None:
            nonlocal highest
            while not over.wait(0.01):
                highest = max(highest, engine.rss)

        watcher = threading.Thread(target=look)
        watcher.start()
        etag = engine.s3.put_object(Bucket=BUCKET, Key="big", Body=Zeros(size))["ETag"]
        read = hashlib.md5()
        body = engine.s3.get_object(Bucket=BUCKET, Key="big")["Body"]
        while chunk := body.read(1 << 20):
            read.update(chunk)
        over.set()
        watcher.join()
        assert etag == f'"{read.hexdigest()}"'
        assert highest - before < 40_000_000


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    said: dict[str, bytes] = {}
    sizes = (10, 300_000, 6_000_000)
    for kill in range(4):
        with engine_process(tmp_path) as engine:
            engine.s3.create_bucket(Bucket=BUCKET)
            for key, data in said.items():
                found = engine.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
                assert (len(found), found[:1], len(set(found))) == (len(data), data[:1], 1)
            done = threading.Event()

            def work(number: int, kill: int = kill, s3: Any = engine.s3, done: Any = done) -> None:
                data = bytes([65 + number + kill]) * sizes[number]
                with contextlib.suppress(BotoCoreError, ClientError):
                    for turn in range(10**6):
                        key = f"{number}/{turn % 5}"
                        said.pop(key, None)  # until the answer it may be the old one or the new
                        s3.put_object(Bucket=BUCKET, Key=key, Body=data)
                        said[key] = data
                        if turn == 3:
                            done.set()

            threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
            for thread in threads:
                thread.start()
            assert done.wait(60)
            engine.process.kill()
            for thread in threads:
                thread.join()
    with engine_process(tmp_path) as engine:
        wait_for(lambda: _files(tmp_path) == _named(tmp_path))
        for one in engine.s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
            found = engine.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
            assert (len(found), len(set(found))) == (sizes[int(one["Key"][0])], 1)


def _files(home: Path) -> set[str]:
    return set(os.listdir(home / "s3"))


def _named(home: Path) -> set[str]:
    import sqlite3

    with contextlib.closing(sqlite3.connect(home / "s3.db")) as db:
        return {blob for (blob,) in db.execute("select blob from pieces")}
