"""Buckets as boto3 sees them: names, regions, what is configured, and what is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def s3(engine: RunningEngine) -> Any:
    return engine.client("s3")


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Upper",
        "a_b",
        "a..b",
        "192.168.5.4",
        "xn--a",
        "sthree-a",
        "a-s3alias",
        "-ab",
    ],
)
def test_a_bucket_has_a_name_that_aws_takes(s3: Any, name: str) -> None:
    with pytest.raises(ClientError) as error:
        s3.create_bucket(Bucket=name)
    assert code(error) == ("InvalidBucketName", 400)
    assert name not in [one["Name"] for one in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("name", ["abc", "a" * 63, "a.b-c.1", "1.2.3.4.5", "0ab"])
def test_other_names_are_taken(s3: Any, name: str) -> None:
    made = s3.create_bucket(Bucket=name)
    assert made["Location"] == f"/{name}"
    s3.head_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)
    with pytest.raises(ClientError) as error:
        s3.head_bucket(Bucket=name)
    assert code(error) == ("404", 404)


def test_a_region_makes_its_own_buckets(engine: RunningEngine, s3: Any) -> None:
    west = engine.client("s3", "us-west-2")
    with pytest.raises(ClientError) as error:
        west.create_bucket(Bucket="west-1")
    assert code(error) == ("IllegalLocationConstraintException", 400)
    for region, bad in (("eu-west-1", "Illegal"), ("us-east-1", "Invalid"), ("mars", "Invalid")):
        with pytest.raises(ClientError) as error:
            west.create_bucket(
                Bucket="west-1", CreateBucketConfiguration={"LocationConstraint": region}
            )
        assert code(error)[0].startswith(bad)
    here = {"LocationConstraint": "us-west-2"}
    west.create_bucket(Bucket="west-1", CreateBucketConfiguration=here)
    assert s3.get_bucket_location(Bucket="west-1")["LocationConstraint"] == "us-west-2"
    assert west.head_bucket(Bucket="west-1")["BucketRegion"] == "us-west-2"
    with pytest.raises(ClientError) as error:
        west.create_bucket(Bucket="west-1", CreateBucketConfiguration=here)
    assert code(error) == ("BucketAlreadyOwnedByYou", 409)


def test_botocore_finds_a_bucket_of_another_region(engine: RunningEngine, s3: Any) -> None:
    there = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="central", CreateBucketConfiguration=there)
    north = engine.client("s3", "eu-north-1")
    north.put_object(Bucket="central", Key="key", Body=b"data")
    assert north.get_object(Bucket="central", Key="key")["Body"].read() == b"data"
    assert s3.list_objects_v2(Bucket="central")["KeyCount"] == 1


def test_a_bucket_made_again(s3: Any) -> None:
    for _ in range(2):  # in us-east-1, and only there, that is no error
        s3.create_bucket(Bucket="again")
    s3.put_object(Bucket="again", Key="kept", Body=b"1")
    s3.create_bucket(Bucket="again")
    assert s3.list_objects_v2(Bucket="again")["KeyCount"] == 1


def test_only_an_empty_bucket_goes(s3: Any) -> None:
    s3.create_bucket(Bucket="full-bucket")
    s3.put_object(Bucket="full-bucket", Key="key")
    with pytest.raises(ClientError) as error:
        s3.delete_bucket(Bucket="full-bucket")
    assert code(error) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket="full-bucket", Key="key")
    s3.delete_bucket(Bucket="full-bucket")
    with pytest.raises(ClientError) as error:
        s3.delete_bucket(Bucket="full-bucket")
    assert code(error) == ("NoSuchBucket", 404)


def test_buckets_are_listed_in_pages(fresh_engine: RunningEngine) -> None:
    s3 = fresh_engine.client("s3")
    for name in ("bbb", "aaa", "ccc", "abc"):
        s3.create_bucket(Bucket=name)
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 3})
    assert [[one["Name"] for one in page["Buckets"]] for page in pages] == [
        ["aaa", "abc", "bbb"],
        ["ccc"],
    ]
    assert [one["Name"] for one in s3.list_buckets(Prefix="a")["Buckets"]] == ["aaa", "abc"]
    assert s3.list_buckets(BucketRegion="eu-west-1")["Buckets"] == []
    fresh_engine.restart()
    assert len(fresh_engine.client("s3").list_buckets()["Buckets"]) == 4


def test_what_is_not_configured_has_a_code(s3: Any) -> None:
    s3.create_bucket(Bucket="bare")
    for operation, wanted in {
        "get_bucket_cors": "NoSuchCORSConfiguration",
        "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
        "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
        "get_bucket_policy": "NoSuchBucketPolicy",
        "get_bucket_replication": "ReplicationConfigurationNotFoundError",
        "get_bucket_tagging": "NoSuchTagSet",
        "get_bucket_website": "NoSuchWebsiteConfiguration",
        "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
        "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
    }.items():
        with pytest.raises(ClientError) as error:
            getattr(s3, operation)(Bucket="bare")
        assert code(error) == (wanted, 404)
        with pytest.raises(ClientError) as error:
            getattr(s3, operation)(Bucket="nowhere")
        assert code(error) == ("NoSuchBucket", 404)
    assert "Status" not in s3.get_bucket_versioning(Bucket="bare")
    assert s3.get_bucket_acl(Bucket="bare")["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert s3.get_bucket_request_payment(Bucket="bare")["Payer"] == "BucketOwner"


def test_a_bucket_has_a_policy_which_nothing_evaluates(s3: Any) -> None:
    s3.create_bucket(Bucket="bare")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="bare", Policy=policy)
    assert s3.get_bucket_policy(Bucket="bare")["Policy"] == policy
    assert s3.list_objects_v2(Bucket="bare")["KeyCount"] == 0
    for broken in ("no", "[]", "{}", '{"Statement": {"Effect": "Allow"}}'):
        with pytest.raises(ClientError) as error:
            s3.put_bucket_policy(Bucket="bare", Policy=broken)
        assert code(error) == ("MalformedPolicy", 400)
    with pytest.raises(ClientError) as error:
        s3.get_bucket_policy_status(Bucket="bare")
    assert code(error) == ("NotImplemented", 400)
    s3.delete_bucket_policy(Bucket="bare")
    s3.put_bucket_policy(Bucket="bare", Policy=policy)
    s3.delete_bucket(Bucket="bare")
    s3.create_bucket(Bucket="bare")
    with pytest.raises(ClientError) as error:
        s3.get_bucket_policy(Bucket="bare")
    assert code(error) == ("NoSuchBucketPolicy", 404)


def test_what_is_not_run_says_so(s3: Any) -> None:
    s3.create_bucket(Bucket="bare")
    status = {"Status": "Enabled"}
    calls = {
        "put_bucket_versioning": {"VersioningConfiguration": status},
        "put_bucket_accelerate_configuration": {"AccelerateConfiguration": status},
        "put_bucket_request_payment": {"RequestPaymentConfiguration": {"Payer": "Requester"}},
    }
    for operation, given in calls.items():
        with pytest.raises(ClientError) as error:
            getattr(s3, operation)(Bucket="bare", **given)
        assert code(error) == ("NotImplemented", 400)
        assert "The local engine does not run s3:" in str(error.value)
    with pytest.raises(ClientError) as error:
        s3.list_objects_v2(Bucket="directory--use1-az4--x-s3")
    assert "does not run s3:CreateSession" in str(error.value)
    with pytest.raises(ClientError) as error:
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    assert "does not run" in str(error.value)
    with pytest.raises(ClientError) as error:
        s3.head_bucket(Bucket="locked")
    assert code(error) == ("404", 404)


def test_another_account_owns_nothing_here(s3: Any) -> None:
    s3.create_bucket(Bucket="bare")
    s3.head_bucket(Bucket="bare", ExpectedBucketOwner="000000000000")
    with pytest.raises(ClientError) as error:
        s3.list_objects_v2(Bucket="bare", ExpectedBucketOwner="123456789012")
    assert code(error) == ("AccessDenied", 403)


def test_tags_of_a_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="tagged")
    tags = [{"Key": "team", "Value": "red + blue"}, {"Key": "é", "Value": ""}]
    s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket="tagged")["TagSet"] == tags
    for wrong in (
        [*tags, tags[0]],
        [{"Key": "aws:x", "Value": ""}],
        [{"Key": "a" * 129, "Value": ""}],
    ):
        with pytest.raises(ClientError) as error:
            s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": wrong})
        assert code(error)[1] == 400
    assert s3.get_bucket_tagging(Bucket="tagged")["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket="tagged")
    with pytest.raises(ClientError) as error:
        s3.get_bucket_tagging(Bucket="tagged")
    assert code(error) == ("NoSuchTagSet", 404)
