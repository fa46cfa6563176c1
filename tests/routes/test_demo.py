"""The demo as the browser sees it: one run however many ask, told step by step, stopped, failed."""

from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.protocol import Demo
from jupyter_smext.routes.demo_run import DemoRun
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

#: A process that tells of two steps as the demo does; what it does in the second one is a test's.
TOLD = """
import json, pathlib, sys, time
def tell(step, state, detail=""):
    line = {"step": step, "title": step.title(), "state": state, "detail": detail}
    print(json.dumps(line), flush=True)
tell("data", "todo"), tell("train", "todo")
if "--dry-run" in sys.argv:
    sys.exit()
tell("data", "running"), tell("data", "done", "3 files")
tell("train", "running"), tell("train", "running", "epoch 1")
"""


class Heard:
    """What a run tells of: revisions, and the regions where something was made."""

    def __init__(self) -> None:
        self.revs: list[int] = []
        self.made: list[str] = []
        self._more = asyncio.Event()

    def __call__(self, rev: int, made_in: str | None) -> None:
        self.revs.append(rev)
        if made_in is not None:
            self.made.append(made_in)
        self._more.set()

    async def until(self, run: DemoRun, state: str, detail: str = "") -> Demo:
        """The demo once it is in that state and one of its steps says `detail`."""
        while True:
            self._more.clear()
            demo = await run.state()
            said = [step.detail for step in demo.steps] + [""]
            if demo.state == state and detail in said:
                return demo
            await asyncio.wait_for(self._more.wait(), 60)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def program(tmp_path: Path, rest: str) -> list[str]:
    path = tmp_path / "told.py"
    path.write_text(TOLD + textwrap.dedent(rest))
    return [sys.executable, str(path)]


async def test_each_step_is_told_with_its_times(tmp_path: Path, heard: Heard) -> None:
    go_on = tmp_path / "go-on"
    waits = f"""
        while not pathlib.Path({str(go_on)!r}).exists():
            time.sleep(0.01)
        tell("train", "done", "accuracy 0.9")
    """
    run = DemoRun(heard, program(tmp_path, waits))
    offered = await run.state()
    assert (offered.state, offered.rev, offered.region) == ("offered", 0, None)
    assert [(step.id, step.title, step.state) for step in offered.steps] == [
        ("data", "Data", "todo"),
        ("train", "Train", "todo"),
    ]
    first, second = await asyncio.gather(run.start("eu-west-1"), run.start("us-east-1"))
    assert (first.region, second.region) == ("eu-west-1", "eu-west-1")
    running = await heard.until(run, "running", "epoch 1")
    assert [step.state for step in running.steps] == ["done", "running"]
    data, train = running.steps
    assert data.started and data.ended and train.started and train.ended is None
    assert set(heard.made) == {"eu-west-1"}
    go_on.touch()
    done = await heard.until(run, "done")
    assert [step.state for step in done.steps] == ["done", "done"]
    assert done.started and done.ended and done.problem is None
    assert heard.revs == list(range(1, done.rev + 1))
    await run.close()


async def test_it_is_stopped_and_begun_again(tmp_path: Path, heard: Heard) -> None:
    run = DemoRun(heard, program(tmp_path, "time.sleep(600)"))
    await run.start("us-east-1")
    await heard.until(run, "running", "epoch 1")
    stopped = await run.stop()
    assert stopped.state == "stopped" and stopped.problem is None
    assert [step.state for step in stopped.steps] == ["done", "todo"]
    again = await run.start("us-east-1")
    assert again.state == "running" and again.started != stopped.started
    await heard.until(run, "running", "epoch 1")
    await run.close()
    assert (await run.state()).state == "stopped"


@pytest.mark.parametrize(
    ("rest", "title", "detail", "command"),
    [
        (
            "tell('train', 'failed', 'It is Failed: no such image'); sys.exit(1)",
            "“Train” failed",
            "It is Failed: no such image",
            None,
        ),
        (
            "sys.exit(print('sklearn cannot be imported here.', file=sys.stderr) or 4)",
            "The demo needs packages that are not installed",
            "sklearn cannot be imported here.",
            'pip install "jupyter_smext[local]"',
        ),
        (
            "raise OSError('no space left')",
            "The demo ended before its time",
            "OSError: no space left",
            "jupyter smext local demo",
        ),
        (
            "print('not json')",
            "The demo could not be run",
            "Expecting value: line 1 column 1 (char 0)",
            "jupyter smext local demo",
        ),
    ],
)
async def test_a_failure_says_why(
    tmp_path: Path, heard: Heard, rest: str, title: str, detail: str, command: str | None
) -> None:
    run = DemoRun(heard, program(tmp_path, rest))
    await run.start("us-east-1")
    demo = await heard.until(run, "failed")
    assert demo.problem is not None
    assert (demo.problem.title, demo.problem.detail) == (title, detail)
    assert demo.problem.command == command
    assert "running" not in [step.state for step in demo.steps]
    assert (await run.stop()).state == "failed"


@pytest.fixture
def read_only(jp_server_config: dict[str, Any]) -> Iterator[None]:
    jp_server_config["SmextApp"] = {"read_only": ["local"]}
    yield


async def test_the_routes_offer_it_and_refuse_a_wrong_place(call: Call) -> None:
    offered = (await call("GET", "local/demo")).json
    assert offered["state"] == "offered"
    assert [step["id"] for step in offered["steps"]][:2] == ["data", "train-small"]
    wrong = await call("POST", "local/demo", region="no region")
    assert (wrong.status, wrong.json["cause"]) == (400, "invalid")
    assert (await call("POST", "local/demo")).status == 400
    assert (await call("POST", "local/demo/stop")).json["state"] == "offered"


async def test_a_read_only_connection_is_not_filled(read_only: None, call: Call) -> None:
    refused = await call("POST", "local/demo", region="us-east-1")
    assert (refused.status, refused.json["title"]) == (403, "This connection is read-only")
    assert json.loads((await call("GET", "local/demo")).body)["state"] == "offered"
