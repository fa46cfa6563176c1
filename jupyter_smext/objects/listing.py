"""What there is in S3: buckets, what lies below a prefix, and how much that is."""

from __future__ import annotations

from typing import Any

from ..aws.default_bucket import default_bucket
from ..aws.errors import ProblemError
from ..protocol import Problem, S3Bucket, S3Buckets, S3Entry, S3Page, S3Sum
from .asked import Place
from .uri import name_of, split, uri_of

PAGE = 1000
"""Keys of a page: the most that S3 gives."""

SUM_PAGES = 10
"""Pages that a sum is made of; what is beyond them is said to be more."""

BUCKET_PAGES = 10


def buckets(place: Place) -> S3Buckets:
    """The account's buckets. Where they may not be listed, the default one alone; blocks."""
    found: list[S3Bucket] = []
    trouble: Problem | None = None
    account = place.account
    default = default_bucket(account, place.region) if account else None
    asked: dict[str, Any] = {"MaxBuckets": PAGE}
    try:
        for _ in range(BUCKET_PAGES):
            with place.asking("ListAllMyBuckets", default or ""):
                answer = place.client.list_buckets(**asked)
            for each in answer.get("Buckets", ()):
                created = each.get("CreationDate")
                found.append(
                    S3Bucket(
                        each["Name"],
                        each.get("BucketRegion"),
                        created.timestamp() if created else None,
                    )
                )
            token = answer.get("ContinuationToken")
            if not token:
                break
            asked["ContinuationToken"] = token
    except ProblemError as error:
        trouble = error.problem
    return S3Buckets(tuple(found), default, trouble)


def page(place: Place, uri: str, next: str | None) -> S3Page:
    """What lies directly below a prefix, a page of it. Blocks. Raises ProblemError.

    A URI that does not end in a slash asks for all whose names begin so. The empty objects with
    which consoles mark folders are left out.
    """
    bucket, prefix = split(uri)
    asked = {"Bucket": bucket, "Prefix": prefix, "Delimiter": "/", "MaxKeys": PAGE}
    if next:
        asked["ContinuationToken"] = next
    with place.asking("ListBucket", bucket, prefix):
        answer = place.client.list_objects_v2(**asked)
    folders = [
        S3Entry(name_of(key), uri_of(bucket, key), True, None, None, None)
        for key in (each["Prefix"] for each in answer.get("CommonPrefixes", ()))
    ]
    objects = [
        S3Entry(
            name_of(each["Key"]),
            uri_of(bucket, each["Key"]),
            False,
            each["Size"],
            each["LastModified"].timestamp(),
            each.get("StorageClass", "STANDARD"),
        )
        for each in answer.get("Contents", ())
        if not (each["Key"].endswith("/") and each["Size"] == 0)
    ]
    more = answer.get("NextContinuationToken") if answer.get("IsTruncated") else None
    return S3Page(uri, (*folders, *objects), more)


def sum_of(place: Place, uri: str) -> S3Sum:
    """How much lies at a URI, as SageMaker reads it: all keys that begin so. Blocks.

    Counts `SUM_PAGES` pages at most. Raises ProblemError.
    """
    bucket, prefix = split(uri)
    asked = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": PAGE}
    count = size = 0
    for _ in range(SUM_PAGES):
        with place.asking("ListBucket", bucket, prefix):
            answer = place.client.list_objects_v2(**asked)
        for each in answer.get("Contents", ()):
            if not (each["Key"].endswith("/") and each["Size"] == 0):
                count += 1
                size += each["Size"]
        if not answer.get("IsTruncated"):
            return S3Sum(uri, count, size, True)
        asked["ContinuationToken"] = answer["NextContinuationToken"]
    return S3Sum(uri, count, size, False)
