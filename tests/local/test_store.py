"""Records survive a restart and a kill -9, and a failed write changes nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupyter_smext.local.keys import load_keys
from jupyter_smext.local.store import Store
from tests.local_engine import RunningEngine

REGION = "us-east-1"

#: Creates hubs one after another, and says the name of each once AWS's answer for it is there.
_WRITER = """
import asyncio, sys
from pathlib import Path
from jupyter_smext.local.engine import Engine

async def main():
    engine = Engine(Path(sys.argv[1]))
    await engine.start()
    print(engine.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_a_restart_keeps_records_keys_and_tags(fresh_engine: RunningEngine) -> None:
    client = fresh_engine.client("sagemaker")
    arn = client.create_hub(HubName="kept", HubDescription="d", Tags=[{"Key": "k", "Value": "v"}])[
        "HubArn"
    ]
    before = client.describe_hub(HubName="kept")
    keys = fresh_engine.keys
    fresh_engine.restart()
    assert fresh_engine.keys == keys
    client = fresh_engine.client("sagemaker")
    after = client.describe_hub(HubName="kept")
    for answer in (before, after):
        del answer["ResponseMetadata"]
    assert after == before
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    assert client.list_hubs()["HubSummaries"][0]["HubName"] == "kept"


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    home = tmp_path / "engine"
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    url = process.stdout.readline().strip()
    engine = RunningEngine(home)
    try:
        import boto3

        keys = load_keys(home)
        client = boto3.client(
            "sagemaker",
            region_name=REGION,
            endpoint_url=url,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
        )
        for n in range(25):
            client.create_hub(HubName=f"hub-{n}", HubDescription="d")
        client.delete_hub(HubName="hub-0")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    engine.start()
    try:
        found = engine.client("sagemaker").list_hubs(MaxResults=100)["HubSummaries"]
        assert {one["HubName"] for one in found} == {f"hub-{n}" for n in range(1, 25)}
        assert engine.client("sagemaker").list_hubs()["ResponseMetadata"]["HTTPStatusCode"] == 200
    finally:
        engine.stop()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state.db")


def test_an_update_merges_and_tells_the_time(store: Store) -> None:
    store.put(REGION, "Hub", "a", {"HubName": "a", "LastModifiedTime": 1.0, "Gone": 1})
    changed = store.update(REGION, "Hub", "a", {"HubDescription": "d", "Gone": None})
    assert changed == store.get(REGION, "Hub", "a")
    assert changed.pop("LastModifiedTime") > 1.0
    assert changed == {"HubName": "a", "HubDescription": "d"}
    store.update(REGION, "Hub", "a", {"LastModifiedTime": 5.0, "_pid": 7})
    store.update(REGION, "Hub", "a", {"_pid": None})
    assert store.get(REGION, "Hub", "a") == {
        "HubName": "a",
        "HubDescription": "d",
        "LastModifiedTime": 5.0,
        "_pid": None,
    }
    with pytest.raises(KeyError):
        store.update(REGION, "Hub", "b", {})
    store.close()


def test_records_are_found_by_arn(store: Store) -> None:
    store.put(REGION, "Hub", "a", {"HubArn": "one"})
    store.put(REGION, "Workteam", "w", {"_arn": "two"})
    store.put(REGION, "Association", "x", {"SourceArn": "one", "_arn": None})
    found = store.find("one")
    assert found is not None and found[:3] == (REGION, "Hub", "a")
    found = store.find("two")
    assert found is not None and found[1] == "Workteam"
    assert store.find("three") is None
    store.close()


def test_all_is_by_noun_and_region(store: Store) -> None:
    store.put("r1", "Hub", "a", {"n": 1})
    store.put("r2", "Hub", "a", {"n": 2})
    store.put("r1", "Image", "a", {"n": 3})
    assert sorted(store.all("Hub")) == [("r1", "a", {"n": 1}), ("r2", "a", {"n": 2})]
    assert store.all("Hub", "r2") == [("r2", "a", {"n": 2})]
    assert store.delete("r1", "Hub", "a")
    assert not store.delete("r1", "Hub", "a")
    assert store.all("Hub", "r1") == []
    store.close()


def test_a_failed_batch_leaves_nothing(store: Store) -> None:
    with pytest.raises(TypeError):
        store.put_many([(REGION, "Hub", "a", {}), (REGION, "Hub", "b", {"x": object()})])
    assert store.all("Hub") == []
    store.put(REGION, "Hub", "c", {})
    with pytest.raises(TypeError):
        store.update(REGION, "Hub", "c", {"x": object()})
    assert store.get(REGION, "Hub", "c") == {}
    store.close()


def test_threads_write_without_losing_an_update(store: Store) -> None:
    store.put(REGION, "Hub", "a", {})

    def write(name: str) -> None:
        for n in range(50):
            store.update(REGION, "Hub", "a", {name: n})

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.get(REGION, "Hub", "a")
    assert found is not None
    assert {name: found[name] for name in ("t0", "t1", "t2", "t3")} == dict.fromkeys(
        ("t0", "t1", "t2", "t3"), 49
    )
    store.close()


def test_versions_change_with_writes_of_any_process(store: Store, tmp_path: Path) -> None:
    before = store.version(REGION, "Hub")
    store.put(REGION, "Hub", "a", {})
    own = store.version(REGION, "Hub")
    assert own != before
    assert store.version(REGION, "Hub") == own
    other = sqlite3.connect(tmp_path / "state.db")
    with other:
        other.execute("delete from resources")
    other.close()
    assert store.version(REGION, "Hub") != own
    store.close()


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    made = load_keys(tmp_path)
    assert load_keys(tmp_path) == made
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert made.secret_key not in repr(made)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_two_starts_agree_on_the_keys(tmp_path: Path) -> None:
    found: list[object] = []
    barrier = threading.Barrier(8)

    def load() -> None:
        barrier.wait()
        found.append(load_keys(tmp_path))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
