"""The tag that keeps a resource out of every sweep."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..inventory.client import Client
from ..inventory.tags import tags_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

TAG = "smext:keep"


class Protection:
    """Reads tags through one connection; any value of the tag protects."""

    tag = TAG

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._client = Client(sessions, connection, region)

    async def keeps(self, arn: str) -> bool:
        """Whether the resource is protected; raises ProblemError when its tags cannot be read."""
        tags = await asyncio.to_thread(tags_of, self._client, arn)
        return any(tag.key == TAG for tag in tags)
