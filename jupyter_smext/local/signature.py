"""AWS Signature Version 4, checked from the server's side."""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
import time
from calendar import timegm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from . import sessions
from .contract import ServiceError
from .keys import Keys
from .wire.incoming import Incoming

_SKEW = 15 * 60
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/, ]{1,128})/(?P<day>\d{8})"
    r"/(?P<region>[a-z0-9-]{1,64})/(?P<service>[a-z0-9-]{1,64})/aws4_request"
    r", *SignedHeaders=(?P<headers>[a-z0-9;._-]{1,4096}), *Signature=(?P<signature>[0-9a-f]{64})"
)
_BAD_KEY = "The security token included in the request is invalid."
BAD_SIGNATURE = (
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
    found = AUTHORIZATION.fullmatch(authorization)
    return Signed(found["service"], found["region"]) if found else None


def verify(request: Incoming, keys: Keys, now: float | None = None) -> Signed:
    """What the request is signed for. Raises ServiceError 403 in AWS's words, when it is not.

    S3's way of signing is in s3_signature.py.
    """
    authorization = request.headers("Authorization")
    if not authorization:
        message = "Request is missing Authentication Token"
        raise ServiceError("MissingAuthenticationTokenException", message, 403)
    found = AUTHORIZATION.fullmatch(authorization)
    if found is None:
        message = "Authorization header is not a valid AWS4-HMAC-SHA256 signature."
        raise ServiceError("IncompleteSignatureException", message, 403)
    moment = time.time() if now is None else now
    signer = _signer(found, request.headers("X-Amz-Security-Token"), keys, moment)
    date = request.headers("X-Amz-Date")
    _check_time(date, found["day"], moment)
    # Unsigned, these could be swapped on the way: another host, another operation.
    needed = {"host", *(("x-amz-target",) if request.headers("X-Amz-Target") else ())}
    if not needed <= set(found["headers"].split(";")):
        raise ServiceError("SignatureDoesNotMatch", "'host' and 'x-amz-target' must be signed", 403)
    # "Create a signed AWS API request": every service but S3 encodes the path twice.
    path = quote(encoded_path(request.path), safe="/-_.~")
    query = parse_qsl(request.query, keep_blank_values=True)
    body = hashlib.sha256(request.body).hexdigest()
    text = to_sign(request, found.groupdict(), path, query, date, body)
    if not hmac.compare_digest(sign(text, found.groupdict(), signer), found["signature"]):
        raise ServiceError("InvalidSignatureException", BAD_SIGNATURE, 403)
    return Signed(found["service"], found["region"])


def _signer(found: re.Match[str], token: str, keys: Keys, now: float) -> Keys:
    try:
        signer = sessions.signer(keys, found["key"], token, now)
    except sessions.Expired:
        message = "The security token included in the request is expired"
        status = 403 if found["service"] in ("iam", "sts") else 400
        raise ServiceError("ExpiredTokenException", message, status) from None
    if signer is None:
        raise ServiceError("UnrecognizedClientException", _BAD_KEY, 403)
    return signer


def _check_time(date: str, day: str, now: float) -> None:
    try:
        moment = timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        message = "Date must be in ISO-8601 'basic format'."
        raise ServiceError("IncompleteSignatureException", message, 403) from None
    if not date.startswith(day) or abs(moment - now) > _SKEW:
        message = f"Signature expired: {date} is not within {_SKEW // 60} minutes of this server."
        raise ServiceError("InvalidSignatureException", message, 403)


def to_sign(
    request: Incoming,
    claim: Mapping[str, str],
    path: str,
    query: Iterable[tuple[str, str]],
    date: str,
    body: str,
) -> str:
    """The text that a request's signature is of. `claim` has day, region, service and headers;
    `query` is decoded, `body` the payload's hash or what stands for it."""
    pairs = sorted((_quote(name), _quote(value)) for name, value in query)
    names = claim["headers"].split(";")
    headers = "".join(f"{name}:{' '.join(request.headers(name).split())}\n" for name in names)
    canonical = "\n".join(
        (
            request.method,
            path or "/",
            "&".join(f"{name}={value}" for name, value in pairs),
            headers,
            claim["headers"],
            body,
        )
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    return "\n".join(("AWS4-HMAC-SHA256", date, credential_scope(claim), hashed))


def sign(text: str, claim: Mapping[str, str], keys: Keys) -> str:
    """The signature of a text, in hex."""
    key = _signing_key(keys.secret_key, claim["day"], claim["region"], claim["service"])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def credential_scope(claim: Mapping[str, str]) -> str:
    """DAY/REGION/SERVICE/aws4_request."""
    return f"{claim['day']}/{claim['region']}/{claim['service']}/aws4_request"


def encoded_path(path: str) -> str:
    """A path as it is signed, whatever its client encoded."""
    return quote(unquote(path), safe="/-_.~")


@functools.lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")
