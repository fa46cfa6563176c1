"""Answers that are kept for a while, by connection and region, and read again behind the scenes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..aws.errors import ProblemError
from ..protocol import Problem

T = TypeVar("T")

TRY_AGAIN = 60.0
"""Seconds after which what could not be read is tried again."""


@dataclass
class Answer(Generic[T]):
    """What is known: the last good value and when it was read, and why there is none newer."""

    value: T | None = None
    at: float = 0.0
    problem: Problem | None = None
    _next: float = 0.0
    _task: asyncio.Task[None] | None = None

    @property
    def reading(self) -> bool:
        return self._task is not None


class Kept(Generic[T]):
    """Belongs to the server's loop thread.

    `read(connection, region)` blocks, runs in a thread and raises ProblemError only; `fresh` is for
    how many seconds its answer is good. `recall` answers what an earlier server knew, and when that
    was read.
    """

    def __init__(
        self,
        read: Callable[[str, str], T],
        fresh: float,
        recall: Callable[[str, str], tuple[T, float] | None] | None = None,
        try_again: float = TRY_AGAIN,
    ) -> None:
        self._read = read
        self._fresh = fresh
        self._recall = recall
        self._try_again = try_again
        self._answers: dict[tuple[str, str], Answer[T]] = {}
        self._closed = False

    def get(self, connection: str, region: str) -> Answer[T]:
        """What is known now, at once; what is old is read again in the background."""
        place = (connection, region)
        answer = self._answers.get(place)
        first = answer is None
        if answer is None:
            answer = self._answers[place] = Answer()
        if answer._task is None and time.time() >= answer._next and not self._closed:
            work = self._renew(answer, connection, region, first)
            answer._task = asyncio.get_running_loop().create_task(work, name="smext-cost")
        return answer

    def retry(self, connection: str, region: str) -> None:
        """What could not be read is tried again at the next question, not only after a while."""
        answer = self._answers.get((connection, region))
        if answer is not None and answer.problem is not None:
            answer._next = 0.0

    async def settled(self, connection: str, region: str, seconds: float) -> Answer[T]:
        """What is known once nothing is being read, or after so many seconds."""
        answer = self.get(connection, region)
        if answer._task is not None:
            await asyncio.wait([answer._task], timeout=seconds)
        return answer

    async def close(self) -> None:
        """Read no more."""
        self._closed = True
        tasks = [answer._task for answer in self._answers.values() if answer._task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _renew(self, answer: Answer[T], connection: str, region: str, first: bool) -> None:
        # Also after a defect of ours, whose traceback asyncio logs.
        answer._next = time.time() + self._try_again
        try:
            if first and self._recall is not None:
                known = await asyncio.to_thread(self._recall, connection, region)
                if known is not None:
                    answer.value, answer.at = known
                    if time.time() < answer.at + self._fresh:
                        answer._next = answer.at + self._fresh
                        return
            answer.value = await asyncio.to_thread(self._read, connection, region)
            answer.at, answer.problem = time.time(), None
            answer._next = answer.at + self._fresh
        except ProblemError as error:
            answer.problem = error.problem
            answer._next = max(time.time() + self._try_again, error.problem.retry_at or 0.0)
        finally:
            answer._task = None
