"""The tags of objects and of buckets."""

from __future__ import annotations

from ...contract import ServiceError
from ..sagemaker import Answer, Call
from .tag_rules import check_tags


def put_object(call: Call) -> Answer:
    """PutObjectTagging."""
    given = call.parameters
    tags = check_tags(_pairs(call), 10)
    call.engine.objects.tag(given["Bucket"], given["Key"], tags)
    return {}


def get_object(call: Call) -> Answer:
    """GetObjectTagging."""
    given = call.parameters
    found = call.engine.objects.find(given["Bucket"], given["Key"])
    return {"TagSet": [{"Key": key, "Value": value} for key, value in found.facts.tags.items()]}


def delete_object(call: Call) -> Answer:
    """DeleteObjectTagging."""
    given = call.parameters
    call.engine.objects.tag(given["Bucket"], given["Key"], {})
    return {}


def put_bucket(call: Call) -> Answer:
    """PutBucketTagging."""
    tags = check_tags(_pairs(call), 50)
    call.engine.objects.tag_bucket(call.parameters["Bucket"], tags)
    call.response.status = 204
    return {}


def get_bucket(call: Call) -> Answer:
    """GetBucketTagging."""
    tags = call.engine.objects.bucket(call.parameters["Bucket"]).tags
    if not tags:
        raise ServiceError("NoSuchTagSet", "The TagSet does not exist", 404)
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def delete_bucket(call: Call) -> Answer:
    """DeleteBucketTagging."""
    call.engine.objects.tag_bucket(call.parameters["Bucket"], None)
    return {}


def _pairs(call: Call) -> list[tuple[str, str]]:
    return [(tag["Key"], tag["Value"]) for tag in call.parameters["Tagging"]["TagSet"]]


HANDLERS = {
    "DeleteBucketTagging": delete_bucket,
    "DeleteObjectTagging": delete_object,
    "GetBucketTagging": get_bucket,
    "GetObjectTagging": get_object,
    "PutBucketTagging": put_bucket,
    "PutObjectTagging": put_object,
}
