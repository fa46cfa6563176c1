"""The policies of buckets as records: like all of IAM's here, nothing evaluates them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ... import errors
from ...contract import ServiceError
from ..sagemaker import Answer, Call

#: Buckets are of no region to their policies: a name is one in all of them.
_EVERYWHERE, _NOUN = "aws-global", "BucketPolicy"
#: "Bucket policies are limited to 20 KB in size."
_MOST = 20 << 10


def put(call: Call) -> Answer:
    """PutBucketPolicy: kept as it was written."""
    text = call.parameters["Policy"]
    bucket = call.engine.objects.bucket(call.parameters["Bucket"])
    _check(text)
    call.engine.store.put(_EVERYWHERE, _NOUN, bucket.name, {"Policy": text, "_arn": None})
    return {}


def get(call: Call) -> Answer:
    """GetBucketPolicy: the policy is the body."""
    call.response.headers["Content-Type"] = "application/json"
    call.response.body = _policy(call).encode()
    return {}


def status(call: Call) -> Answer:
    """GetBucketPolicyStatus: whether a policy makes its bucket public is not looked at here."""
    _policy(call)
    raise errors.not_run("s3", "GetBucketPolicyStatus of a policy")


def delete(call: Call) -> Answer:
    """DeleteBucketPolicy; that there is none is no error."""
    forget(call, call.engine.objects.bucket(call.parameters["Bucket"]).name)
    return {}


def forget(call: Call, bucket: str) -> None:
    """Take a bucket's policy away."""
    call.engine.store.delete(_EVERYWHERE, _NOUN, bucket)


def _policy(call: Call) -> str:
    bucket = call.engine.objects.bucket(call.parameters["Bucket"])
    found = call.engine.store.get(_EVERYWHERE, _NOUN, bucket.name)
    if found is None:
        message = "The bucket policy does not exist"
        raise ServiceError("NoSuchBucketPolicy", message, 404, {"BucketName": bucket.name})
    return str(found["Policy"])


def _check(text: str) -> None:
    """Raises ServiceError MalformedPolicy for what is no policy of a bucket."""
    if len(text.encode()) > _MOST:
        raise ServiceError("PolicyTooLarge", "Your policy exceeds the maximum size of 20 KB.")
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        message = "Policies must be valid JSON and the first byte must be '{'"
        raise ServiceError("MalformedPolicy", message)
    statements = value.get("Statement")
    for one in statements if isinstance(statements, list) else [statements]:
        if not isinstance(one, dict) or one.get("Effect") not in ("Allow", "Deny"):
            raise ServiceError("MalformedPolicy", "Missing required field Statement or Effect")
        if "Principal" not in one and "NotPrincipal" not in one:
            raise ServiceError("MalformedPolicy", "Missing required field Principal")


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "DeleteBucketPolicy": delete,
    "GetBucketPolicy": get,
    "GetBucketPolicyStatus": status,
    "PutBucketPolicy": put,
}
