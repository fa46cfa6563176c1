"""What the SDK sends for JumpStart's documents is what was recorded, and ours is held against."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
JUMPSTART = HERE.parent / "jumpstart"
#: Of 102 cases: all of them take the SDK minutes.
EVERY = 7


def test_the_recorded_calls_are_those_of_this_sdk() -> None:
    recorded = {
        json.dumps(each["case"], sort_keys=True): each["calls"]
        for each in map(json.loads, (JUMPSTART / "sdk_calls.jsonl").read_text().splitlines())
    }
    command = [sys.executable, HERE / "jumpstart_calls.py", JUMPSTART / "documents", str(EVERY)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    assert run.returncode == 0
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) > len(recorded) // EVERY
    for each in found:
        assert recorded[json.dumps(each["case"], sort_keys=True)] == each["calls"]
