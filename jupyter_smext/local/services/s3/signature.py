"""S3's ways of signing: a header that covers the body by its hash, a link, signed chunks."""

from __future__ import annotations

import hmac
import re
import time
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from urllib.parse import parse_qsl, unquote

from ... import sessions
from ...contract import ServiceError
from ...hosts import LOCALHOST, host_name
from ...keys import Keys
from ...object_store.public import region_of
from ...signature import AUTHORIZATION, BAD_SIGNATURE, credential_scope, encoded_path, sign, to_sign
from ...wire.incoming import Incoming
from . import links

UNSIGNED = "UNSIGNED-PAYLOAD"
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
CHUNKED = frozenset({SIGNED_CHUNKS, SIGNED_TRAILER, UNSIGNED_TRAILER})

#: Directory buckets sign for a name of their own, and are refused like what only AWS has.
_SERVICES = frozenset({"s3", "s3express"})
_EMPTY = sha256().hexdigest()
_SKEW = 15 * 60
_WEEK = 7 * 24 * 3600
_HASH = re.compile("[0-9a-f]{64}")
_CREDENTIAL = re.compile(
    r"(?P<key>[^/]{1,128})/(?P<day>\d{8})/(?P<region>[a-z0-9-]{1,64})/(?P<service>s3)/aws4_request"
)


@dataclass(frozen=True)
class Chunks:
    """What the signature of each chunk of a body goes on from."""

    claim: Mapping[str, str]
    date: str
    seed: str
    keys: Keys = field(repr=False)

    def signature(self, before: str, hashed: str) -> str:
        """Of a chunk whose SHA-256 is `hashed`, after the one signed `before`."""
        where = credential_scope(self.claim)
        lines = ("AWS4-HMAC-SHA256-PAYLOAD", self.date, where, before, _EMPTY, hashed)
        return sign("\n".join(lines), self.claim, self.keys)

    def trailer(self, before: str, hashed: str) -> str:
        """Of the trailing headers, whose SHA-256 is `hashed`."""
        lines = (
            "AWS4-HMAC-SHA256-TRAILER",
            self.date,
            credential_scope(self.claim),
            before,
            hashed,
        )
        return sign("\n".join(lines), self.claim, self.keys)


@dataclass(frozen=True)
class S3Signed:
    """What a request is signed for. `payload` is the body's SHA-256 in hex, or one of the words
    above; `chunks` checks the chunks of a body that is signed in chunks. A link of the second
    version is for no region: ""."""

    region: str
    payload: str
    chunks: Chunks | None = None


def is_s3(request: Incoming) -> bool:
    """Whether a request says it is for S3, in a header or as a link, also in ways not taken."""
    authorization = request.headers("Authorization")
    if authorization:
        found = AUTHORIZATION.fullmatch(authorization)
        return authorization.startswith("AWS ") or (
            found is not None and found["service"] in _SERVICES
        )
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    if "X-Amz-Credential" in query:
        return query["X-Amz-Credential"].split("/")[-2:-1] == ["s3"]
    # No other service here takes these methods.
    return "AWSAccessKeyId" in query or request.method in ("GET", "HEAD", "PUT", "DELETE")


def anonymous(request: Incoming) -> S3Signed | None:
    """What an unsigned read of the bucket that anybody may read counts as; None for all others."""
    named = dict(parse_qsl(request.query, keep_blank_values=True))
    if (
        request.method not in ("GET", "HEAD")
        or request.headers("Authorization")
        or "AWSAccessKeyId" in named
        or any(name.startswith("X-Amz-") for name in named)
    ):
        return None
    bucket = path_style(request).path.lstrip("/").partition("/")[0]
    return S3Signed("", UNSIGNED) if region_of(bucket) is not None else None


def verify(request: Incoming, keys: Keys, now: float | None = None) -> S3Signed:
    """What the request is signed for, before its body is there.

    Raises ServiceError in S3's words (Amazon S3 API Reference, "Error responses"; "Authenticating
    Requests: Using Query Parameters").
    """
    query = parse_qsl(request.query, keep_blank_values=True)
    named = dict(query)
    authorization = request.headers("Authorization")
    moment = time.time() if now is None else now
    if authorization.startswith("AWS "):
        message = (
            "The authorization mechanism you have provided is not supported. "
            "Please use AWS4-HMAC-SHA256 (in botocore: signature_version='s3v4')."
        )
        raise ServiceError("InvalidRequest", message)
    if not authorization and links.is_second_version(request):
        return _second_version(request, keys, moment)
    if not authorization and any(name.startswith("X-Amz-") for name in named):
        return _link(request, query, named, keys, moment)
    if not authorization:
        raise ServiceError("AccessDenied", "Access Denied", 403)
    found = AUTHORIZATION.fullmatch(authorization)
    if found is None:
        message = "The authorization header is malformed; it must be AWS4-HMAC-SHA256."
        raise ServiceError("AuthorizationHeaderMalformed", message)
    claim, date = found.groupdict(), request.headers("X-Amz-Date")
    keys = _signer(claim["key"], request.headers("X-Amz-Security-Token"), keys, moment)
    at = _moment(date)
    if at is None or not date.startswith(claim["day"]):
        message = "AWS authentication requires a valid Date or x-amz-date header"
        raise ServiceError("AccessDenied", message, 403)
    if abs(at - moment) > _SKEW:
        message = "The difference between the request time and the current time is too large."
        more = {
            "RequestTime": date,
            "ServerTime": _iso(moment),
            "MaxAllowedSkewMilliseconds": _SKEW * 1000,
        }
        raise ServiceError("RequestTimeTooSkewed", message, 403, more)
    payload = request.headers("X-Amz-Content-Sha256")
    if not payload:
        message = "Missing required header for this request: x-amz-content-sha256"
        raise ServiceError("InvalidRequest", message)
    if payload != UNSIGNED and payload not in CHUNKED and not _HASH.fullmatch(payload):
        message = (
            f"x-amz-content-sha256 must be {UNSIGNED}, one of {', '.join(sorted(CHUNKED))}, "
            "or a valid sha256 value."
        )
        raise ServiceError("InvalidArgument", message)
    _check_headers(request, claim, {"x-amz-content-sha256"})
    text = to_sign(request, claim, encoded_path(request.path), query, date, payload)
    _check_signature(text, claim, keys)
    chunks = None
    if payload in (SIGNED_CHUNKS, SIGNED_TRAILER):
        chunks = Chunks(claim, date, claim["signature"], keys)
    return S3Signed(claim["region"], payload, chunks)


def _link(
    request: Incoming,
    query: list[tuple[str, str]],
    named: Mapping[str, str],
    keys: Keys,
    moment: float,
) -> S3Signed:
    """A presigned link: the signature is in the query, for a time, and leaves the body open."""
    code = "AuthorizationQueryParametersError"
    wanted = ("Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires")
    if not all(named.get(f"X-Amz-{name}") for name in wanted):
        listed = ", ".join(f"X-Amz-{name}" for name in wanted)
        message = "Query-string authentication version 4 requires the " + listed + " parameters."
        raise ServiceError(code, message)
    if named["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256":
        raise ServiceError(code, 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
    found = _CREDENTIAL.fullmatch(named["X-Amz-Credential"])
    at, date = _moment(named["X-Amz-Date"]), named["X-Amz-Date"]
    if found is None or at is None or not date.startswith(found["day"]):
        message = "Error parsing the X-Amz-Credential or X-Amz-Date parameter."
        raise ServiceError(code, message)
    expires = named["X-Amz-Expires"]
    if not re.fullmatch(r"\d{1,9}", expires) or not 0 < int(expires) <= _WEEK:
        message = (
            "X-Amz-Expires must be less than a week (in seconds); "
            f"that is, the given X-Amz-Expires must be less than {_WEEK} seconds"
        )
        raise ServiceError(code, message)
    claim = {**found.groupdict(), "headers": named["X-Amz-SignedHeaders"].lower()}
    claim["signature"] = named["X-Amz-Signature"]
    keys = _signer(claim["key"], named.get("X-Amz-Security-Token", ""), keys, moment)
    if at - moment > _SKEW:
        raise ServiceError("AccessDenied", "Request is not valid yet", 403)
    _check_end(at + int(expires), moment)
    _check_headers(request, claim, set())
    payload = named.get("X-Amz-Content-Sha256", UNSIGNED)
    rest = [(name, value) for name, value in query if name != "X-Amz-Signature"]
    text = to_sign(request, claim, encoded_path(request.path), rest, date, payload)
    _check_signature(text, claim, keys)
    return S3Signed(claim["region"], payload if _HASH.fullmatch(payload) else UNSIGNED)


def _second_version(request: Incoming, keys: Keys, moment: float) -> S3Signed:
    request = path_style(links.unfolded(request))
    key, signature, end = links.claimed(request)
    signer = _signer(key, request.headers("X-Amz-Security-Token"), keys, moment)
    _check_end(end, moment)
    links.check(request, signature, end, signer)
    return S3Signed("", UNSIGNED)


def path_style(request: Incoming) -> Incoming:
    """The request with the bucket in its path, where it came in the host's name.

    Raises ServiceError InvalidURI for a path that is no UTF-8.
    """
    name = host_name(request.headers("Host"))
    path = request.path
    if name.endswith(LOCALHOST):
        path = f"/{name.removesuffix(LOCALHOST)}{path}"
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        raise ServiceError("InvalidURI", "Couldn't parse the specified URI.") from None
    return replace(request, path=path)


def _check_end(end: float, moment: float) -> None:
    if moment > end:
        more = {"Expires": _iso(end), "ServerTime": _iso(moment)}
        raise ServiceError("AccessDenied", "Request has expired", 403, more)


def _signer(key: str, token: str, keys: Keys, now: float) -> Keys:
    """The keys of who signed: the engine's own, or those of a session."""
    try:
        signer = sessions.signer(keys, key, token, now)
    except sessions.Expired:
        raise ServiceError("ExpiredToken", "The provided token has expired.") from None
    if signer is None and token:
        message = "The provided token is malformed or otherwise invalid."
        raise ServiceError("InvalidToken", message)
    if signer is None:
        message = "The AWS Access Key Id you provided does not exist in our records."
        raise ServiceError("InvalidAccessKeyId", message, 403, {"AWSAccessKeyId": key})
    return signer


def _check_headers(request: Incoming, claim: Mapping[str, str], more: set[str]) -> None:
    """Unsigned, these could be added or swapped on the way: another host, another copy source."""
    named = {name for name in request.header_names if name.startswith("x-amz-")}
    needed = {"host", *more, *(named - {"x-amz-content-sha256"})}
    missing = sorted(needed - set(claim["headers"].split(";")))
    if missing:
        message = "There were headers present in the request which were not signed"
        raise ServiceError("AccessDenied", message, 403, {"HeadersNotSigned": ", ".join(missing)})


def _check_signature(text: str, claim: Mapping[str, str], keys: Keys) -> None:
    given = claim["signature"].encode()
    if not hmac.compare_digest(sign(text, claim, keys).encode(), given):
        more = {"AWSAccessKeyId": claim["key"], "StringToSign": text}
        raise ServiceError("SignatureDoesNotMatch", BAD_SIGNATURE, 403, more)


def _moment(date: str) -> float | None:
    try:
        return timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
