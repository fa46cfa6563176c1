"""Routes of what is changed of a resource in place."""

from __future__ import annotations

from ... import protocol
from ..edits import EndpointScalingHandler, TagsHandler, VariantScalingHandler
from ..handler import SmextHandler
from ..route import PLACE, Route

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route("GET", "resources/{kind}/{id}/tags", "Its tags", PLACE, answer=protocol.Tags),
        TagsHandler,
    ),
    (
        Route(
            "POST",
            "resources/{kind}/{id}/tags",
            "Set tags and take some away; all others stay",
            PLACE,
            body=protocol.TagChanges,
            answer=protocol.Tags,
        ),
        TagsHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/scaling",
            "How the production variants of an endpoint scale",
            PLACE,
            answer=protocol.EndpointScaling,
        ),
        EndpointScalingHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/scaling/{variant}",
            "Let a variant scale between two bounds, by a target if one is given",
            PLACE,
            body=protocol.ScalingChange,
            answer=protocol.EndpointScaling,
        ),
        VariantScalingHandler,
    ),
    (
        Route(
            "DELETE",
            "endpoints/{id}/scaling/{variant}",
            "Leave a variant as it is from now on; its policies go as well",
            PLACE,
            answer=protocol.EndpointScaling,
        ),
        VariantScalingHandler,
    ),
)
