"""Routes that describe the extension."""

from __future__ import annotations

from typing import Any

from ... import protocol
from ..docs import OpenApiHandler, PoliciesHandler
from ..handler import SmextHandler
from ..route import Query, Route

PARAMETERS = dict[str, Any]

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "policies",
            "The IAM policies that the extension asks for",
            (Query("permission", "Those alone that hold this IAM action"),),
            answer=list[protocol.Policy],
        ),
        PoliciesHandler,
    ),
    (Route("GET", "openapi.json", "This description", answer=PARAMETERS), OpenApiHandler),
)
