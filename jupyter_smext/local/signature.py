"""AWS Signature Version 4, checked from the server's side."""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
import time
from calendar import timegm
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from .contract import ServiceError
from .keys import Keys
from .wire.incoming import Incoming

_SKEW = 15 * 60
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/, ]{1,128})/(?P<day>\d{8})"
    r"/(?P<region>[a-z0-9-]{1,64})/(?P<service>[a-z0-9-]{1,64})/aws4_request"
    r", *SignedHeaders=(?P<headers>[a-z0-9;._-]{1,4096}), *Signature=(?P<signature>[0-9a-f]{64})"
)
_BAD_KEY = "The security token included in the request is invalid."
_BAD_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method."
)


@dataclass(frozen=True)
class Signed:
    """What a request was signed for."""

    service: str
    region: str


def scope(authorization: str) -> Signed | None:
    """What a request says it is for, unproven: to word an error by its protocol."""
    found = _AUTHORIZATION.fullmatch(authorization)
    return Signed(found["service"], found["region"]) if found else None


def verify(request: Incoming, keys: Keys, now: float | None = None) -> Signed:
    """What the request is signed for. Raises ServiceError 403 in AWS's words, when it is not.

    S3's signature covers the body by its X-Amz-Content-Sha256: who reads the body compares it.
    """
    authorization = request.headers("Authorization")
    if not authorization:
        message = "Request is missing Authentication Token"
        raise ServiceError("MissingAuthenticationTokenException", message, 403)
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None:
        message = "Authorization header is not a valid AWS4-HMAC-SHA256 signature."
        raise ServiceError("IncompleteSignatureException", message, 403)
    if not hmac.compare_digest(found["key"].encode(), keys.access_key.encode()):
        raise ServiceError("UnrecognizedClientException", _BAD_KEY, 403)
    _check_time(request.headers("X-Amz-Date"), found["day"], time.time() if now is None else now)
    signed = found["headers"].split(";")
    # Unsigned, these could be swapped on the way: another host, another operation.
    needed = {"host", *(("x-amz-target",) if request.headers("X-Amz-Target") else ())}
    if found["service"] == "s3":
        needed.add("x-amz-content-sha256")
    if not needed <= set(signed):
        raise ServiceError("SignatureDoesNotMatch", "'host' and 'x-amz-target' must be signed", 403)
    expected = _signature(request, found, signed, keys.secret_key)
    if not hmac.compare_digest(expected, found["signature"]):
        raise ServiceError("InvalidSignatureException", _BAD_SIGNATURE, 403)
    return Signed(found["service"], found["region"])


def _check_time(date: str, day: str, now: float) -> None:
    try:
        moment = timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        message = "Date must be in ISO-8601 'basic format'."
        raise ServiceError("IncompleteSignatureException", message, 403) from None
    if not date.startswith(day) or abs(moment - now) > _SKEW:
        message = f"Signature expired: {date} is not within {_SKEW // 60} minutes of this server."
        raise ServiceError("InvalidSignatureException", message, 403)


def _signature(request: Incoming, found: re.Match[str], signed: list[str], secret: str) -> str:
    s3 = found["service"] == "s3"
    path = quote(unquote(request.path), safe="/-_.~")
    if not s3:  # "Create a signed AWS API request": every service but S3 encodes twice
        path = quote(path, safe="/-_.~")
    pairs = parse_qsl(request.query, keep_blank_values=True)
    query = "&".join(sorted(f"{_quote(name)}={_quote(value)}" for name, value in pairs))
    headers = "".join(f"{name}:{' '.join(request.headers(name).split())}\n" for name in signed)
    if s3:
        body = request.headers("X-Amz-Content-Sha256")
    else:
        body = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, path or "/", query, headers, found["headers"], body))
    where = f"{found['day']}/{found['region']}/{found['service']}/aws4_request"
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers("X-Amz-Date"),
            where,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = _signing_key(secret, found["day"], found["region"], found["service"])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@functools.lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")
