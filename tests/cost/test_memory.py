"""The local engine tells, to the owner of its keys, the memory in use of each resource."""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws import local_engine
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.cost import Prices
from jupyter_smext.inventory.rows import row_of
from jupyter_smext.kinds import kind
from jupyter_smext.local.runners.supervision import Limits, Order, Step, Tree, machine
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine", "tests.smext_server")

ARN = "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/nb"
MINE = 40 << 20


def order(home: Path) -> Order:
    """A process that holds so much memory."""
    folder = home / "one"
    folder.mkdir(parents=True)
    here = machine()
    hold = f"import time; held = bytearray(b'x' * {MINE}); time.sleep(600)"
    return Order(
        steps=[Step([sys.executable, "-c", hold], folder / "log")],
        resource=ARN,
        engine_home=home,
        home=folder,
        tmp=folder,
        cwd=folder,
        limits=Limits(here.cpus, here.memory),
    )


def row() -> Any:
    item = {
        "NotebookInstanceName": "nb",
        "NotebookInstanceArn": ARN,
        "NotebookInstanceStatus": "InService",
        "InstanceType": "ml.t3.medium",
    }
    return kind("notebook-instance"), row_of(kind("notebook-instance"), item)


async def test_memory_in_use(
    local: tuple[str, str], engine: RunningEngine, sessions: Sessions, tmp_path: Path
) -> None:
    prices = Prices(sessions, tmp_path, lambda connection, region: {})
    spawned = asyncio.run_coroutine_threadsafe(
        Tree.spawn(order(tmp_path / "e")), engine.engine.loop
    )
    tree = await asyncio.wrap_future(spawned)
    try:
        while True:
            told = prices.costs(*local, [row()])
            (cost,) = told.rows
            if cost.memory is not None and cost.memory > MINE:
                break
            await asyncio.sleep(0.05)
        assert (told.charged, cost.price, told.problem) == (False, None, None)
        assert local_engine.memory().keys() == {ARN}
        (other,) = prices.costs("local", "eu-west-1", [row()]).rows
        assert other.memory is None, "it runs in another region"
    finally:
        ended = asyncio.run_coroutine_threadsafe(tree.end(), engine.engine.loop)
        await asyncio.wrap_future(ended)
    assert local_engine.memory() == {}
    await prices.close()


def test_nobody_else_is_told(engine: RunningEngine) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(engine.url + local_engine.MEMORY_PATH)
    with refused.value as answer:
        assert answer.code in (400, 403)


async def test_an_engine_that_does_not_tell_is_said(
    local: tuple[str, str], sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_engine, "MEMORY_PATH", "/_engine/nothing")
    with pytest.raises(ProblemError) as error:
        local_engine.memory()
    assert error.value.problem.cause == "broken"
    prices = Prices(sessions, tmp_path, lambda connection, region: {})
    while (told := prices.costs(*local, [row()])).problem is None:
        await asyncio.sleep(0.02)
    assert told.problem == error.value.problem
    await prices.close()


def test_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_HOME", os.fspath(tmp_path))
    with pytest.raises(ProblemError) as error:
        local_engine.memory()
    assert error.value.problem.cause == "offline"
