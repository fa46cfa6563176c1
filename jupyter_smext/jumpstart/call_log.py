"""What an endpoint's containers logged while they had a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..protocol import CallLog

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Where SageMaker writes the logs of an endpoint, a stream for each container.
GROUP = "/aws/sagemaker/Endpoints/{endpoint}"

LINES = 500
#: Clocks differ, and containers write late.
_BEFORE, _AFTER = 2.0, 15.0


def call_log(
    sessions: Sessions, connection: str, region: str, endpoint: str, at: float, seconds: float
) -> CallLog:
    """The lines of all its containers, in the order of their times. Blocking.

    Without a log, which an endpoint has from its first line on, there are none. Raises
    ProblemError.
    """
    client = sessions.client(connection, region, "logs")
    asked: dict[str, Any] = {
        "logGroupName": GROUP.format(endpoint=endpoint),
        "startTime": max(0, int(1000 * (at - _BEFORE))),
        "endTime": int(1000 * (at + seconds + _AFTER)),
    }
    lines: list[str] = []
    while True:
        try:
            with calling(connection, "FilterLogEvents", "logs"):
                answer = client.filter_log_events(**asked)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return CallLog((), True)
            raise
        for event in answer["events"]:
            lines += event["message"].splitlines() or [""]
        token = answer.get("nextToken")
        if len(lines) > LINES:
            return CallLog(tuple(lines[:LINES]), False)
        if not token or token == asked.get("nextToken"):
            return CallLog(tuple(lines), True)
        asked["nextToken"] = token
