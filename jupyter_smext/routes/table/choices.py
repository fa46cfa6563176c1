"""Routes of the lists that a form's fields are chosen from."""

from __future__ import annotations

from ... import protocol
from ..choices import KmsKeysHandler, SecurityGroupsHandler, SubnetsHandler
from ..handler import SmextHandler
from ..route import PLACE, Query, Route

OF_VPC = Query("vpc", "The id of the VPC whose groups are wanted; without it those of all")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route("GET", "subnets", "The subnets of the region", PLACE, answer=protocol.Subnets),
        SubnetsHandler,
    ),
    (
        Route(
            "GET",
            "security-groups",
            "The security groups of the region, or of a VPC",
            (*PLACE, OF_VPC),
            answer=protocol.SecurityGroups,
        ),
        SecurityGroupsHandler,
    ),
    (
        Route(
            "GET",
            "kms-keys",
            "The keys of KMS that have an alias in the region",
            PLACE,
            answer=protocol.KmsKeys,
        ),
        KmsKeysHandler,
    ),
)
