"""Lists of objects as boto3 sees them, against a plain reading of what S3's documentation says."""

from __future__ import annotations

import random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

BUCKET = "lists"


@pytest.fixture(scope="module")
def keys(running_engine: RunningEngine) -> list[str]:
    """Keys with all that is hard: shared beginnings, order of bytes, characters of XML and URLs."""
    s3 = running_engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    chosen = random.Random(3)
    alphabet = ["a", "b", "/", "//", "z", " ", "+", "&", "<", "é", "\U0001f600", "\uffff", "%2F"]
    made = {"".join(chosen.choices(alphabet, k=chosen.randint(1, 6))) for _ in range(120)}
    for key in made:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    return sorted(made, key=str.encode)


def rolled_up(keys: list[str], prefix: str, delimiter: str, after: str = "") -> list[str]:
    """What a list shows, keys and common prefixes, in order. API_ListObjectsV2.html."""
    shown: list[str] = []
    for key in keys:
        if not key.startswith(prefix) or key.encode() <= after.encode():
            continue
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        entry = key if at < 0 else key[: at + len(delimiter)]
        if entry not in shown and entry != after:
            shown.append(entry)
    return shown


def entries(page: dict[str, Any], member: str = "Contents") -> list[str]:
    found = [one["Key"] for one in page.get(member, [])]
    return found + [one["Prefix"] for one in page.get("CommonPrefixes", [])]


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2", "list_object_versions"])
@pytest.mark.parametrize("delimiter", ["", "/", "a", "//"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "é", "\uffff", "nothing"])
def test_pages_of_every_size_show_all(
    engine: RunningEngine, keys: list[str], operation: str, delimiter: str, prefix: str
) -> None:
    s3 = engine.client("s3")
    member = "Versions" if operation == "list_object_versions" else "Contents"
    expected = rolled_up(keys, prefix, delimiter)
    for size in (1, 7, 1000):
        pages = list(
            s3.get_paginator(operation).paginate(
                Bucket=BUCKET,
                Prefix=prefix,
                Delimiter=delimiter,
                PaginationConfig={"PageSize": size},
            )
        )
        found = [entry for page in pages for entry in entries(page, member)]
        assert sorted(found, key=str.encode) == sorted(expected, key=str.encode)
        assert all(len(entries(page, member)) <= size for page in pages)


@pytest.mark.parametrize("delimiter", ["", "/"])
def test_a_list_begins_after_any_key(
    engine: RunningEngine, keys: list[str], delimiter: str
) -> None:
    s3 = engine.client("s3")
    for after in [*random.Random(1).sample(keys, 15), "a/", "b", "nothing", "\uffff"]:
        expected = set(rolled_up(keys, "", delimiter, after))
        given = {"Bucket": BUCKET, "Delimiter": delimiter}
        assert set(entries(s3.list_objects_v2(**given, StartAfter=after))) == expected
        assert set(entries(s3.list_objects(**given, Marker=after))) == expected


def test_what_a_list_says(engine: RunningEngine, keys: list[str]) -> None:
    s3 = engine.client("s3")
    page = s3.list_objects_v2(Bucket=BUCKET, MaxKeys=3, FetchOwner=True)
    assert (page["IsTruncated"], page["KeyCount"], page["MaxKeys"]) == (True, 3, 3)
    one = page["Contents"][0]
    assert (one["Size"], one["StorageClass"]) == (len(keys[0].encode()), "STANDARD")
    assert len(one["Owner"]["ID"]) == 64
    head = s3.head_object(Bucket=BUCKET, Key=one["Key"])
    assert (one["ETag"], one["LastModified"]) == (head["ETag"], head["LastModified"])
    none = s3.list_objects_v2(Bucket=BUCKET, MaxKeys=0)
    assert (none["IsTruncated"], none["KeyCount"]) == (False, 0)
    assert s3.list_objects_v2(Bucket=BUCKET, MaxKeys=5000)["MaxKeys"] == 1000


@pytest.mark.parametrize(
    "given", [{"ContinuationToken": "!"}, {"ContinuationToken": "////"}, {"MaxKeys": -1}]
)
def test_what_cannot_be_listed(
    engine: RunningEngine, keys: list[str], given: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as error:
        engine.client("s3").list_objects_v2(Bucket=BUCKET, **given)
    assert error.value.response["Error"]["Code"] == "InvalidArgument"
