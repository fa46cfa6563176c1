"""The door of an engine's Jupyter server, in its process: only a presigned URL opens it."""

from __future__ import annotations

import functools
import json
import time
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from traitlets import Unicode

from .jupyter_token import Refused, Register

_CLOSED = (
    "You are not signed in here, or the session has expired. Open it again: each presigned URL "
    "works once, and for five minutes at most."
)


def _closed(handler: web.RequestHandler, why: str = _CLOSED) -> web.HTTPError:
    # tornado logs the URI of what is refused, and with it a token that may still be good elsewhere.
    handler.request.uri = handler.request.path
    return web.HTTPError(403, why)


class SignInHandler(JupyterHandler):
    """`GET <base>/?authToken=...` signs in and goes on to where the token says, without it."""

    @allow_unauthenticated
    def get(self) -> None:
        provider = self.identity_provider
        assert isinstance(provider, PresignedIdentityProvider)
        token = self.get_query_argument("authToken", "")
        landing = ""
        if token:
            landing = provider.sign_in(self, token)
        elif not self.current_user:
            raise _closed(self)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.redirect(self.base_url + landing if landing else self.default_url)


class PresignedIdentityProvider(IdentityProvider):
    """Signs in by a token of the engine and keeps the session in a signed cookie.

    The session ends with SessionExpirationDurationInSeconds of the presigned URL, told by the
    cookie's content: a browser cannot stretch it. Any other request is answered 403.
    """

    key_file = Unicode(help="The file with the key that the engine signs tokens with.").tag(
        config=True
    )
    signs_in = Unicode("ec2-user", help="Whom a token signs in.").tag(config=True)
    need_token = False

    @functools.cached_property
    def _register(self) -> Register:
        return Register(Path(self.key_file).read_text(encoding="ascii"))

    @property
    def auth_enabled(self) -> bool:
        return True

    @property
    def login_available(self) -> bool:
        return False

    def get_handlers(self) -> list[tuple[str, object]]:
        return [(r"/", SignInHandler), *super().get_handlers()]

    def sign_in(self, handler: JupyterHandler, text: str) -> str:
        """Use a token up, set the session's cookie; where it leads. Raises HTTPError 403."""
        try:
            token = self._register.redeem(text, "sign-in")
        except Refused as why:
            raise _closed(handler, f"{why} {_CLOSED}") from None
        until = time.time() + token.session
        handler.set_signed_cookie(
            self.get_cookie_name(handler),
            json.dumps({"expires": until}),
            expires=until,
            path=handler.base_url,
            httponly=True,
            # Strict would be left out of the way here from another site's page: it is the way in.
            samesite="Lax",
        )
        _ = handler.xsrf_token  # sets its cookie, which a client without pages needs to post
        return token.landing

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """The signed-in person, or the engine. Raises HTTPError 403 for everybody else."""
        user = self._engine(handler) or self._session(handler)
        if user is None and not isinstance(handler, SignInHandler):
            handler.current_user = handler._jupyter_current_user = None  # type: ignore[attr-defined]
            raise _closed(handler)
        return user

    def validate_security(self, app: Any, ssl_options: dict[str, Any] | None = None) -> None:
        """Nothing to warn about: nobody comes in without a token."""

    def _session(self, handler: web.RequestHandler) -> User | None:
        cookie = handler.get_signed_cookie(self.get_cookie_name(handler))
        if cookie and json.loads(cookie)["expires"] > time.time():
            name = self.signs_in
            return User(name, name, name, name[:2].upper())
        return None

    def _engine(self, handler: web.RequestHandler) -> User | None:
        scheme, _, text = handler.request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        try:
            self._register.redeem(text, "engine")
        except Refused:
            return None
        return User("sagemaker", "SageMaker")
