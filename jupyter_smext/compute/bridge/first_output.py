"""A kernel that was started anew, asked until its output is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .line import Broken, Line
from .stand_in import StandIn

#: How often, and for how long each time, it is asked.
_TIMES, _SECONDS = 40, 0.5


class FirstOutput:
    """`awaited`: the kernel has not been heard yet, and nothing is let through to it before.

    Jupyter Server sees to that itself, but not where it takes the kernel for busy: as it does one
    that died at work.
    """

    def __init__(self, stand_in: StandIn) -> None:
        self.awaited = False
        self._stand_in = stand_in
        self._output = asyncio.Event()

    def came(self) -> None:
        """The kernel said something on iopub."""
        self._output.set()

    async def ask_for(self, line: Callable[[], Line | None]) -> None:
        """Ask over the line that there is, until the output comes, the line breaks, or in vain."""
        self._output.clear()
        try:
            for _ in range(_TIMES):
                now = line()
                if now is None:
                    return
                question = self._stand_in.made("kernel_info_request", {}, {}, "shell")
                waiting = now.send(question)
                if waiting is not None:
                    await waiting
                try:
                    return await asyncio.wait_for(self._wait_for_output(), _SECONDS)
                except asyncio.TimeoutError:
                    continue
        except Broken:
            # Told by the line itself.
            return
        finally:
            self.awaited = False

    async def _wait_for_output(self) -> None:
        await self._output.wait()
