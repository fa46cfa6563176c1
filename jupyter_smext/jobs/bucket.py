"""Where in S3 the folder and the results of a job are put."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError, problem
from ..protocol import Problem
from .calls import calling

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Bucket names by S3's rules for general purpose buckets; the prefix leaves room for ours.
_URI = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.{0,700}))?")


def split(uri: str) -> tuple[str, str]:
    """Bucket and prefix, the latter without slashes around. Raises a 400 ProblemError."""
    found = _URI.fullmatch(uri)
    if found is None:
        raise ProblemError(
            problem(
                "invalid",
                "This is no place in S3",
                f"{uri[:200]!r} should read like s3://my-bucket/notebook-jobs.",
                "Give the URI of a bucket, with a prefix if you like.",
            )
        )
    return found["bucket"], (found["prefix"] or "").strip("/")


def default_bucket(account: str, region: str) -> str:
    """The bucket that the SageMaker SDK takes when none is named (Session.default_bucket)."""
    return f"sagemaker-{region}-{account}"


class Bucket:
    """A bucket through one connection. Blocking; raises ProblemError."""

    def __init__(self, sessions: Sessions, connection: str, region: str, name: str) -> None:
        self._sessions = sessions
        self._connection, self._region = connection, region
        self.name = name

    def make_ready(self) -> str:
        """See that it is there; the default one is created. What was found, in words."""
        from botocore.exceptions import ClientError

        account = self._account()
        ours = account is not None and self.name == default_bucket(account, self._region)
        # Anybody could have taken the default name before the account did.
        owner = {"ExpectedBucketOwner": account} if ours else {}
        try:
            with self._calling("HeadBucket"):
                self.client.head_bucket(Bucket=self.name, **owner)
                return f"{self.name} is there"
        except ProblemError as error:
            answer = error.__cause__
            status = _status(answer) if isinstance(answer, ClientError) else None
            if status == 404 and ours:
                return self._create()
            raise ProblemError(self._why_not(error.problem, status, ours)) from error

    def _create(self) -> str:
        place: dict[str, Any] = {}
        if self._region != "us-east-1":
            place = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        with self._calling("CreateBucket"):
            self.client.create_bucket(Bucket=self.name, **place)
        return f"Created the bucket {self.name}"

    def _why_not(self, found: Problem, status: int | None, ours: bool) -> Problem:
        """HEAD has no body: its status is all that AWS says."""
        if status == 404:
            return problem(
                "not_found",
                f"There is no bucket {self.name}",
                "Only the default bucket is created when it is missing.",
                "Create it, or name another one.",
            )
        if status == 403:
            whose = " It may belong to another account." if ours else ""
            return problem(
                "denied",
                f"Not allowed: s3:ListBucket on {self.name}",
                f"AWS answered 403 Forbidden.{whose}",
                "Ask for s3:ListBucket, s3:GetObject and s3:PutObject on it, or name another one.",
                permission="s3:ListBucket",
                code="403",
            )
        if status == 301:
            return problem(
                "invalid",
                f"The bucket {self.name} is in another region",
                "A job reads and writes a bucket of its own region.",
                f"Name a bucket in {self._region}.",
                code="301",
            )
        return found

    def upload(self, file: Path, key: str, progress: Callable[[int], None]) -> None:
        """Put a file; `progress` is told of bytes that went out."""
        from boto3.exceptions import S3UploadFailedError
        from boto3.s3.transfer import S3Transfer

        with self._calling("PutObject"):
            try:
                S3Transfer(self.client).upload_file(str(file), self.name, key, callback=progress)
            except S3UploadFailedError as error:
                # boto3 puts its own in front; AWS's answer is the cause.
                raise error.__cause__ or error.__context__ or error from None

    def get(self, key: str) -> bytes | None:
        """An object, None when it is not there."""
        try:
            with self._calling("GetObject"):
                answer = self.client.get_object(Bucket=self.name, Key=key)
                with closing(answer["Body"]) as body:
                    _whole("GetObject", answer, "ETag")
                    content: bytes = body.read()
                return content
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise

    def download(self, key: str, file: Path) -> None:
        """Write an object into a new file."""
        from boto3.s3.transfer import S3Transfer

        with self._calling("GetObject"):
            S3Transfer(self.client).download_file(self.name, key, str(file))

    def list(self, prefix: str) -> dict[str, int]:
        """The keys below a prefix, without it, and their sizes."""
        found: dict[str, int] = {}
        asked: dict[str, Any] = {"Bucket": self.name, "Prefix": prefix}
        with self._calling("ListBucket"):
            while True:
                answer = self.client.list_objects_v2(**asked)
                _whole("ListObjectsV2", answer, "KeyCount")
                for each in answer.get("Contents", ()):
                    found[each["Key"].removeprefix(prefix)] = each["Size"]
                if not answer.get("IsTruncated"):
                    return found
                asked["ContinuationToken"] = answer["NextContinuationToken"]

    @property
    def client(self) -> Any:
        return self._sessions.client(self._connection, self._region, "s3")

    def _account(self) -> str | None:
        return self._sessions.identity(self._connection, self._region).account

    def _calling(self, action: str) -> AbstractContextManager[None]:
        return calling(self._connection, action, "s3")


def _whole(operation: str, answer: dict[str, Any], member: str) -> None:
    """Raises when a member is missing that S3 always has: a proxy's page would read as empty."""
    from ..aws.parser import UnreadableAnswer

    if member not in answer:
        raise UnreadableAnswer(f"The answer to {operation} has no {member}")


def _status(answer: Any) -> int | None:
    status = answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return int(status) if status is not None else None
