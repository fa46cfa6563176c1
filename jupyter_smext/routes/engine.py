"""Starting the local engine from the server: one start at a time, however many ask."""

from __future__ import annotations

import asyncio

from ..aws.errors import ProblemError
from ..protocol import LocalEngine, Problem


class EngineStarter:
    """Asks the engine's state file, and has the engine started as its own process."""

    def __init__(self) -> None:
        self._starting: asyncio.Task[None] | None = None
        self._problem: Problem | None = None
        self.kernels_without: Problem | None = None

    async def state(self) -> LocalEngine:
        """What runs now; `problem` is what the last start failed of."""
        from ..aws import local_engine

        state = await asyncio.to_thread(local_engine.state)
        return LocalEngine(
            running=state is not None,
            starting=self._starting is not None,
            version=state.version if state else None,
            problem=None if state else self._problem,
            kernels_without=self.kernels_without,
        )

    async def start(self) -> LocalEngine:
        """Returns when it answers, or when it is known why it does not."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start(), name="smext-engine-start")
        # A browser that goes away must not take the start of the others with it.
        await asyncio.shield(self._starting)
        return await self.state()

    async def _start(self) -> None:
        from ..aws import local_engine

        try:
            await asyncio.to_thread(local_engine.start)
            self._problem = None
        except ProblemError as error:
            self._problem = error.problem
        finally:
            self._starting = None
