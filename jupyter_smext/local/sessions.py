"""Session credentials: a key, a secret and a token that proves both, for a time.

Nothing of them is stored: the engine's own secret makes a session's secret out of its key, and the
mark in its token. So they last over a restart, and none can be made without the engine.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field

from .keys import Keys

_MARK_BYTES = 32


class Expired(Exception):
    """The token is the engine's, and its time is over."""


@dataclass(frozen=True)
class Session:
    """Who signs with session credentials, and until when (epoch seconds)."""

    keys: Keys
    token: str = field(repr=False)
    arn: str
    user_id: str
    expires: int


def issue(keys: Keys, arn: str, user_id: str, seconds: int) -> Session:
    """Credentials of that user or assumed role, from now on for so many seconds."""
    access_key = "LOCALS" + secrets.token_hex(7).upper()
    expires = int(time.time()) + seconds
    facts = {"key": access_key, "arn": arn, "id": user_id, "expires": expires}
    body = json.dumps(facts).encode()
    token = base64.urlsafe_b64encode(_mark(keys, body) + body).decode()
    return Session(_derived(keys, access_key), token, arn, user_id, expires)


def session_of(keys: Keys, access_key: str, token: str, now: float | None = None) -> Session | None:
    """The session of a key and its token; None when the engine did not issue them together.

    Raises Expired. A signature must still prove that the sender has the secret.
    """
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mark, body = data[:_MARK_BYTES], data[_MARK_BYTES:]
    if not hmac.compare_digest(mark, _mark(keys, body)):
        return None
    facts = json.loads(body)
    if facts["key"] != access_key:
        return None
    if facts["expires"] <= (time.time() if now is None else now):
        raise Expired
    signing = _derived(keys, access_key)
    return Session(signing, token, facts["arn"], facts["id"], facts["expires"])


def signer(keys: Keys, access_key: str, token: str, now: float) -> Keys | None:
    """The keys that a request's signature must be made with; None for a key that is nobody's, and
    for a token that is not this key's: the engine's own has none.

    Raises Expired, for a session that is over.
    """
    if hmac.compare_digest(access_key.encode(), keys.access_key.encode()):
        return None if token else keys
    session = session_of(keys, access_key, token, now) if token else None
    return session.keys if session else None


def _mark(keys: Keys, body: bytes) -> bytes:
    return hmac.digest(keys.secret_key.encode(), b"session token:" + body, hashlib.sha256)


def _derived(keys: Keys, access_key: str) -> Keys:
    of = b"session secret:" + access_key.encode()
    secret = hmac.digest(keys.secret_key.encode(), of, hashlib.sha256)
    return Keys(access_key, base64.urlsafe_b64encode(secret).decode().rstrip("="))
