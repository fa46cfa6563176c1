"""Routes of what is in S3."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..objects import (
    BucketsHandler,
    FolderHandler,
    ObjectContentHandler,
    ObjectHandler,
    SumHandler,
    UsedByHandler,
)
from ..route import PLACE, Query, Route

URI = Query("uri", "s3://BUCKET/KEY, letter for letter", True)
NEXT = Query("next", "`next` of the page before")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route("GET", "buckets", "The buckets of the account", PLACE, answer=protocol.S3Buckets),
        BucketsHandler,
    ),
    (
        Route(
            "GET",
            "objects",
            "Folders and objects directly below a prefix, a page of them",
            (*PLACE, URI, NEXT),
            answer=protocol.S3Page,
        ),
        FolderHandler,
    ),
    (
        Route(
            "GET",
            "objects/sum",
            "How many objects begin with a URI, and their size; at least, where there are many",
            (*PLACE, URI),
            answer=protocol.S3Sum,
        ),
        SumHandler,
    ),
    (
        Route(
            "GET",
            "object",
            "What S3 says of an object, and a preview of it",
            (*PLACE, URI),
            answer=protocol.S3Object,
        ),
        ObjectHandler,
    ),
    (
        Route(
            "GET",
            "object-content",
            "The bytes of an object, to be saved; a range of them where one is asked for",
            (*PLACE, URI),
            answer=bytes,
            answer_type="application/octet-stream",
        ),
        ObjectContentHandler,
    ),
    (
        Route(
            "GET",
            "resources/{kind}/{id}/used-by",
            "What uses a resource, and what made the data that it uses, as far as it was looked at",
            PLACE,
            answer=protocol.UsedBy,
        ),
        UsedByHandler,
    ),
)
