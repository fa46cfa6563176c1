"""Starting the local engine from the browser: one engine, however many ask."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for an engine, which is ended after the test."""
    made = tmp_path / "engine"
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(made))
    yield made
    command = [sys.executable, "-m", "jupyter_smext.local", "stop"]
    subprocess.run(command, check=True, capture_output=True)


async def test_two_starts_at_once_are_one(home: Path, call: Call) -> None:
    before = await call("GET", "local")
    assert before.json == {
        "running": False,
        "starting": False,
        "version": None,
        "problem": None,
        "kernels_without": None,
    }
    started = asyncio.gather(call("POST", "local/start"), call("POST", "local/start"))
    while not (await call("GET", "local")).json["starting"]:
        assert not started.done()
    answers = await started
    assert [answer.json["running"] for answer in answers] == [True, True]
    state = json.loads((home / "engine.json").read_text())
    told = "".join(answer.body.decode() for answer in answers)
    assert state["secret_key"] not in told
    again = await call("POST", "local/start")
    assert again.json["running"]
    assert json.loads((home / "engine.json").read_text())["pid"] == state["pid"]
    place = {"connection": "local", "region": "us-east-1"}
    assert (await call("GET", "identity", **place)).json["account"] == state["account"]


async def test_a_start_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("in the way")
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(occupied))
    answer = await call("POST", "local/start")
    assert answer.status == 200
    assert not answer.json["running"] and not answer.json["starting"]
    problem: dict[str, Any] = answer.json["problem"]
    assert problem["title"] == "The local engine did not start"
    assert problem["command"] == "jupyter smext local start"
    assert (await call("GET", "local")).json["problem"] == problem
