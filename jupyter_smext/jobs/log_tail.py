"""The log of a resource, from CloudWatch Logs, read on from where the last reading ended."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec

from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..decoding import decode_json

#: Where SageMaker writes the logs of training jobs, a stream `JOB/algo-N-TIME` for each host.
TRAINING_JOBS = "/aws/sagemaker/TrainingJobs"

#: Lines of one reading; the next goes on behind them.
LINES = 5000
_EVENTS = 1000


@dataclass(frozen=True)
class LogTail:
    """The streams of a log group whose names begin with `prefix`, as one log.

    `client` is botocore's of CloudWatch Logs. A stream that is written to later is found later.
    """

    client: Any
    connection: str
    group: str
    prefix: str

    def read(self, after: str | None = None) -> tuple[tuple[str, ...], str]:
        """The lines behind `after`, and what asks for those behind them. Blocking.

        As `timed`.
        """
        lines, behind = self.timed(after)
        return tuple(line for _, line in lines), behind

    def timed(self, after: str | None = None) -> tuple[tuple[tuple[float, str], ...], str]:
        """As `read`, each line with its time in epoch seconds. Blocking.

        A log that nobody has written to yet is empty. Of several streams, lines are in the order of
        their times as far as one reading goes. Raises ProblemError.
        """
        tokens = _decoded(after)
        events: list[dict[str, Any]] = []
        for stream in self._streams():
            name = stream.removeprefix(self.prefix)
            found, tokens[name] = self._events(stream, tokens.get(name), LINES - len(events))
            events += found
        # A stable sort: what was written in the same millisecond keeps its order.
        events.sort(key=lambda event: int(event["timestamp"]))
        lines = tuple(
            (event["timestamp"] / 1000, line)
            for event in events
            for line in event["message"].splitlines() or [""]
        )
        return lines, _encoded(tokens)

    def _streams(self) -> list[str]:
        """GetLogEvents takes one stream; which there are is asked again, spot starts new ones."""
        asked: dict[str, Any] = {"logGroupName": self.group, "logStreamNamePrefix": self.prefix}
        found: list[str] = []
        while True:
            answer = self._call("DescribeLogStreams", self.client.describe_log_streams, asked)
            if answer is None:
                return found
            found += [each["logStreamName"] for each in answer["logStreams"]]
            token = answer.get("nextToken")
            if not token or token == asked.get("nextToken"):
                return found
            asked["nextToken"] = token

    def _events(
        self, stream: str, token: str | None, room: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Events behind a token, in their order, and the token behind them.

        "If you have reached the end of the stream, it returns the same token you passed in"
        (GetLogEvents); an empty page before that is not the end.
        """
        events: list[dict[str, Any]] = []
        while len(events) < room:
            asked: dict[str, Any] = {
                "logGroupName": self.group,
                "logStreamName": stream,
                "startFromHead": True,
                "limit": _EVENTS,
            }
            if token is not None:
                asked["nextToken"] = token
            answer = self._call("GetLogEvents", self.client.get_log_events, asked)
            if answer is None:
                break
            events += answer["events"]
            if answer["nextForwardToken"] == token:
                break
            token = answer["nextForwardToken"]
        return events, token

    def _call(self, operation: str, call: Any, asked: dict[str, Any]) -> Any:
        """An answer, None when the group or the stream is not there (yet)."""
        try:
            with calling(self.connection, operation, "logs"):
                return call(**asked)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise


def _encoded(tokens: dict[str, str | None]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(tokens)).decode()


def _decoded(after: str | None) -> dict[str, str | None]:
    if not after:
        return {}
    try:
        raw = base64.urlsafe_b64decode(after.encode())
        return decode_json(raw, type=dict[str, str | None])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise ProblemError(
            problem(
                "invalid",
                "This is no place in a log",
                "`next` is not one that an earlier answer gave.",
                "Read the log from its beginning: leave `next` out.",
            )
        ) from error
