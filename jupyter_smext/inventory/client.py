"""One connection and region's SageMaker client, as the inventory calls it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..aws.errors import ProblemError, problem_of
from ..aws.pages import walk
from ..aws.problems import place_of, problem
from ..kinds import Kind
from ..protocol import Problem

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

THROTTLES = frozenset(
    ("TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete")
)

LOOK_AGAIN = 1.0
"""Seconds between two looks at the credentials' files: dozens of calls start at the same time."""


class Client:
    """Blocking calls that raise ProblemError only; remembers which operations AWS throttled."""

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self._connection = connection
        self._region = region
        self._lock = threading.Lock()
        self._throttled: set[str] = set()
        self._listened: Any = None
        self._looked = -LOOK_AGAIN

    def get(self) -> Any:
        """The shared botocore client; another one soon after the credentials changed."""
        now = time.monotonic()
        if now - self._looked < LOOK_AGAIN:
            return self._listened
        client = self._sessions.client(self._connection, self._region)
        with self._lock:
            self._looked = now
            if client is not self._listened:
                client.meta.events.register("needs-retry.sagemaker", self._answered)
                self._listened = client
        return client

    def is_throttled(self, operation: str) -> bool:
        """Whether an operation was throttled since `throttled` was asked last."""
        with self._lock:
            return operation in self._throttled

    def slow(self) -> Problem:
        """What is said of an operation that is throttled and still being tried."""
        place = place_of(self._connection)
        return problem(
            "throttled",
            f"{place[0].upper()}{place[1:]} is slow to answer: it is limiting requests",
            next="It is being tried again; what it answers is shown then.",
        )

    def throttled(self) -> set[str]:
        """The operations throttled since this was asked last, even if a retry went well."""
        with self._lock:
            throttled, self._throttled = self._throttled, set()
        return throttled

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One call; the answer without botocore's own metadata."""
        from botocore import xform_name

        try:
            answer: dict[str, Any] = getattr(self.get(), xform_name(operation))(**parameters)
        except Exception as error:
            raise self.problem(error, operation) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def walk(
        self,
        kind: Kind,
        parameters: Mapping[str, Any],
        on_page: Callable[[list[dict[str, Any]]], None] | None = None,
    ) -> list[dict[str, Any]]:
        """All items of one list chain."""
        try:
            return walk(
                self.get(),
                kind.list_operation,
                dict(parameters),
                kind.result_key,
                max_results=kind.max_results,
                on_page=on_page,
            )
        except Exception as error:
            raise self.problem(error, kind.list_operation) from error

    def problem(self, error: Exception, operation: str) -> ProblemError:
        """Any error of a call as a ProblemError; the next call looks for new credentials first."""
        self._looked = -LOOK_AGAIN
        if isinstance(error, ProblemError):
            return error
        return ProblemError(problem_of(error, connection=self._connection, operation=operation))

    def _answered(self, response: Any = None, operation: Any = None, **_: Any) -> None:
        """botocore's hook after each attempt; answers None, as it decides nothing."""
        if response is None or operation is None:
            return
        code = str(response[1].get("Error", {}).get("Code", ""))
        if "Throttl" in code or code in THROTTLES:
            with self._lock:
                self._throttled.add(operation.name)
