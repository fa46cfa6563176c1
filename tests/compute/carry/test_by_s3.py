"""A large folder goes by way of S3, and no more is left there than a bucket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.problems import ProblemError, problem
from jupyter_smext.compute.carry import by_s3
from jupyter_smext.compute.carry.by_s3 import ByS3
from jupyter_smext.compute.carry.folder import pull, push
from tests.local_engine import RunningEngine

WORDS = ("ünïcødé ☃.txt", "new\nline", "100%.csv", "deep/er/empty")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "deep" / "er").mkdir(parents=True)
    for name in WORDS:
        (folder / name).write_text("" if name.endswith("empty") else name)
    (folder / "big.bin").write_bytes(os.urandom(12_000_000))
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "out").symlink_to("/etc")
    return folder


@pytest.fixture(params=["us-east-1", "eu-west-1"])
def way(request: pytest.FixtureRequest, local: Any, sessions: Any) -> ByS3:
    return ByS3(sessions, "local", request.param)


async def test_there(
    way: ByS3, remote: Any, volume: Path, folder: Path, tmp_path: Path, engine: RunningEngine
) -> None:
    said: list[str] = []
    state = tmp_path / "state"
    there = f"jupyter_smext/{tmp_path.name}"
    (volume / there).mkdir(parents=True)
    (volume / there / "run.sh").write_text("theirs")

    async def pushed() -> Any:
        return await push(
            remote,
            folder,
            there,
            state,
            lambda part, words: said.append(words),
            by_s3=way,
            limit=1_000_000,
        )

    found = await pushed()
    assert (found.files, found.without) == (len(WORDS) + 2, {})
    assert found.beside == {"run.sh": "run (from nb-far).sh"}
    for name in (*WORDS, "big.bin", "run.sh"):
        assert (volume / there / name).read_bytes() == (folder / name).read_bytes()
    assert not (volume / there / "out").exists()
    assert not list((volume / there).rglob(".smext*"))
    assert said[-1] == "Fetching them from S3 on nb-far"
    assert any(words.endswith("of 11 MiB to S3") for words in said)
    # The conflict's file is new here: it alone goes with the next push, and not by S3.
    assert (await pushed()).files == 1
    assert (await pull(remote, folder, there, state)).files == ()
    s3 = engine.client("s3")
    bucket = f"sagemaker-{way._region}-{engine.engine.account}"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    # The kernel that fetched them is gone.
    assert await remote.kernels() == []


async def test_what_fails_leaves_no_object(
    way: ByS3,
    remote: Any,
    folder: Path,
    tmp_path: Path,
    engine: RunningEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(by_s3, "URL_SECONDS", 1)

        async def late(*given: Any) -> None:
            raise ProblemError(problem("broken", "the instance went away"))

        patch.setattr(by_s3, "_fetched_there", late)
        with pytest.raises(ProblemError, match="went away"):
            await push(remote, folder, "x", tmp_path / "s", by_s3=way, limit=1)
    bucket = f"sagemaker-{way._region}-{engine.engine.account}"
    assert "Contents" not in engine.client("s3").list_objects_v2(Bucket=bucket)


async def test_a_refusal_is_told_in_awss_words(
    way: ByS3, remote: Any, folder: Path, tmp_path: Path, engine: RunningEngine
) -> None:
    # In parts, it would be another operation.
    (folder / "big.bin").unlink()
    engine.faults([{"operation": "PutObject", "kind": "denied"}])
    with pytest.raises(ProblemError) as refused:
        await push(remote, folder, "y", tmp_path / "s", by_s3=way, limit=1)
    assert refused.value.problem.cause == "denied"
    assert refused.value.problem.permission == "s3:PutObject"


@pytest.mark.parametrize("operation", ["HeadBucket", "PutObject"])
async def test_a_proxy_s_page_is_no_answer_of_s3(
    operation: str, way: ByS3, remote: Any, folder: Path, tmp_path: Path, engine: RunningEngine
) -> None:
    # In parts, it would be another operation.
    (folder / "big.bin").unlink()
    engine.faults([{"operation": operation, "kind": "nonjson"}])
    with pytest.raises(ProblemError, match="could not be read"):
        await push(remote, folder, "y", tmp_path / "s", by_s3=way, limit=1)


async def test_a_page_in_place_of_a_deletion_is_no_deletion(
    way: ByS3, remote: Any, folder: Path, tmp_path: Path, engine: RunningEngine
) -> None:
    engine.faults([{"operation": "DeleteObject", "kind": "nonjson"}])
    there = f"page-{tmp_path.name}"
    found = await push(remote, folder, there, tmp_path / "s", by_s3=way, limit=1)
    assert found.left.endswith("could not be read")


async def test_an_object_that_may_not_be_deleted_is_named(
    way: ByS3, remote: Any, folder: Path, tmp_path: Path, volume: Path, engine: RunningEngine
) -> None:
    engine.faults([{"operation": "DeleteObject", "kind": "denied"}])
    there = f"left-{tmp_path.name}"
    found = await push(remote, folder, there, tmp_path / "s", by_s3=way, limit=1)
    assert found.left.startswith(f"s3://sagemaker-{way._region}-")
    assert found.left.endswith("is left: Not allowed: s3:DeleteObject")
    assert (volume / there / "big.bin").exists()


async def test_another_archive_is_not_unpacked(
    remote: Any, engine: RunningEngine, volume: Path
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="elsewhere")
    s3.put_object(Bucket="elsewhere", Key="a", Body=b"another")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "elsewhere", "Key": "a"})
    with pytest.raises(ProblemError, match="damaged on its way"):
        await by_s3._fetched_there(remote, "z", url, "0" * 64)
    assert not list((volume / "z").iterdir())
    assert await remote.kernels() == []
