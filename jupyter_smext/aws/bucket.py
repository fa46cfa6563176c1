"""A bucket of S3 through one connection, and what names a place in one."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .calls import calling
from .default_bucket import make_ready
from .errors import ProblemError, problem

if TYPE_CHECKING:
    from .sessions import Sessions

log = logging.getLogger(__name__)

DELETED_AT_ONCE = 1000

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
                f"{uri[:200]!r} should read like s3://my-bucket/some/prefix.",
                "Give the URI of a bucket, with a prefix if you like.",
            )
        )
    return found["bucket"], (found["prefix"] or "").strip("/")


class Bucket:
    """A bucket through one connection. Blocking; raises ProblemError."""

    def __init__(self, sessions: Sessions, connection: str, region: str, name: str) -> None:
        self._sessions = sessions
        self._connection, self._region = connection, region
        self.name = name

    def make_ready(self) -> str:
        """See that it is there; the default one is created. What was found, in words."""
        place = self._connection, self._region
        account = self._sessions.identity(*place).account
        return make_ready(self._sessions, *place, self.name, account)

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

    def upload_open(self, file: BinaryIO, key: str, progress: Callable[[int], None]) -> None:
        """As `upload`, of a file that has no name."""
        from boto3.s3.transfer import (
            ProgressCallbackInvoker,
            TransferConfig,
            create_transfer_manager,
        )

        told = [ProgressCallbackInvoker(progress)]
        with (
            self._calling("PutObject"),
            create_transfer_manager(self.client, TransferConfig()) as manager,
        ):
            manager.upload(file, self.name, key, None, told).result()

    def give_up_uploads(self, prefix: str) -> None:
        """Abort what was begun below a prefix and not completed: S3 keeps the parts, for money.

        Where they may not be listed, or there is no such bucket, they stay.
        """
        try:
            with self._calling("ListBucketMultipartUploads"):
                pages = self.client.get_paginator("list_multipart_uploads")
                for page in pages.paginate(Bucket=self.name, Prefix=prefix):
                    for each in page.get("Uploads", ()):
                        self.client.abort_multipart_upload(
                            Bucket=self.name, Key=each["Key"], UploadId=each["UploadId"]
                        )
        except ProblemError as error:
            if error.problem.cause not in ("denied", "not_found"):
                raise
            log.info("Uploads to %s/%s: %s", self.name, prefix, error.problem.title)

    def delete(self, objects: Sequence[Mapping[str, str]], action: str = "DeleteObject") -> None:
        """Delete objects by Key and, where `action` is of versions, VersionId; all are tried.

        Raises ProblemError: the first that is still there.
        """
        from botocore.exceptions import ClientError

        errors: list[Mapping[str, str]] = []
        with self._calling(action):
            for first in range(0, len(objects), DELETED_AT_ONCE):
                some = objects[first : first + DELETED_AT_ONCE]
                answer = self.client.delete_objects(
                    Bucket=self.name, Delete={"Objects": some, "Quiet": True}
                )
                errors += answer.get("Errors", ())
            for error in errors:
                # Said in an answer that is none: as if that one had been asked for alone.
                said = f"{self.name}/{error['Key'][:200]}: {error.get('Message', '')}"
                told = {"Code": error.get("Code", ""), "Message": said}
                raise ClientError({"Error": told}, "DeleteObjects")

    def get(self, key: str) -> bytes | None:
        """An object, None when it is not there."""
        try:
            with self._calling("GetObject"):
                answer = self.client.get_object(Bucket=self.name, Key=key)
                with closing(answer["Body"]) as body:
                    content: bytes = body.read()
                return content
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise

    def download(self, key: str, file: Path) -> None:
        """Write an object into a new file."""
        from boto3.exceptions import RetriesExceededError
        from boto3.s3.transfer import S3Transfer
        from botocore.exceptions import HTTPClientError

        with self._calling("GetObject"):
            try:
                S3Transfer(self.client).download_file(self.name, key, str(file))
            except RetriesExceededError as error:
                # Of boto3, or of a socket, which would be taken for a file's.
                raise HTTPClientError(error=error.last_exception) from error

    def list(self, prefix: str) -> dict[str, int]:
        """The keys below a prefix, without it, and their sizes."""
        found: dict[str, int] = {}
        asked: dict[str, Any] = {"Bucket": self.name, "Prefix": prefix}
        with self._calling("ListBucket"):
            while True:
                answer = self.client.list_objects_v2(**asked)
                for each in answer.get("Contents", ()):
                    found[each["Key"].removeprefix(prefix)] = each["Size"]
                if not answer.get("IsTruncated"):
                    return found
                asked["ContinuationToken"] = answer["NextContinuationToken"]

    @property
    def client(self) -> Any:
        return self._sessions.client(self._connection, self._region, "s3")

    def _calling(self, action: str) -> AbstractContextManager[None]:
        return calling(self._connection, action, "s3")
