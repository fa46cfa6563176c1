"""Routes that describe the extension."""

from __future__ import annotations

from typing import Any

from ..docs import OpenApiHandler, PolicyHandler
from ..handler import SmextHandler
from ..route import Route

PARAMETERS = dict[str, Any]

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route("GET", "policy", "The IAM policy of the panel", answer=PARAMETERS),
        PolicyHandler,
    ),
    (Route("GET", "openapi.json", "This description", answer=PARAMETERS), OpenApiHandler),
)
