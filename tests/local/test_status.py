"""`local status`: every tree under its resource, what waits, what is used; for the keys' owner."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.local import status
from jupyter_smext.local.runners.supervision import Limits, Order, Step, Tree, machine
from jupyter_smext.local.state_file import EngineState
from tests.local_engine import RunningEngine

ARN = "arn:aws:sagemaker:eu-west-1:000000000000:endpoint/busy"
JOB = "arn:aws:sagemaker:us-east-1:000000000000:training-job/{}"


def state_of(engine: RunningEngine) -> EngineState:
    """What engine.json would say of an engine in this process."""
    keys = engine.keys
    return EngineState(
        url=engine.url,
        pid=os.getpid(),
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        region="us-east-1",
        account="000000000000",
        version="1",
        started=time.time(),
    )


def within(engine: RunningEngine, work: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine answers in the engine's own loop."""
    return asyncio.run_coroutine_threadsafe(work, engine.engine.loop).result(60)


def order(home: Path, name: str) -> Order:
    folder = home / name
    folder.mkdir(parents=True)
    here = machine()
    return Order(
        steps=[Step([sys.executable, "-c", "import time; time.sleep(600)"], folder / "log")],
        resource=ARN,
        engine_home=home,
        home=folder,
        tmp=folder,
        cwd=folder,
        limits=Limits(here.cpus, here.memory),
    )


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def test_all_trees_of_a_resource_are_one_line_and_who_waits_is_said(
    fresh_engine: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    state, home = state_of(fresh_engine), fresh_engine.home
    capacity = fresh_engine.engine.capacity
    leave = asyncio.Event()

    async def job(name: str) -> None:
        async with capacity.job(JOB.format(name)):
            await leave.wait()

    async def begin() -> list[Any]:
        most = capacity.allowed.jobs
        jobs = [asyncio.ensure_future(job(str(number))) for number in range(most + 1)]
        return [await Tree.spawn(order(home, name)) for name in ("one", "two")] + jobs

    async def end(begun: list[Any]) -> None:
        leave.set()
        await asyncio.gather(*(tree.end() for tree in begun[:2]), *begun[2:])

    begun = within(fresh_engine, begin())
    try:
        until(lambda: all(tree.step == 0 for tree in begun[:2]))
        assert status.show(home, state, argparse.Namespace(json=False))
        text = capsys.readouterr().out
        pids = ", ".join(str(pid) for pid in sorted(tree.pid for tree in begun[:2]))
        assert f"endpoint/busy (eu-west-1)  pid {pids}, " in text
        most = capacity.allowed.jobs
        assert f"training-job/{most} (us-east-1)  waits for its turn, place 1" in text
        assert f"jobs: {most} of {most}, endpoints: 0 of " in text
        assert "of 50.0 GB" in text

        status.show(home, state, argparse.Namespace(json=True))
        found = json.loads(capsys.readouterr().out)
        assert [each["resource"] for each in found["processes"]] == [ARN, ARN]
        assert found["use"]["waiting"] == [JOB.format(most)]
        assert found["use"]["disk"]["used"] > 0
        assert state.secret_key not in text + json.dumps(found)
    finally:
        within(fresh_engine, end(begun))
    status.show(home, state, argparse.Namespace(json=False))
    assert "It runs nothing now." in capsys.readouterr().out


def test_only_who_has_the_keys_is_told(engine: RunningEngine) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(engine.url + status.PATH)
    refused.value.close()
    assert refused.value.code == 403
