"""What the SDK's estimators send is what was recorded, and the training layout is held against."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
RECORDED = HERE.parent / "creation" / "sdk_training_calls.jsonl"


def test_the_recorded_calls_are_those_of_this_sdk() -> None:
    run = subprocess.run(
        [sys.executable, HERE / "training_calls.py"], stdout=subprocess.PIPE, text=True
    )
    assert run.returncode == 0
    found = list(map(json.loads, run.stdout.splitlines()))
    assert found == list(map(json.loads, RECORDED.read_text(encoding="utf-8").splitlines()))
