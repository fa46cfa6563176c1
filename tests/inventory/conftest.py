"""An inventory of the real local engine, its faults and its events."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.inventory import Inventories, Watched
from jupyter_smext.kinds import kinds
from jupyter_smext.protocol import Changed, Page
from tests.local_engine import RunningEngine

REGION = "us-east-1"
# Enough kinds for every way of listing, few enough to be quick.
KINDS = ("model", "endpoint-config", "endpoint", "training-job", "experiment", "pipeline")


class House:
    """Inventories of one engine, as the server holds them, and what they announced."""

    def __init__(self, engine: RunningEngine, home: Path) -> None:
        self.engine = engine
        self.home = home
        self.events: list[Changed] = []
        self.sessions = Sessions()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._all: list[Inventories] = []

    def inventories(self, *ids: str, **options: Any) -> Inventories:
        """New ones, as after a restart of the server."""
        chosen = {id: kinds()[id] for id in ids or KINDS}
        made = Inventories(
            self.sessions, self.events.append, self.home / "smext", kinds=chosen, **options
        )
        self._all.append(made)
        return made

    def watched(self, *ids: str, region: str = REGION, **options: Any) -> Watched:
        """One inventory; its calls are noted in `calls`."""
        client = self.sessions.client("local", region)
        client.meta.events.register("provide-client-params.sagemaker", self._note)
        return self.inventories(*ids, **options).get("local", region)

    def models(self, count: int, region: str = REGION, first: int = 0) -> None:
        """Models in the engine, one a second."""
        for index in range(first, first + count):
            detail = {
                "ModelName": f"m-{index}",
                "ModelArn": f"arn:aws:sagemaker:{region}:000000000000:model/m-{index}",
                "CreationTime": 1.7e9 + index,
            }
            self.engine.put("Model", detail, region)

    def jobs(self, count: int, status: str = "Completed", first: int = 0) -> None:
        """Training jobs in the engine, one a second."""
        for index in range(first, first + count):
            detail = {
                "TrainingJobName": f"j-{index}",
                "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:000000000000:training-job/j-{index}",
                "CreationTime": 1.7e9 + index,
                "LastModifiedTime": 1.7e9 + index,
                "TrainingJobStatus": status,
                "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2},
            }
            self.engine.put("TrainingJob", detail)

    async def close(self) -> None:
        for inventories in self._all:
            await inventories.close()
        self.sessions.close()

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))


def lead_to(engine: RunningEngine, folder: Path) -> None:
    """Write the engine's state file, as the engine does when it is started by its command."""
    facts = {
        "url": engine.url,
        "pid": os.getpid(),
        "access_key": engine.keys.access_key,
        "secret_key": engine.keys.secret_key,
        "region": REGION,
        "account": engine.engine.account,
        "version": "0",
        "started": time.time(),
    }
    folder.mkdir(exist_ok=True)
    (folder / "engine.json").write_text(json.dumps(facts))


@pytest.fixture
def house(
    engine: RunningEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[House]:
    """A house with an empty engine."""
    for noun in ("Model", "EndpointConfig", "Endpoint", "TrainingJob", "Pipeline", "Experiment"):
        for region, key, _ in engine.store.all(noun):
            engine.store.delete(region, noun, key)
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(tmp_path / "local"))
    lead_to(engine, tmp_path / "local")
    house = House(engine, tmp_path)
    yield house
    jp_asyncio_loop.run_until_complete(house.close())


def page(watched: Watched, kind: str) -> Page:
    """The page of a kind, as the browser gets it."""
    return next(page for page in watched.inventory().pages if page.kind == kind)


def names(watched: Watched, kind: str) -> list[str]:
    return [row.name for row in page(watched, kind).rows]


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until the condition holds; fail when it does not within a time no machine needs."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not come true"
        await asyncio.sleep(0.01)
