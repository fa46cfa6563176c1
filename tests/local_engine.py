"""The local engine as pytest fixtures, for `pytest_plugins = ("tests.local_engine",)`."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from jupyter_smext.local.engine import Engine
from jupyter_smext.local.keys import Keys
from jupyter_smext.local.nouns import find
from jupyter_smext.local.store import Store


@dataclass
class RunningEngine:
    """A real engine on a free port and a home of its own, in a thread of this process."""

    home: Path
    engine: Engine = field(init=False)
    _thread: threading.Thread = field(init=False)
    _stop: asyncio.Event = field(init=False)
    _failure: BaseException | None = None
    # A session reads botocore's models once: 0.2 s that every client of it saves.
    _session: boto3.session.Session = field(default_factory=boto3.session.Session)
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def start(self) -> None:
        """Return when it answers. Raises what its start raised."""
        ready = threading.Event()

        async def live() -> None:
            self._stop = asyncio.Event()
            try:
                self.engine = Engine(self.home, faults=True)
                await self.engine.start()
            except BaseException as failure:
                self._failure = failure
                return
            finally:
                ready.set()
            await self._stop.wait()
            await self.engine.close()

        self._thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
        self._thread.start()
        ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """End it; its home stays."""
        self.engine.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def restart(self) -> None:
        """Stop and start on the same home."""
        self.stop()
        self.start()

    @property
    def url(self) -> str:
        """http://127.0.0.1:PORT."""
        return self.engine.url

    @property
    def keys(self) -> Keys:
        """The key pair it takes."""
        return self.engine.keys

    @property
    def store(self) -> Store:
        """Its records, for filling them directly."""
        return self.engine.store

    def environment(self, region: str = "us-east-1") -> dict[str, str]:
        """Variables with which boto3 and the AWS CLI talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.keys.access_key,
            "AWS_SECRET_ACCESS_KEY": self.keys.secret_key,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, region: str = "us-east-1", **config: Any) -> Any:
        """A boto3 client of it, shared; no retries unless `config` (botocore's Config) says so."""
        known = (service, region, self.url)
        if config or known not in self._clients:
            client = self._session.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=self.keys.access_key,
                aws_secret_access_key=self.keys.secret_key,
                config=Config(**{"retries": {"total_max_attempts": 1}, **config}),
            )
            if config:
                return client
            self._clients[known] = client
        return self._clients[known]

    def faults(self, faults: list[dict[str, Any]]) -> None:
        """Put these faults on in place of what was; [] takes all off (`local/faults.py`)."""
        body = json.dumps(faults).encode()
        request = urllib.request.Request(f"{self.url}/_engine/faults", body, method="POST")
        urllib.request.urlopen(request).close()

    def put(self, noun: str, detail: dict[str, Any], region: str = "us-east-1") -> None:
        """Store a Describe answer as it is, under the key the engine would give it."""
        self.store.put(region, noun, find(noun).key(detail), detail)


@pytest.fixture(scope="module")
def running_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """One engine for a module's tests."""
    engine = RunningEngine(tmp_path_factory.mktemp("engine"))
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def engine(running_engine: RunningEngine) -> Iterator[RunningEngine]:
    """The module's engine, with no fault on before or after."""
    yield running_engine
    if running_engine.engine.faults:
        running_engine.engine.faults.clear()


@pytest.fixture
def fresh_engine(tmp_path: Path) -> Iterator[RunningEngine]:
    """An engine with nothing in it, for one test."""
    engine = RunningEngine(tmp_path / "engine")
    engine.start()
    yield engine
    engine.stop()
