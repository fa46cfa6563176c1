"""What a bucket is configured to: nothing, which AWS has a code for in each case.

To change it is refused like everything that the engine does not run.
"""

from __future__ import annotations

from collections.abc import Callable

from ...contract import ServiceError
from ..sagemaker import Answer, Call
from .buckets import owner

#: (code, message) by operation. Codes and words: Amazon S3 API Reference, "Error responses", and
#: each operation's own page.
_NOT_CONFIGURED = {
    "GetBucketCors": ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    # AWS encrypts where nobody asks; this disk is as its owner made it.
    "GetBucketEncryption": (
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found",
    ),
    "GetBucketLifecycle": (
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    "GetBucketLifecycleConfiguration": (
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    "GetBucketReplication": (
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    "GetBucketWebsite": (
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    "GetObjectLockConfiguration": (
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
    "GetPublicAccessBlock": (
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
    ),
    **{
        f"GetBucket{what}Configuration": (
            "NoSuchConfiguration",
            "The specified configuration does not exist.",
        )
        for what in ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
    },
}

#: Deleting what is not configured is no error.
_DELETES = [
    f"Delete{what}"
    for what in (
        "BucketCors",
        "BucketEncryption",
        "BucketLifecycle",
        "BucketReplication",
        "BucketWebsite",
        "PublicAccessBlock",
    )
]

_EMPTY = [
    "GetBucketAccelerateConfiguration",
    "GetBucketLogging",
    "GetBucketNotification",
    "GetBucketNotificationConfiguration",
    "GetBucketVersioning",
]

_LISTS = [
    f"ListBucket{what}Configurations"
    for what in ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
]


def _refusal(code: str, message: str) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        raise ServiceError(code, message, 404, {"BucketName": call.parameters["Bucket"]})

    return answer


def _nothing(call: Call) -> Answer:
    return {}


def _none_listed(call: Call) -> Answer:
    return {"IsTruncated": False}


def _payer(call: Call) -> Answer:
    return {"Payer": "BucketOwner"}


def _ownership(call: Call) -> Answer:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}


def _acl(call: Call) -> Answer:
    """One account owns all, and may do all."""
    given = call.parameters
    if "Key" in given:
        call.engine.objects.find(given["Bucket"], given["Key"])
    grantee = {"Type": "CanonicalUser", **owner(call)}
    return {"Owner": owner(call), "Grants": [{"Grantee": grantee, "Permission": "FULL_CONTROL"}]}


def _no_acl(call: Call) -> Answer:
    raise ServiceError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def _no_lock(call: Call) -> Answer:
    given = call.parameters
    call.engine.objects.find(given["Bucket"], given["Key"])
    raise ServiceError("InvalidRequest", "Bucket is missing Object Lock Configuration")


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    **{name: _refusal(*words) for name, words in _NOT_CONFIGURED.items()},
    **dict.fromkeys([*_DELETES, *_EMPTY], _nothing),
    **dict.fromkeys(_LISTS, _none_listed),
    "GetBucketAcl": _acl,
    "GetBucketOwnershipControls": _ownership,
    "GetBucketRequestPayment": _payer,
    "GetObjectAcl": _acl,
    "GetObjectLegalHold": _no_lock,
    "GetObjectRetention": _no_lock,
    "PutBucketAcl": _no_acl,
    "PutObjectAcl": _no_acl,
}
