"""Listing and previews against moto, which others wrote: archives, odd keys, every size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from jupyter_smext.objects.asked import Place
from jupyter_smext.objects.listing import buckets, page, sum_of
from jupyter_smext.objects.preview import object_of
from jupyter_smext.objects.reading import HEAD
from tests.local.beside_moto import client
from tests.objects.one_client import OneClient


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        made = client("s3")
        made.create_bucket(Bucket="bucket")
        yield made
        made.close()


@pytest.fixture
def place(s3: Any) -> Place:
    return Place(OneClient(s3), "environment", "us-east-1")  # type: ignore[arg-type]


def test_folders_and_sums(s3: Any, place: Place) -> None:
    for key in ("d/", "d/a b+c%20.txt", "d/e/f", "d//g", "h"):
        s3.put_object(Bucket="bucket", Key=key, Body=b"x" if not key.endswith("/") else b"")
    found = page(place, "s3://bucket/d/", None)
    assert [(each.name, each.uri, each.folder) for each in found.entries] == [
        ("", "s3://bucket/d//", True),
        ("e", "s3://bucket/d/e/", True),
        ("a b+c%20.txt", "s3://bucket/d/a b+c%20.txt", False),
    ]
    total = sum_of(place, "s3://bucket/d")
    assert (total.objects, total.bytes, total.complete) == (3, 3, True)
    assert [each.name for each in buckets(place).buckets] == ["bucket"]


def test_what_is_archived_is_told_and_not_read(s3: Any, place: Place) -> None:
    s3.put_object(Bucket="bucket", Key="old.csv", Body=b"a,b\n1,2\n", StorageClass="GLACIER")
    found = object_of(place, "s3://bucket/old.csv")
    assert (found.size, found.storage, found.preview) == (8, "GLACIER", None)
    assert found.problem is not None
    assert found.problem.code == "InvalidObjectState"
    assert "has to be restored" in found.problem.title


def test_empty_small_and_large_objects(s3: Any, place: Place) -> None:
    for size in (0, 1, HEAD, HEAD + 1):
        s3.put_object(Bucket="bucket", Key=str(size), Body=b"x" * size, Metadata={"a": "b"})
        found = object_of(place, f"s3://bucket/{size}")
        assert (found.size, found.metadata) == (size, {"a": "b"})
        assert found.preview is not None
        assert len(found.preview.text) == min(size, HEAD)
        assert found.preview.whole == (size <= HEAD)
