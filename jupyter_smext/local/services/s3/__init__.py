"""S3: buckets and objects, answered from `engine.objects`; what only AWS has is refused by name."""

from __future__ import annotations

from collections.abc import Callable

from ... import errors
from ...contract import ServiceError
from ...object_store.public import region_of
from ..sagemaker import Answer, Call
from . import bucket_policies, buckets, configuration, copying, listing, multipart, objects, tagging
from .threads import in_thread

__all__ = ["answer"]

_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    **buckets.HANDLERS,
    **configuration.HANDLERS,
    **bucket_policies.HANDLERS,
    **copying.HANDLERS,
    **listing.HANDLERS,
    **multipart.HANDLERS,
    **objects.HANDLERS,
    **tagging.HANDLERS,
}

#: AWS answers these for a bucket of any region.
_ANYWHERE = frozenset({"CreateBucket", "GetBucketLocation", "ListBuckets"})

#: What anybody may do with JumpStart's bucket.
PUBLIC = frozenset(
    """
    GetBucketLocation GetObject GetObjectAttributes HeadBucket HeadObject ListObjects ListObjectsV2
    """.split()
)


async def answer(call: Call) -> Answer:
    """Answer one call, in a thread: every one reads or writes files. Raises ServiceError."""
    if call.operation not in _HANDLERS:
        raise errors.not_run("s3", call.operation)
    return await in_thread(_answer, call)


def _answer(call: Call) -> Answer:
    check(call)
    return _HANDLERS[call.operation](call)


def check(call: Call) -> None:
    """Refuse a bucket of another account or region. Raises ServiceError."""
    given = call.parameters
    for member in ("ExpectedBucketOwner", "ExpectedSourceBucketOwner"):
        if given.get(member, call.engine.account) != call.engine.account:
            raise ServiceError("AccessDenied", "Access Denied", 403)
    if given.get("VersionId", "null") != "null":
        # There are no versions here, and null is what AWS calls an object without one.
        raise ServiceError("InvalidArgument", "Invalid version id specified")
    if region_of(given.get("Bucket", "")) is not None and call.operation not in PUBLIC:
        if call.operation == "CreateBucket":
            message = (
                "The requested bucket name is not available. The bucket namespace is shared by all "
                "users of the system. Please select a different name and try again."
            )
            raise ServiceError("BucketAlreadyExists", message, 409)
        raise ServiceError("AccessDenied", "Access Denied", 403)
    if "Bucket" not in given or call.operation in _ANYWHERE:
        return
    region = call.engine.objects.bucket(given["Bucket"]).region
    if call.region not in ("", region):
        # By this code and Region botocore asks again with the right one.
        call.response.headers["x-amz-bucket-region"] = region
        message = (
            "The authorization header is malformed; "
            f"the region '{call.region}' is wrong; expecting '{region}'"
        )
        raise ServiceError("AuthorizationHeaderMalformed", message, members={"Region": region})
