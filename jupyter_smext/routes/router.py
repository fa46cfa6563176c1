"""The way to the handlers, which are loaded by the first request for one of them."""

from __future__ import annotations

import re
from typing import Any

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import PathMatches, Rule, RuleRouter
from tornado.web import Application

from .route import PREFIX


class ApiRouter(RuleRouter):
    """Routes below a server's `base_url`: a server that nobody asks has none of them in memory."""

    #: Where Jupyter Server looks for methods that ask for no sign-in; a test looks at the table.
    SUPPORTED_METHODS = ()

    def __init__(self, application: Application, base_url: str) -> None:
        super().__init__()
        self._application = application
        self._base = base_url.rstrip("/")

    @property
    def pattern(self) -> str:
        """What it is asked for."""
        return rf"{re.escape(self._base)}/{PREFIX}(?:/.*)?"

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        if not self.rules:
            from .table import handlers

            base = re.escape(self._base)
            known = handlers()
            self.add_rules([Rule(PathMatches(base + path), of, more) for path, of, more in known])
        return super().find_handler(request, **kwargs)

    def get_target_delegate(
        self, target: Any, request: HTTPServerRequest, **target_params: Any
    ) -> HTTPMessageDelegate | None:
        return self._application.get_handler_delegate(request, target, **target_params)
