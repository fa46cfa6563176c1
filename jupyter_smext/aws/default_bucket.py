"""The bucket in S3 that SageMaker's SDK takes where none is named, and whether one can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import Problem
from .calls import calling
from .errors import ProblemError, problem

if TYPE_CHECKING:
    from .sessions import Sessions


def default_bucket(account: str, region: str) -> str:
    """Its name, as Session.default_bucket of the SDK has it."""
    return f"sagemaker-{region}-{account}"


def make_ready(
    sessions: Sessions, connection: str, region: str, bucket: str, account: str | None
) -> str:
    """See that a bucket is there; the default one of `account` is created. Blocking.

    What was found, in words. Raises ProblemError.
    """
    from botocore.exceptions import ClientError

    ours = account is not None and bucket == default_bucket(account, region)
    # Anybody could have taken the default name before the account did.
    owner = {"ExpectedBucketOwner": account} if ours else {}
    s3 = sessions.client(connection, region, "s3")
    try:
        with calling(connection, "HeadBucket", "s3"):
            s3.head_bucket(Bucket=bucket, **owner)
            return f"{bucket} is there"
    except ProblemError as error:
        answer = error.__cause__
        status = _status(answer) if isinstance(answer, ClientError) else None
        if status == 404 and ours:
            return _create(s3, connection, region, bucket)
        raise ProblemError(_why_not(error.problem, status, bucket, region, ours)) from error


def _create(s3: Any, connection: str, region: str, bucket: str) -> str:
    place: dict[str, Any] = {}
    if region != "us-east-1":
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    with calling(connection, "CreateBucket", "s3"):
        s3.create_bucket(Bucket=bucket, **place)
    return f"Created the bucket {bucket}"


def _why_not(found: Problem, status: int | None, bucket: str, region: str, ours: bool) -> Problem:
    """HEAD has no body: its status is all that AWS says."""
    if status == 404:
        return problem(
            "not_found",
            f"There is no bucket {bucket}",
            "Only the default bucket is created when it is missing.",
            "Create it, or name another one.",
        )
    if status == 403:
        whose = " It may belong to another account." if ours else ""
        return problem(
            "denied",
            f"Not allowed: s3:ListBucket on {bucket}",
            f"AWS answered 403 Forbidden.{whose}",
            "Ask for s3:ListBucket, s3:GetObject and s3:PutObject on it, or name another one.",
            permission="s3:ListBucket",
            code="403",
        )
    if status == 301:
        return problem(
            "invalid",
            f"The bucket {bucket} is in another region",
            "SageMaker reads and writes a bucket of its own region.",
            f"Name a bucket in {region}.",
            code="301",
        )
    return found


def _status(answer: Any) -> int | None:
    status = answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return int(status) if status is not None else None
