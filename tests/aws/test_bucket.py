"""The bucket of a job: created only when it is the account's default, refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.bucket import Bucket, split
from jupyter_smext.aws.default_bucket import default_bucket
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from tests.local_engine import RunningEngine

ACCOUNT = "000000000000"


def bucket(sessions: Sessions, name: str, region: str = "us-east-1") -> Bucket:
    return Bucket(sessions, "local", region, name)


def test_the_default_bucket_is_created_where_it_belongs(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine
) -> None:
    name = default_bucket(ACCOUNT, "eu-west-1")
    ours = bucket(sessions, name, "eu-west-1")
    assert ours.make_ready() == f"Created the bucket {name}"
    assert ours.make_ready() == f"{name} is there"
    place = engine.client("s3", "eu-west-1").get_bucket_location(Bucket=name)
    assert place["LocationConstraint"] == "eu-west-1"


def test_the_default_bucket_of_somebody_else_is_not_taken(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine
) -> None:
    asked: list[dict[str, str]] = []
    client = sessions.client("local", "eu-west-2", "s3")
    client.meta.events.register(
        "provide-client-params.s3.HeadBucket", lambda params, **_: asked.append(params)
    )
    bucket(sessions, default_bucket(ACCOUNT, "eu-west-2"), "eu-west-2").make_ready()
    assert asked[0]["ExpectedBucketOwner"] == ACCOUNT


@pytest.mark.parametrize(
    ("operation", "permission"),
    [("HeadBucket", "s3:ListBucket"), ("CreateBucket", "s3:CreateBucket")],
)
def test_what_is_denied_is_said(
    operation: str,
    permission: str,
    sessions: Sessions,
    local: tuple[str, str],
    engine: RunningEngine,
) -> None:
    engine.faults([{"kind": "denied", "operation": operation}])
    with pytest.raises(ProblemError) as raised:
        bucket(sessions, default_bucket(ACCOUNT, "eu-west-3"), "eu-west-3").make_ready()
    assert raised.value.problem.permission == permission
    assert raised.value.problem.cause == "denied"


def test_an_upload_that_is_denied_names_the_permission(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine, tmp_path: Path
) -> None:
    ours = bucket(sessions, default_bucket(ACCOUNT, "us-east-1"))
    ours.make_ready()
    file = tmp_path / "file"
    file.write_bytes(b"x" * 100)
    engine.faults([{"kind": "denied", "operation": "PutObject"}])
    with pytest.raises(ProblemError) as raised:
        ours.upload(file, "key", lambda count: None)
    assert raised.value.problem.permission == "s3:PutObject"
    engine.faults([])
    told: list[int] = []
    ours.upload(file, "some/key", told.append)
    assert sum(told) == 100
    assert ours.list("some/") == {"key": 100}
    assert ours.get("some/other") is None


@pytest.mark.parametrize("operation", ["HeadBucket", "PutObject", "ListObjectsV2", "GetObject"])
def test_a_proxy_s_page_is_no_answer_of_s3(
    operation: str,
    sessions: Sessions,
    local: tuple[str, str],
    engine: RunningEngine,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("x")
    ours = bucket(sessions, default_bucket(ACCOUNT, "us-east-1"))
    ours.make_ready()
    ours.client.put_object(Bucket=ours.name, Key="key", Body=b"x")
    engine.faults([{"kind": "nonjson", "operation": operation}])
    call: dict[str, Callable[[], object]] = {
        "HeadBucket": ours.make_ready,
        "PutObject": lambda: ours.upload(tmp_path / "file", "key", lambda count: None),
        "ListObjectsV2": lambda: ours.list(""),
        "GetObject": lambda: ours.get("key"),
    }
    with pytest.raises(ProblemError) as raised:
        call[operation]()
    assert raised.value.problem.cause == "broken"


def test_a_download_that_breaks_off_is_said(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine, tmp_path: Path
) -> None:
    ours = bucket(sessions, default_bucket(ACCOUNT, "us-east-1"))
    ours.make_ready()
    ours.client.put_object(Bucket=ours.name, Key="key", Body=b"x" * 1000)
    folder = tmp_path / "folder"
    folder.mkdir()
    engine.faults([{"kind": "truncated", "operation": "GetObject"}])
    with pytest.raises(ProblemError) as raised:
        ours.download("key", folder / "file")
    assert raised.value.problem.cause == "offline"
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("s3://bucket", ("bucket", "")),
        ("s3://bucket/", ("bucket", "")),
        ("s3://my.bucket-1/a b/ü/", ("my.bucket-1", "a b/ü")),
    ],
)
def test_places(uri: str, found: tuple[str, str]) -> None:
    assert split(uri) == found


@pytest.mark.parametrize("uri", ["", "bucket", "s3://", "s3://A", "s3://b/", "s3://bucket\n/x"])
def test_what_is_no_place(uri: str) -> None:
    with pytest.raises(ProblemError):
        split(uri)


def test_what_stays_when_others_are_deleted_is_said(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine
) -> None:
    """S3 answers 200, with what it refused inside."""
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="stays")
    for key in ("a", "b", "c"):
        s3.put_object(Bucket="stays", Key=key, Body=b"x")
    ours = bucket(sessions, "stays")
    with pytest.raises(ProblemError) as raised:
        ours.delete([{"Key": "a", "VersionId": "another"}, {"Key": "b"}])
    assert raised.value.problem.code == "NoSuchVersion"
    assert "stays/a: " in raised.value.problem.detail
    assert list(ours.list("")) == ["a", "c"]

    def refuse(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Errors"] = [{"Key": "a", "Code": "AccessDenied", "Message": "Access Denied"}]

    ours.client.meta.events.register("after-call.s3.DeleteObjects", refuse)
    with pytest.raises(ProblemError) as raised:
        ours.delete([{"Key": "a"}])
    ours.client.meta.events.unregister("after-call.s3.DeleteObjects", refuse)
    found = raised.value.problem
    assert (found.cause, found.permission) == ("denied", "s3:DeleteObject")
    assert found.detail == "stays/a: Access Denied"
    ours.delete([{"Key": str(number)} for number in range(1500)])
