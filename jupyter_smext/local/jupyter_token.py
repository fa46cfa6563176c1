"""The tokens between the engine and a Jupyter server: signed with a key only these two know."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Literal

Purpose = Literal["sign-in", "engine"]

#: How long a presigned URL can be used (CreatePresignedNotebookInstanceUrl: "valid only for 5
#: minutes"; the default of CreatePresignedDomainUrl's ExpiresInSeconds).
SIGN_IN_SECONDS = 300


class Refused(Exception):
    """A token that is not ours, not for this, too old or used."""


@dataclass(frozen=True)
class Token:
    """What a token says: times are epoch seconds, `session` the seconds a sign-in lasts.

    `landing` is the path, below the server's own, that a sign-in goes on to; "" is JupyterLab.
    """

    purpose: Purpose
    expires: float
    session: int
    nonce: str
    landing: str = ""


def new_key() -> str:
    """A fresh key, as text."""
    return secrets.token_hex(32)


def mint(
    key: str,
    purpose: Purpose,
    *,
    valid: float = SIGN_IN_SECONDS,
    session: int = 0,
    landing: str = "",
) -> str:
    """A token for one use within `valid` seconds."""
    token = Token(purpose, time.time() + valid, session, secrets.token_hex(8), landing)
    body = base64.urlsafe_b64encode(json.dumps(asdict(token)).encode()).decode().rstrip("=")
    return f"{body}.{_sign(key, body)}"


class Register:
    """Reads tokens, each one once; forgets a used one when it would be too old anyway."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._used: dict[str, float] = {}

    def redeem(self, text: str, purpose: Purpose) -> Token:
        """Check a token and use it up. Raises Refused."""
        body, _, sign = text.partition(".")
        # Bytes: compare_digest takes no text outside ASCII, and this is what a stranger sends.
        if not hmac.compare_digest(_sign(self._key, body).encode(), sign.encode()):
            raise Refused("The token is not one of this server.")
        token = Token(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        now = time.time()
        self._used = {nonce: until for nonce, until in self._used.items() if until > now}
        if token.purpose != purpose:
            raise Refused("The token is for something else.")
        if token.expires <= now:
            raise Refused("The token has expired.")
        if token.nonce in self._used:
            raise Refused("The token was used before.")
        self._used[token.nonce] = token.expires
        return token


def _sign(key: str, body: str) -> str:
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()
