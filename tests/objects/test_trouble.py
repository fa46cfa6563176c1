"""What S3 refuses, in words: answers as AWS documents them that the local engine never gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.objects.asked import Place
from jupyter_smext.objects.listing import buckets, page, sum_of
from jupyter_smext.objects.preview import object_of
from tests.objects.one_client import OneClient

URI = "s3://bucket/some/key 'x'"


@pytest.fixture
def sessions() -> Iterator[OneClient]:
    made = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    yield OneClient(made)
    made.close()


@pytest.fixture
def place(sessions: OneClient) -> Place:
    return Place(sessions, "profile:x", "us-east-1")  # type: ignore[arg-type]


@pytest.fixture
def says(sessions: OneClient) -> Iterator[Stubber]:
    with Stubber(sessions.s3) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def refuse(
    says: Stubber, operation: str, code: str, status: int, message: str = "", **more: Any
) -> None:
    says.add_client_error(
        operation,
        code,
        message,
        status,
        service_error_meta=more.get("error"),
        response_meta={"HTTPHeaders": more.get("headers", {})},
    )


FACTS = {"ContentLength": 12, "ETag": '"e"', "StorageClass": "GLACIER", "ContentType": "text/csv"}


def test_what_is_archived_is_told_with_how_to_restore_it(place: Place, says: Stubber) -> None:
    message = "The operation is not valid for the object's storage class"
    refuse(
        says, "get_object", "InvalidObjectState", 403, message, error={"StorageClass": "GLACIER"}
    )
    says.add_response("head_object", FACTS)
    found = object_of(place, URI)
    assert (found.size, found.storage, found.preview) == (12, "GLACIER", None)
    assert found.problem is not None
    assert "GLACIER" in found.problem.title
    assert found.problem.command is not None
    assert """--key 'some/key '"'"'x'"'"''""" in found.problem.command
    assert found.problem.detail == message


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("AccessDenied", 403, "User: x is not authorized to perform: kms:Decrypt on resource: y"),
        ("AccessDenied", 403, "The ciphertext refers to a customer master key that does not exist"),
        ("KMS.DisabledException", 400, "The key is disabled."),
        ("KMS.KMSInvalidStateException", 400, "The key is pending deletion."),
    ],
)
def test_a_key_that_cannot_be_used_is_named(
    place: Place, says: Stubber, code: str, status: int, message: str
) -> None:
    refuse(says, "get_object", code, status, message)
    refuse(says, "head_object", "403", 403, "Forbidden")
    with pytest.raises(ProblemError) as caught:
        object_of(place, URI)
    problem = caught.value.problem
    assert (problem.cause, problem.permission) == ("denied", "kms:Decrypt")
    assert problem.detail == message
    assert problem.code == code


def test_what_was_deleted_is_told_from_what_never_was(place: Place, says: Stubber) -> None:
    refuse(says, "get_object", "NoSuchKey", 404, headers={"x-amz-delete-marker": "true"})
    with pytest.raises(ProblemError, match="The object was deleted"):
        object_of(place, URI)
    refuse(says, "get_object", "NoSuchKey", 404)
    with pytest.raises(ProblemError, match="There is nothing at s3://bucket/some"):
        object_of(place, URI)


def test_denied_says_that_it_may_be_not_there(place: Place, says: Stubber) -> None:
    refuse(says, "get_object", "AccessDenied", 403, "Access Denied")
    refuse(says, "head_object", "403", 403, "Forbidden")
    with pytest.raises(ProblemError) as caught:
        object_of(place, URI)
    assert caught.value.problem.permission == "s3:GetObject"
    assert "s3:ListBucket" in caught.value.problem.next


@pytest.mark.parametrize(
    ("code", "status", "cause", "title"),
    [
        ("NoSuchBucket", 404, "not_found", "There is no bucket bucket"),
        ("PermanentRedirect", 301, "invalid", "The bucket bucket is in another region"),
        ("SlowDown", 503, "throttled", "AWS is limiting requests"),
        ("ExpiredToken", 400, "signed_out", "Sign-in expired"),
        ("AccessDenied", 403, "denied", "Not allowed: s3:ListBucket on s3://bucket/some/"),
        ("InternalError", 500, "broken", "AWS failed at ListBucket"),
    ],
)
def test_a_folder_that_cannot_be_listed_says_why(
    place: Place, says: Stubber, code: str, status: int, cause: str, title: str
) -> None:
    for look in (
        lambda: page(place, "s3://bucket/some/", None),
        lambda: sum_of(place, "s3://bucket/some/"),
    ):
        refuse(says, "list_objects_v2", code, status, "said by AWS")
        with pytest.raises(ProblemError) as caught:
            look()
        problem = caught.value.problem
        assert (problem.cause, problem.title, problem.code) == (cause, title, code)


def test_what_is_replaced_while_it_is_read_is_said(place: Place, says: Stubber) -> None:
    zip_of = b"PK\x03\x04" + bytes(300 * 1024)
    says.add_response(
        "get_object",
        {
            "Body": StreamingBody(io.BytesIO(zip_of[: 256 * 1024]), 256 * 1024),
            "ContentRange": f"bytes 0-{256 * 1024 - 1}/{len(zip_of)}",
            "ContentLength": 256 * 1024,
            "ETag": '"e"',
        },
    )
    refuse(says, "get_object", "PreconditionFailed", 412)
    found = object_of(place, "s3://bucket/a.zip")
    assert found.problem is not None
    assert found.problem.title == "The object was replaced while it was read"


def test_buckets_of_a_page_after_another(place: Place, says: Stubber) -> None:
    first = {"Buckets": [{"Name": "a", "BucketRegion": "eu-west-1"}], "ContinuationToken": "t"}
    says.add_response("list_buckets", first, {"MaxBuckets": ANY})
    second = {"Buckets": [{"Name": "b"}]}
    says.add_response("list_buckets", second, {"MaxBuckets": ANY, "ContinuationToken": "t"})
    found = buckets(place)
    assert [(each.name, each.region) for each in found.buckets] == [("a", "eu-west-1"), ("b", None)]
    assert (found.default, found.problem) == (None, None)
