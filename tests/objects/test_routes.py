"""The routes of S3 and of what uses a resource, against the local engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_smext.inventory import used_by
from jupyter_smext.objects import listing
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
#: Everything that a key may have, and that some layer likes to change.
ODD = (
    " spaces around ",
    "a//b",
    "<img src=x onerror=alert(1)>.txt",
    "percent%20plus+and&=?#",
    "new\nline",
    "Grüße/‮ bidi",
    "..",
    "x" * 1000,
)


@pytest.fixture
def bucket(engine: RunningEngine, local: Any, request: Any) -> str:
    name = f"b-{abs(hash(request.node.name))}"
    engine.client("s3").create_bucket(Bucket=name)
    return name


async def test_buckets_are_listed_with_the_default_one(
    call: Call, bucket: str, engine: Any
) -> None:
    answer = await call("GET", "buckets", **PLACE)
    assert answer.status == 200
    assert bucket in [each["name"] for each in answer.json["buckets"]]
    assert answer.json["default"] == f"sagemaker-us-east-1-{engine.engine.account}"
    assert answer.json["problem"] is None


async def test_buckets_that_may_not_be_listed_leave_the_default_one(
    call: Call, bucket: str, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "denied", "operation": "ListBuckets"}])
    answer = await call("GET", "buckets", **PLACE)
    assert answer.status == 200
    assert answer.json["buckets"] == []
    assert answer.json["default"]
    assert answer.json["problem"]["cause"] == "denied"
    assert answer.json["problem"]["permission"] == "s3:ListAllMyBuckets"


async def test_a_folder_has_folders_and_objects_page_by_page(
    call: Call, bucket: str, engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    s3 = engine.client("s3")
    for key in ("d/", "d/a", "d/b", "d/c/1", "d/c/2", "d/e/3", "other"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x" if not key.endswith("/") else b"")
    uri, pages = f"s3://{bucket}/d/", 0
    found: list[dict[str, Any]] = []
    next: str | None = ""
    while next is not None:
        more = {"next": next} if next else {}
        answer = await call("GET", "objects", **PLACE, uri=uri, **more)
        assert answer.status == 200
        found += answer.json["entries"]
        next, pages = answer.json["next"], pages + 1
    assert pages > 1
    assert sorted((each["name"], each["folder"], each["size"]) for each in found) == [
        ("a", False, 1),
        ("b", False, 1),
        ("c", True, None),
        ("e", True, None),
    ]
    begins = await call("GET", "objects", **PLACE, uri=f"s3://{bucket}/o")
    assert [each["uri"] for each in begins.json["entries"]] == [f"s3://{bucket}/other"]


@pytest.mark.parametrize("key", ODD)
async def test_a_key_is_taken_letter_for_letter(
    call: Call, bucket: str, engine: RunningEngine, key: str
) -> None:
    s3 = engine.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=b"content of it")
    s3.put_object(Bucket=bucket, Key=key.strip() + "!", Body=b"another")
    uri = f"s3://{bucket}/{key}"
    answer = await call("GET", "object", **PLACE, uri=uri)
    assert answer.status == 200, answer.json
    assert (answer.json["uri"], answer.json["preview"]["text"]) == (uri, "content of it")
    content = await call("GET", "object-content", **PLACE, uri=uri)
    assert content.body == b"content of it"
    folder = uri[: uri.rindex("/") + 1]
    listed = await call("GET", "objects", **PLACE, uri=folder)
    assert uri in [each["uri"] for each in listed.json["entries"]]


async def test_a_sum_is_whole_or_said_to_be_more(
    call: Call, bucket: str, engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = engine.client("s3")
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"data/{number}", Body=bytes(100))
    uri = f"s3://{bucket}/data"
    answer = await call("GET", "objects/sum", **PLACE, uri=uri)
    assert answer.json == {"uri": uri, "objects": 5, "bytes": 500, "complete": True}
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "SUM_PAGES", 2)
    answer = await call("GET", "objects/sum", **PLACE, uri=uri)
    assert answer.json == {"uri": uri, "objects": 4, "bytes": 400, "complete": False}
    nothing = await call("GET", "objects/sum", **PLACE, uri=f"s3://{bucket}/none")
    assert nothing.json["objects"] == 0


@pytest.mark.parametrize(
    "uri", ["", "http://x/y", "s3://", "s3:///key", "s3://b!d/x", "/etc/passwd"]
)
@pytest.mark.parametrize("path", ["objects", "objects/sum", "object", "object-content"])
async def test_what_is_no_place_in_s3_is_refused(
    call: Call, local: Any, path: str, uri: str
) -> None:
    answer = await call("GET", path, **PLACE, uri=uri)
    assert answer.status == 400
    assert answer.json["title"] == "This is no place in S3"


async def test_what_is_not_there_is_said_so(call: Call, bucket: str) -> None:
    gone = await call("GET", "object", **PLACE, uri=f"s3://{bucket}/gone")
    assert (gone.status, gone.json["cause"]) == (404, "not_found")
    assert gone.json["title"] == f"There is nothing at s3://{bucket}/gone"
    no_bucket = await call("GET", "objects", **PLACE, uri="s3://no-such-bucket-here/x")
    assert no_bucket.json["title"] == "There is no bucket no-such-bucket-here"
    content = await call("GET", "object-content", **PLACE, uri=f"s3://{bucket}/gone")
    assert content.status == 404
    assert content.headers["Content-Type"] == "application/problem+json"


async def test_what_is_denied_names_the_permission(
    call: Call, bucket: str, engine: RunningEngine
) -> None:
    engine.client("s3").put_object(Bucket=bucket, Key="x", Body=b"x")
    engine.faults([{"kind": "denied", "operation": "GetObject"}])
    answer = await call("GET", "object", **PLACE, uri=f"s3://{bucket}/x")
    # What it is may be asked for, though not what it holds.
    assert answer.status == 200
    assert (answer.json["size"], answer.json["preview"]) == (1, None)
    assert answer.json["problem"]["permission"] == "s3:GetObject"
    engine.faults([{"kind": "denied", "operation": "ListObjectsV2"}])
    answer = await call("GET", "objects", **PLACE, uri=f"s3://{bucket}/")
    assert (answer.status, answer.json["permission"]) == (403, "s3:ListBucket")


async def test_an_object_is_downloaded_as_a_file_and_never_as_a_page(
    call: Call, bucket: str, engine: RunningEngine
) -> None:
    page = b"<script>alert(1)</script>" * 100_000
    engine.client("s3").put_object(
        Bucket=bucket, Key="d/p%C3ü.html", Body=page, ContentType="text/html"
    )
    answer = await call("GET", "object-content", **PLACE, uri=f"s3://{bucket}/d/p%C3ü.html")
    assert answer.body == page
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''p%25C3%C3%BC.html"
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert headers["Content-Length"] == str(len(page))


async def test_a_part_of_an_object_is_downloaded(
    call: Call, bucket: str, engine: RunningEngine, jp_fetch: Any
) -> None:
    engine.client("s3").put_object(Bucket=bucket, Key="n", Body=b"0123456789")
    query = {**PLACE, "uri": f"s3://{bucket}/n"}
    for asked, status, body in (
        ("bytes=2-4", 206, b"234"),
        ("bytes=-3", 206, b"789"),
        ("bytes=7-", 206, b"789"),
        ("lines=1-2", 200, b"0123456789"),
    ):
        answer = await jp_fetch(
            *("smext", "api", "object-content"), params=query, headers={"Range": asked}
        )
        assert (answer.code, answer.body) == (status, body)
        if status == 206:
            assert answer.headers["Content-Range"].endswith("/10")


def names(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((each["kind"], each["name"]) for each in found)


@pytest.fixture
def chain(engine: RunningEngine, local: Any) -> Iterator[RunningEngine]:
    """Data ← processing job ← training job ← model ← endpoint config ← endpoint, as records."""
    role = "arn:aws:iam::000000000000:role/r"
    engine.put(
        "ProcessingJob",
        {
            "ProcessingJobName": "prepare",
            "ProcessingJobStatus": "Completed",
            "CreationTime": 1000.0,
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "train",
                        "S3Output": {"S3Uri": "s3://b/prepare/out/train", "LocalPath": "/x"},
                    }
                ]
            },
        },
    )
    engine.put(
        "TrainingJob",
        {
            "TrainingJobName": "fit",
            "TrainingJobStatus": "Completed",
            "CreationTime": 2000.0,
            "InputDataConfig": [
                {
                    "ChannelName": "train",
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": "s3://b/prepare/out/train",
                        }
                    },
                }
            ],
            "OutputDataConfig": {"S3OutputPath": "s3://b/models"},
            "ModelArtifacts": {"S3ModelArtifacts": "s3://b/models/fit/output/model.tar.gz"},
        },
    )
    sagemaker = engine.client("sagemaker")
    image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/x:1"
    for name, uri in {
        "fitted": "s3://b/models/fit/output/model.tar.gz",
        "another": "s3://b/models/fit-2/output/model.tar.gz",
    }.items():
        container = {"Image": image, "ModelDataUrl": uri}
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    variant = {
        "VariantName": "v",
        "ModelName": "fitted",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="served", ProductionVariants=[variant])
    yield engine
    engine.faults([])
    sagemaker.delete_endpoint_config(EndpointConfigName="served")
    for name in ("fitted", "another"):
        sagemaker.delete_model(ModelName=name)


async def test_related_resources_lead_both_ways(call: Call, chain: RunningEngine) -> None:
    expected = {
        ("processing-job", "prepare"): ([("training-job", "fit")], []),
        ("training-job", "fit"): ([("model", "fitted")], [("processing-job", "prepare")]),
        ("model", "fitted"): ([("endpoint-config", "served")], [("training-job", "fit")]),
        ("model", "another"): ([], []),
    }
    for (kind, id), (used, made) in expected.items():
        answer = await call("GET", f"resources/{kind}/{id}/used-by", **PLACE)
        assert answer.status == 200, answer.json
        assert names(answer.json["used_by"]) == used, (kind, id)
        assert names(answer.json["made_by"]) == made, (kind, id)
        assert answer.json["problems"] == []
    described = await call("GET", "resources/training-job/fit", **PLACE)
    assert [(each["label"], each["uri"]) for each in described.json["places"]] == [
        ("Input train", "s3://b/prepare/out/train"),
        ("Output", "s3://b/models"),
        ("Model artifacts", "s3://b/models/fit/output/model.tar.gz"),
    ]


async def test_what_cannot_be_read_is_said(call: Call, chain: RunningEngine) -> None:
    chain.faults([{"kind": "denied", "operation": "DescribeEndpointConfig"}])
    answer = await call("GET", "resources/model/fitted/used-by", **PLACE)
    assert answer.json["used_by"] == []
    assert [each["permission"] for each in answer.json["problems"]] == [
        "sagemaker:DescribeEndpointConfig"
    ]


async def test_many_are_not_all_looked_at(
    call: Call, chain: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(used_by, "EACH", 1)
    answer = await call("GET", "resources/training-job/fit/used-by", **PLACE)
    assert any("the newest 1 were looked at" in note for note in answer.json["notes"])


async def test_what_was_described_is_not_asked_again(
    call: Call, chain: RunningEngine, jp_serverapp: Any
) -> None:
    first = await call("GET", "resources/training-job/fit/used-by", **PLACE)
    chain.faults([{"kind": "denied", "operation": "DescribeModel"}])
    again = await call("GET", "resources/training-job/fit/used-by", **PLACE)
    assert names(again.json["used_by"]) == names(first.json["used_by"]) == [("model", "fitted")]
    assert again.json["problems"] == []


async def test_what_is_younger_than_the_lists_is_found(
    call: Call, chain: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await call("GET", "resources/model/another/used-by", **PLACE)).json["used_by"] == []
    variant = {"VariantName": "v", "ModelName": "another", "InitialInstanceCount": 1}
    chain.client("sagemaker").create_endpoint_config(
        EndpointConfigName="younger",
        ProductionVariants=[{**variant, "InstanceType": "ml.m5.large"}],
    )
    try:
        monkeypatch.setattr(used_by, "FRESH", 0.0)
        answer = await call("GET", "resources/model/another/used-by", **PLACE)
        assert names(answer.json["used_by"]) == [("endpoint-config", "younger")]
    finally:
        chain.client("sagemaker").delete_endpoint_config(EndpointConfigName="younger")


async def test_of_what_is_not_there_nothing_is_said(call: Call, chain: RunningEngine) -> None:
    answer = await call("GET", "resources/model/gone/used-by", **PLACE)
    assert answer.json["cause"] == "not_found"
