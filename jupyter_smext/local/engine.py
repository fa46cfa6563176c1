"""One engine: its store, its address, its runners, and their start and end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

from .keys import Keys, load_keys
from .runners import RUNNERS, Runner
from .store import Store

ACCOUNT = "000000000000"
REGION = "us-east-1"

_R = TypeVar("_R", bound=Runner)


class Engine:
    """The state behind the API. `home` holds all of it; `port` 0 takes a free one."""

    def __init__(
        self, home: Path, *, port: int = 0, keys: Keys | None = None, faults: bool = False
    ) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home = home
        self.account = ACCOUNT
        self.region = REGION
        self.keys = keys or load_keys(home)
        self.port = port
        self.url = ""
        self.store = Store(home / "state.db")
        self.loop: asyncio.AbstractEventLoop
        self._runners: tuple[Runner, ...] = ()

    async def start(self) -> None:
        """Take the port, answer on it, then bring records and processes to agreement."""
        self.loop = asyncio.get_running_loop()
        self._runners = tuple(kind(self) for kind in RUNNERS)
        for runner in self._runners:
            await runner.recover()

    async def close(self) -> None:
        """End every process, then stop answering."""
        for runner in self._runners:
            await runner.close()
        self.store.close()

    def runner(self, kind: type[_R]) -> _R:
        """The engine's one runner of that class."""
        for runner in self._runners:
            if isinstance(runner, kind):
                return runner
        raise LookupError(f"{kind.__name__} is not in RUNNERS")
