"""The life of stacks: whatever a record says is under way is done, also after a restart."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from .stacks import REMEMBERED_SECONDS, STACK, Detail, Id, Stack

if TYPE_CHECKING:
    from ...engine import Engine

_log = logging.getLogger(__name__)


class StackRunner:
    """Makes, rolls back and deletes stacks in the background, one task each, by (region, key).

    The operations write the status that a request leads to and call here. The task does what the
    status says until no more is under way: a stack that is deleted while it is being made goes from
    the one to the other by itself.
    """

    nouns: tuple[str, ...] = ()

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tasks: dict[Id, asyncio.Task[None]] = {}
        self._stops: dict[Id, asyncio.Event] = {}

    async def recover(self) -> None:
        """Go on with what was under way when the engine ended, and forget what is long gone."""
        for region, key, detail in self._engine.store.all(STACK):
            stack = Stack(self._engine, region, key)
            if detail["StackStatus"] == "DELETE_COMPLETE":
                if detail.get("DeletionTime", 0.0) < time.time() - REMEMBERED_SECONDS:
                    stack.forget()
            elif _under_way(detail):
                self.work(region, key)

    async def close(self) -> None:
        """Stop all work; the records say where it is taken up again."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def work(self, region: str, key: str) -> None:
        """Do what a stack's record says is under way."""
        if (region, key) not in self._tasks:
            task = asyncio.ensure_future(self._work(Stack(self._engine, region, key)))
            self._tasks[region, key] = task
            task.add_done_callback(lambda _: self._tasks.pop((region, key)))

    def delete(self, region: str, key: str) -> None:
        """Delete a stack, also one that is being made."""
        stack = Stack(self._engine, region, key)
        if stack.status in ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"):
            return
        stack.become("DELETE_IN_PROGRESS", "User Initiated")
        if stopped := self._stops.get((region, key)):
            stopped.set()
        self.work(region, key)

    async def _work(self, stack: Stack) -> None:
        from . import life  # here: an engine starts without all that makes stacks

        doing: Mapping[str, Callable[[Stack], Awaitable[None]]] = {
            "CREATE_IN_PROGRESS": functools.partial(life.create, stops=self._stops),
            "DELETE_IN_PROGRESS": life.delete,
            "ROLLBACK_IN_PROGRESS": life.roll_back,
        }
        while (status := stack.status) in doing:
            try:
                await doing[status](stack)
            except Exception as error:
                _log.exception("%s of %s", status, stack.detail["StackId"])
                ended = status.replace("IN_PROGRESS", "FAILED")
                stack.become(ended, f"InternalFailure of the local engine: {error!r}")


def _under_way(detail: Detail) -> bool:
    status = detail["StackStatus"]
    return bool(status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS")
