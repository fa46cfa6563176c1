"""Links of Signature Version 2: boto3 and the AWS CLI make no others for S3's older regions."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import replace
from urllib.parse import parse_qsl

from ...contract import ServiceError
from ...keys import Keys
from ...signature import BAD_SIGNATURE
from ...wire.incoming import Incoming

#: The parts of a query that change what a request does, and so are signed. Amazon S3 user guide,
#: "Signing and authenticating REST requests" (Signature Version 2).
_SIGNED = frozenset(
    """
    accelerate acl analytics cors delete inventory lifecycle location logging metrics notification
    object-lock partNumber policy replication requestPayment response-cache-control
    response-content-disposition response-content-encoding response-content-language
    response-content-type response-expires restore select select-type storageClass tagging torrent
    uploadId uploads versionId versioning versions website
    """.split()
)
_HEADERS = ("content-md5", "content-type")


def is_second_version(request: Incoming) -> bool:
    """Whether a request is a link that says to be of this version."""
    return "AWSAccessKeyId" in dict(parse_qsl(request.query, keep_blank_values=True))


def unfolded(request: Incoming) -> Incoming:
    """The request with the headers that its link carries in the query."""
    carried = {
        name.lower(): value
        for name, value in parse_qsl(request.query, keep_blank_values=True)
        if name.lower().startswith("x-amz-") or name.lower() in _HEADERS
    }
    sent = request.headers
    return replace(
        request,
        headers=lambda name: sent(name) or carried.get(name.lower(), ""),
        header_names=(*request.header_names, *(carried.keys() - set(request.header_names))),
    )


def claimed(request: Incoming) -> tuple[str, str, float]:
    """(access key, signature, end in epoch seconds) of a link. Raises ServiceError AccessDenied."""
    named = dict(parse_qsl(request.query, keep_blank_values=True))
    key, signature, end = (named.get(n, "") for n in ("AWSAccessKeyId", "Signature", "Expires"))
    if not key or not signature or not end.isdecimal() or len(end) > 12:
        message = (
            "Query-string authentication requires the Signature, Expires "
            "and AWSAccessKeyId parameters"
        )
        raise ServiceError("AccessDenied", message, 403)
    return key, signature, float(end)


def check(request: Incoming, signature: str, end: float, keys: Keys) -> None:
    """Raises ServiceError SignatureDoesNotMatch. `request` is unfolded, its bucket in the path."""
    query = [
        (name, value)
        for name, value in parse_qsl(request.query, keep_blank_values=True)
        if name in _SIGNED
    ]
    asked = "&".join(f"{name}={value}" if value else name for name, value in sorted(query))
    names = sorted(name for name in request.header_names if name.startswith("x-amz-"))
    text = "\n".join(
        (
            request.method,
            *(request.headers(name) for name in _HEADERS),
            f"{end:.0f}",
            *(f"{name}:{request.headers(name).strip()}" for name in names),
            request.path + (f"?{asked}" if asked else ""),
        )
    )
    right = b64encode(hmac.digest(keys.secret_key.encode(), text.encode(), "sha1"))
    if not hmac.compare_digest(right, signature.encode()):
        more = {"AWSAccessKeyId": keys.access_key, "StringToSign": text}
        raise ServiceError("SignatureDoesNotMatch", BAD_SIGNATURE, 403, more)
