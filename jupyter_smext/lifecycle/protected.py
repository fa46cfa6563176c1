"""The tag that keeps a resource out of every sweep."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError, problem_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

TAG = "smext:keep"


class Protection:
    """Reads tags through one connection; any value of the tag protects."""

    tag = TAG

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self._place = connection, region

    async def keeps(self, arn: str) -> bool:
        """Whether the resource is protected; raises ProblemError when its tags cannot be read."""
        return await asyncio.to_thread(self._keeps, arn)

    def _keeps(self, arn: str) -> bool:
        client = self._sessions.client(*self._place)
        parameters = {"ResourceArn": arn}
        try:
            while True:
                answer = client.list_tags(**parameters)
                if any(tag["Key"] == TAG for tag in answer.get("Tags", ())):
                    return True
                if not answer.get("NextToken"):
                    return False
                parameters["NextToken"] = answer["NextToken"]
        except ProblemError:
            raise
        except Exception as error:
            problem = problem_of(error, connection=self._place[0], operation="ListTags")
            raise ProblemError(problem) from error
