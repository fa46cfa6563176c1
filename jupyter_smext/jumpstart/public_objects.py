"""Objects of JumpStart's buckets, which anybody may read: unsigned, by the endpoint in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..aws.calls import calling
from .document_json import hostile

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class Object(NamedTuple):
    """An object's bytes, and the ETag by which S3 tells whether it changed."""

    body: bytes
    etag: str


def read_object(
    sessions: Sessions,
    connection: str,
    region: str,
    bucket: str,
    key: str,
    limit: int,
    etag: str | None = None,
    *,
    signed: bool = False,
) -> Object | None:
    """The object; None where it is still the one with that ETag. Blocking.

    Only one of the account's own is read `signed`.

    Raises ProblemError: AWS's, or that it has more bytes than `limit`.
    """
    from botocore.exceptions import ClientError

    known = {"IfNoneMatch": etag} if etag else {}
    with calling(connection, "GetObject", "s3"):
        client = sessions.client(connection, region, "s3", signed=signed)
        try:
            answer = client.get_object(Bucket=bucket, Key=key, **known)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
                return None
            raise
        with answer["Body"] as stream:
            body = stream.read(limit + 1)
    if len(body) > limit:
        raise hostile("A file of JumpStart's is too large", f"{key} has more than {limit:,} bytes.")
    return Object(body, answer["ETag"])
