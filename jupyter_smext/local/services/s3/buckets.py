"""Buckets: made, found, listed, deleted."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

from ... import errors
from ...contract import ServiceError, service_model
from ..sagemaker import Answer, Call
from . import bucket_policies
from .object_headers import refuse_acl

_FIRST = "us-east-1"


def owner(call: Call) -> dict[str, str]:
    """The account as S3 names an owner: 64 hexadecimal digits."""
    return {"ID": sha256(call.engine.account.encode()).hexdigest()}


def create(call: Call) -> Answer:
    """CreateBucket. The region rules are those of its documentation: us-east-1 has no name there,
    and making one's own bucket there again is no error."""
    given = call.parameters
    wanted: dict[str, Any] = given.get("CreateBucketConfiguration", {})
    if wanted.get("Bucket") or wanted.get("Location") or given.get("BucketNamespace"):
        raise errors.not_run("s3", "CreateBucket for directory buckets and namespaces")
    if given.get("ObjectLockEnabledForBucket"):
        raise errors.not_run("s3", "CreateBucket with Object Lock")
    refuse_acl(given)
    constraint = wanted.get("LocationConstraint")
    region = _region(call.region or _FIRST, constraint)
    try:
        call.engine.objects.create_bucket(region, given["Bucket"])
    except ServiceError as problem:
        there = problem.code == "BucketAlreadyOwnedByYou"
        if not there or (region, call.engine.objects.bucket(given["Bucket"]).region) != (
            _FIRST,
            _FIRST,
        ):
            raise
    if wanted.get("Tags"):
        tags = {tag["Key"]: tag["Value"] for tag in wanted["Tags"]}
        call.engine.objects.tag_bucket(given["Bucket"], tags)
    return {"Location": f"/{given['Bucket']}", "BucketArn": f"arn:aws:s3:::{given['Bucket']}"}


def _region(asked: str, constraint: str | None) -> str:
    if constraint is None and asked == _FIRST:
        return _FIRST
    if constraint == "EU":
        constraint = "eu-west-1"
    known = service_model("s3").shape_for("BucketLocationConstraint").enum
    if constraint is not None and constraint not in known:
        message = "The specified location-constraint is not valid"
        more = {"LocationConstraint": constraint[:64]}
        raise ServiceError("InvalidLocationConstraint", message, members=more)
    if constraint is None or asked not in (_FIRST, constraint):
        message = (
            f"The {constraint or 'unspecified'} location constraint is incompatible "
            "for the region specific endpoint this request was sent to."
        )
        raise ServiceError("IllegalLocationConstraintException", message)
    return constraint


def head(call: Call) -> Answer:
    """HeadBucket."""
    name = call.parameters["Bucket"]
    region = call.engine.objects.bucket(name).region
    return {"BucketRegion": region, "BucketArn": f"arn:aws:s3:::{name}"}


def location(call: Call) -> Answer:
    """GetBucketLocation: the region is the document's own text, and us-east-1 is none."""
    region = call.engine.objects.bucket(call.parameters["Bucket"]).region
    text = "" if region == _FIRST else escape(region)
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    document = f'<LocationConstraint xmlns="{space}">{text}</LocationConstraint>'
    call.response.headers["Content-Type"] = "application/xml"
    call.response.body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + document.encode()
    return {}


def list_(call: Call) -> Answer:
    """ListBuckets, paged only where MaxBuckets says so."""
    given = call.parameters
    after = ""
    if token := given.get("ContinuationToken"):
        try:
            after = b64decode(token, b"-_", validate=True).decode()
        except ValueError:
            message = "The continuation token provided is incorrect"
            raise ServiceError("InvalidArgument", message) from None
    prefix, region = given.get("Prefix", ""), given.get("BucketRegion")
    found = [
        bucket
        for bucket in call.engine.objects.buckets()
        if bucket.name > after
        and bucket.name.startswith(prefix)
        and region in (None, bucket.region)
    ]
    shown = found[: given.get("MaxBuckets", len(found))]
    answer: Answer = {
        "Buckets": [
            {
                "Name": bucket.name,
                "CreationDate": bucket.created,
                "BucketRegion": bucket.region,
                "BucketArn": f"arn:aws:s3:::{bucket.name}",
            }
            for bucket in shown
        ],
        "Owner": owner(call),
    }
    if prefix:
        answer["Prefix"] = prefix
    if shown and len(shown) < len(found):
        answer["ContinuationToken"] = urlsafe_b64encode(shown[-1].name.encode()).decode()
    return answer


def delete(call: Call) -> Answer:
    """DeleteBucket, which says 204."""
    call.engine.objects.delete_bucket(call.parameters["Bucket"])
    bucket_policies.forget(call, call.parameters["Bucket"])
    return {}


HANDLERS = {
    "CreateBucket": create,
    "DeleteBucket": delete,
    "GetBucketLocation": location,
    "HeadBucket": head,
    "ListBuckets": list_,
}
