"""Calls of S3 about one place, whose failures are told in words that fit that place."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..protocol import Problem

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_HIDDEN = "S3 says the same of what is not there to anybody without s3:ListBucket."


class Place:
    """A connection and region, through which S3 is asked."""

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self.connection, self.region = connection, region

    @property
    def client(self) -> Any:
        """Raises ProblemError."""
        return self._sessions.client(self.connection, self.region, "s3")

    @property
    def account(self) -> str | None:
        """The account's number, None where AWS does not tell."""
        return self._sessions.identity(self.connection, self.region).account

    @contextmanager
    def asking(self, action: str, bucket: str, key: str = "") -> Iterator[None]:
        """What botocore raises in the block, as a ProblemError about that bucket or object.

        `action` is of IAM, without `s3:`.
        """
        try:
            with calling(self.connection, action, "s3"):
                yield
        except ProblemError as error:
            said = _response_of(error)
            raise ProblemError(_in_words(error.problem, said, bucket, key)) from error


def _response_of(error: ProblemError) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    cause = error.__cause__
    return dict(cause.response) if isinstance(cause, ClientError) else {}


def _in_words(found: Problem, said: dict[str, Any], bucket: str, key: str) -> Problem:
    """The problem with S3's own reasons told apart.

    Codes: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    code = found.code or ""
    headers = said.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    words: dict[str, Any] = {}
    if code == "NoSuchBucket":
        words = {
            "title": f"There is no bucket {bucket}",
            "next": "It was deleted, or its name is another.",
        }
    elif code in ("NoSuchKey", "404", "NotFound"):
        words = {"status": 404, "cause": "not_found"}
        if headers.get("x-amz-delete-marker") == "true":
            words |= {
                "title": "The object was deleted",
                "next": "The bucket keeps versions: an older one of it may be restored.",
            }
        else:
            words |= {
                "title": f"There is nothing at {_shown(bucket, key)}",
                "next": "It was deleted, or is not written yet.",
            }
    elif code == "InvalidObjectState":
        asked = said.get("Error", {})
        storage = asked.get("StorageClass") or "an archive"
        bucket_key = f"--bucket {shlex.quote(bucket)} --key {shlex.quote(key)}"
        words = {
            "status": 409,
            "cause": "conflict",
            "title": f"The object lies in {storage} and has to be restored before it is read",
            "next": "Restoring takes minutes to hours, and costs by the size.",
            "command": f"aws s3api restore-object {bucket_key} --restore-request Days=1",
        }
    elif code.startswith("KMS.") or _is_of_kms(found):
        words = {
            "status": 403,
            "cause": "denied",
            "title": "The key that the object is encrypted with cannot be used",
            "next": "Ask for kms:Decrypt on that key, or for it to be enabled again.",
            "permission": "kms:Decrypt",
        }
    elif code in ("403", "Forbidden") or found.cause == "denied":
        permission = found.permission or "s3:GetObject"
        words = {
            "status": 403,
            "cause": "denied",
            "title": f"Not allowed: {permission} on {_shown(bucket, key)}",
            "next": f"{found.next} {_HIDDEN}".strip(),
            "permission": permission,
        }
    elif code in ("PermanentRedirect", "301", "AuthorizationHeaderMalformed"):
        words = {
            "status": 400,
            "cause": "invalid",
            "title": f"The bucket {bucket} is in another region",
            "next": "Choose the region of the bucket.",
        }
    elif code in ("PreconditionFailed", "412"):
        words = {
            "status": 409,
            "cause": "conflict",
            "title": "The object was replaced while it was read",
            "next": "Read it again.",
        }
    elif code == "InvalidBucketName":
        words = {"title": f"{bucket[:80]!r} is no name of a bucket", "cause": "invalid"}
    return msgspec.structs.replace(found, **words)


def _is_of_kms(found: Problem) -> bool:
    detail = found.detail.lower()
    return found.cause == "denied" and ("kms:" in detail or "ciphertext" in detail)


def _shown(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"[:200]
