"""CloudWatch Logs, asked for streams and their events; the only reader of it in the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import ProblemError

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: As many as GetLogEvents answers at most.
EVENTS = 10_000


@dataclass(frozen=True)
class CloudWatch:
    """The logs of a connection and region. Blocking; raises ProblemError only."""

    sessions: Sessions
    connection: str
    region: str

    def streams(
        self, group: str, prefix: str = "", *, newest: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Streams of a group whose names begin with `prefix`; without one, `newest` first.

        Of a group that is not there, none.
        """
        asked: dict[str, Any] = {"logGroupName": group}
        if prefix:
            asked["logStreamNamePrefix"] = prefix
        elif newest:
            asked |= {"orderBy": "LastEventTime", "descending": True}
        yield from self._all("describe_log_streams", "logStreams", asked)

    def stream(self, group: str, name: str) -> dict[str, Any] | None:
        """One stream, None when it is not there."""
        found = (each for each in self.streams(group, name) if each["logStreamName"] == name)
        return next(found, None)

    def groups(self, prefix: str) -> Iterator[dict[str, Any]]:
        """Log groups whose names begin with `prefix`."""
        yield from self._all("describe_log_groups", "logGroups", {"logGroupNamePrefix": prefix})

    def page(self, group: str, name: str, **asked: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Events of a stream in their order, and the token of those behind them.

        At the end of a stream the token is the one that was asked with (GetLogEvents).
        """
        answer = self._call(
            "get_log_events",
            {"logGroupName": group, "logStreamName": name, "limit": EVENTS, **asked},
        )
        return answer["events"], answer.get("nextForwardToken")

    def merged(
        self, group: str, prefix: str, **asked: Any
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Events of all streams whose names begin with `prefix`, in the order of their times, and
        the token of those behind them: None at the end.
        """
        if prefix:
            asked["logStreamNamePrefix"] = prefix
        answer = self._call("filter_log_events", {"logGroupName": group, "limit": EVENTS, **asked})
        return answer["events"], answer.get("nextToken")

    def _all(self, call: str, member: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            try:
                answer = self._call(call, asked)
            except ProblemError as error:
                if error.problem.cause == "not_found":
                    return
                raise
            yield from answer.get(member, ())
            token = answer.get("nextToken")
            if not token or token == asked.get("nextToken"):
                return
            asked = {**asked, "nextToken": token}

    def _call(self, call: str, asked: dict[str, Any]) -> dict[str, Any]:
        operation = "".join(word.capitalize() for word in call.split("_"))
        client = self.sessions.client(self.connection, self.region, "logs")
        with calling(self.connection, operation, "logs"):
            answer: dict[str, Any] = getattr(client, call)(**asked)
        return answer
