"""One engine: its store, its address, its runners, and their start and end."""

from __future__ import annotations

import asyncio
import logging
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from tornado.httpserver import HTTPServer

from .capacity import Capacity
from .disk import Disk
from .faults import Faults
from .keys import Keys, load_keys
from .logs.logbook import LogBook
from .metrics.metrics import Metrics
from .models.publication import Publication
from .object_store.objects import Objects
from .runners import RUNNERS, Runner
from .runners.supervision.process_table import StillRunning, sweep
from .server import serve
from .services.listing import Lists
from .store import Store

ACCOUNT = "000000000000"
REGION = "us-east-1"

_R = TypeVar("_R", bound=Runner)

_log = logging.getLogger(__name__)


def _version() -> str:
    try:
        return version("jupyter_smext")
    except PackageNotFoundError:  # run from a checkout
        return "0"


class Engine:
    """The state behind the API. `home` holds all of it; `port` 0 takes a free one."""

    def __init__(
        self, home: Path, *, port: int = 0, keys: Keys | None = None, faults: bool = False
    ) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home = home
        self.account = ACCOUNT
        self.region = REGION
        self.version = _version()
        self.keys = keys or load_keys(home)
        self.port = port
        self.url = ""
        self.faults = Faults(home) if faults else None
        self.store = Store(home / "state.db")
        self.disk = Disk(home)
        self.objects = Objects(home, self.disk)
        self.objects.catalogue = Publication(self.objects)
        self.logs = LogBook(home / "logs.db")
        self.metrics = Metrics(home / "metrics.db")
        self.lists = Lists(self)
        self.capacity = Capacity()
        self.loop: asyncio.AbstractEventLoop
        self._server: HTTPServer | None = None
        self._runners: tuple[Runner, ...] = ()

    async def start(self) -> None:
        """Take the port, answer on it, then bring records and processes to agreement.

        Raises OSError when the port is taken.
        """
        self.loop = asyncio.get_running_loop()
        self._server, self.port = serve(self, self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.objects.start()
        self._runners = tuple(kind(self) for kind in RUNNERS)
        try:
            await asyncio.to_thread(sweep, self.home)
        except StillRunning as error:
            _log.error("Left from the engine's last run: %s", error)
        for runner in self._runners:
            await runner.recover()

    async def close(self) -> None:
        """Stop taking requests, end every process, close the store."""
        if self._server:
            self._server.stop()
        for runner in reversed(self._runners):
            await runner.close()
        if self._server:
            await self._server.close_all_connections()
        self.objects.close()
        self.logs.close()
        self.metrics.close()
        self.store.close()

    def runner(self, kind: type[_R]) -> _R:
        """The engine's one runner of that class."""
        for runner in self._runners:
            if isinstance(runner, kind):
                return runner
        raise LookupError(f"{kind.__name__} is not in RUNNERS")

    def refuse_instance(self, noun: str, instance_type: str) -> None:
        """Raises ServiceError ResourceLimitExceeded while a fault says the type's quota is 0."""
        if self.faults:
            self.faults.refuse_instance(noun, instance_type)

    def capacity_failure(self, noun: str, instance_type: str) -> str | None:
        """The FailureReason of an accepted create while a fault says there is no instance."""
        return self.faults.capacity_failure(noun, instance_type) if self.faults else None

    async def hang(self, noun: str, status: str) -> None:
        """Wait for as long as a fault holds records of a noun in a state."""
        if self.faults:
            await self.faults.hang(noun, status)
