"""AWS's words for a permission that is missing: the action of an operation and its resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import nouns
from .contract import ServiceError, service_model

#: IAM's name of a service where it is not botocore's ("Actions, resources, and condition keys").
_PREFIX = {
    "resourcegroupstaggingapi": "tag",
    "sagemaker-runtime": "sagemaker",
    "service-quotas": "servicequotas",
}

#: The members by which operations take a role.
_ROLES = ("RoleArn", "ExecutionRoleArn")

#: S3's permissions that are not named like their operations ("Required permissions for Amazon S3
#: API operations").
_S3 = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListParts": "ListMultipartUploadParts",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}


def action(service: str, operation: str) -> str:
    """The IAM action that allows an operation: `sagemaker:CreateTrainingJob`."""
    name = _S3.get(operation, operation) if service == "s3" else operation
    return f"{_PREFIX.get(service, service)}:{name}"


def denied(
    service: str, operation: str, region: str, account: str, given: Mapping[str, Any]
) -> ServiceError:
    """The refusal AWS sends when no policy allows `operation` with the parameters `given`.

    400 AccessDeniedException from the JSON services; 403 from those with REST paths and forms,
    AccessDenied where the answer is XML (botocore's Error.Code).
    """
    where = _resource(service, operation, region, account, given)
    return _refusal(service, action(service, operation), where, account)


def pass_role(service: str, account: str, given: Mapping[str, Any]) -> ServiceError | None:
    """The refusal when no policy lets the caller pass the role in `given`; None without a role."""
    role = next((given[name] for name in _ROLES if name in given), None)
    return _refusal(service, "iam:PassRole", str(role), account) if role else None


def _refusal(service: str, needed: str, where: str, account: str) -> ServiceError:
    on = f" on resource: {where}" if where else ""
    protocol = service_model(service).metadata["protocol"]
    return ServiceError(
        "AccessDeniedException" if protocol in ("json", "rest-json") else "AccessDenied",
        f"User: arn:aws:iam::{account}:user/local is not authorized to perform: {needed}{on} "
        f"because no identity-based policy allows the {needed} action",
        400 if protocol == "json" else 403,
    )


def _resource(
    service: str, operation: str, region: str, account: str, given: Mapping[str, Any]
) -> str:
    """How AWS names the resource, or '' where it names none (lists, for most services)."""
    if service == "s3":
        path = "/".join(str(given[member]) for member in ("Bucket", "Key") if member in given)
        return f'"arn:aws:s3:::{path}"' if path else ""  # S3 alone puts it in quotes
    if service == "iam":
        return f"role {given['RoleName']}" if "RoleName" in given else ""
    if service == "logs":
        group, stream = given.get("logGroupName"), given.get("logStreamName", "")
        arn = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"
        return arn if group else ""
    if service == "sagemaker-runtime":
        return f"arn:aws:sagemaker:{region}:{account}:endpoint/{given.get('EndpointName', '*')}"
    if service != "sagemaker":
        return ""
    if "ResourceArn" in given:
        return str(given["ResourceArn"])
    noun = re.sub("^(CreatePresigned|Create|Describe|Update|Delete|Start|Stop)", "", operation)
    noun = noun.removesuffix("Url")
    if noun == operation or noun not in nouns.all_nouns():
        return ""
    found = nouns.find(noun)
    # What has no name before it is made (a domain) is asked for as any of its kind.
    named = any(member in given for member in found.identity)
    return found.arn(region, account, given) if named else found.arn(region, account, _Any())


class _Any(dict[str, Any]):
    """Every member given as `*`."""

    def get(self, key: str, default: Any = None) -> Any:
        return "*"
