"""A model and its script become one archive: in the launch, and by the code that is shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.jumpstart.code import boto3_code
from jupyter_smext.jumpstart.code_cli import cli
from jupyter_smext.jumpstart.model_container import Packing
from jupyter_smext.jumpstart.packing import delete_packed, pack
from jupyter_smext.jumpstart.program import Program
from tests.local_engine import RunningEngine
from tests.smext_server import REGION

pytest_plugins = ("tests.local_engine", "tests.smext_server")

OURS = f"sagemaker-{REGION}-000000000000"
PUBLIC = f"jumpstart-cache-prod-{REGION}"
MODEL = {"model.bin": b"weights", "code/inference.py": b"old", "code/more.py": b"more"}


def archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()


@pytest.fixture
def s3(engine: RunningEngine) -> Any:
    client = engine.client("s3")
    if OURS not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=OURS)
    client.put_object(Bucket=OURS, Key="model.tar.gz", Body=archive(MODEL))
    return client


@pytest.fixture
def packing(s3: Any) -> Packing:
    """The script is one of JumpStart's bucket, which is read unsigned."""
    keys = [
        each["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PUBLIC)
        for each in page["Contents"]
    ]
    script = next(key for key in keys if "/inference/" in key and key.endswith("sourcedir.tar.gz"))
    return Packing(f"s3://{OURS}/model.tar.gz", f"s3://{PUBLIC}/{script}", f"s3://{OURS}/to/m.tgz")


def members(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {
            member.name.removeprefix("./"): tar.extractfile(member).read()  # type: ignore[union-attr]
            for member in tar
            if member.isreg()
        }


def packed(s3: Any, uri: str) -> dict[str, bytes]:
    return members(s3.get_object(Bucket=OURS, Key=uri.removeprefix(f"s3://{OURS}/"))["Body"].read())


def test_the_script_is_put_in_place_of_the_models_own(
    sessions: Sessions, local: tuple[str, str], s3: Any, packing: Packing
) -> None:
    told: list[float] = []
    pack(sessions, *local, packing, told.append)
    found = packed(s3, packing.to)
    key = packing.script.removeprefix(f"s3://{PUBLIC}/")
    script = members(s3.get_object(Bucket=PUBLIC, Key=key)["Body"].read())
    assert script["inference.py"] == found["code/inference.py"] != b"old"
    assert found["model.bin"] == b"weights" and found["code/more.py"] == b"more"
    assert told == sorted(told) and told[-1] == 1.0
    delete_packed(sessions, *local, packing)
    delete_packed(sessions, *local, packing)
    assert "Contents" not in s3.list_objects_v2(Bucket=OURS, Prefix="to/")


@pytest.mark.parametrize(
    "content",
    [archive({"../outside": b"x"}), archive({"/absolute": b"x"}), b"no archive", b""],
    ids=["up", "absolute", "none", "empty"],
)
def test_a_hostile_archive_is_refused(
    sessions: Sessions, local: tuple[str, str], s3: Any, packing: Packing, content: bytes
) -> None:
    s3.put_object(Bucket=OURS, Key="model.tar.gz", Body=content)
    with pytest.raises(ProblemError) as refused:
        pack(sessions, *local, packing, lambda done: None)
    assert "archive" in refused.value.problem.title
    assert "Contents" not in s3.list_objects_v2(Bucket=OURS, Prefix="to/")


@pytest.mark.skipif(sys.platform == "win32", reason="the script is for bash")
@pytest.mark.parametrize("make", [boto3_code, cli], ids=["boto3", "cli"])
def test_the_code_packs_the_same(
    engine: RunningEngine, s3: Any, packing: Packing, make: Any, tmp_path: Path
) -> None:
    code = make(Program(REGION, packing, (), "endpoint_in_service", {"EndpointName": "x"}, ()))
    command = [sys.executable, "-c"] if make is boto3_code else ["bash", "-c"]
    # Only what packs: there is no endpoint to wait for.
    lines = [line for line in code.splitlines() if "endpoint" not in line]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": engine.url,
        "AWS_ACCESS_KEY_ID": engine.keys.access_key,
        "AWS_SECRET_ACCESS_KEY": engine.keys.secret_key,
        "AWS_DEFAULT_REGION": REGION,
    }
    run = subprocess.run([*command, "\n".join(lines)], env=environment, cwd=tmp_path)
    assert run.returncode == 0
    found = packed(s3, packing.to)
    assert found["model.bin"] == b"weights" and found["code/more.py"] == b"more"
    assert found["code/inference.py"] != b"old"
    s3.delete_object(Bucket=OURS, Key="to/m.tgz")
