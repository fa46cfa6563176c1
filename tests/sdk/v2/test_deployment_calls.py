"""What the SDK's estimators deploy is what was recorded, and deployments are held against."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
RECORDED = HERE.parent / "creation" / "sdk_deployment_calls.jsonl"
#: What the SDK names by the clock.
TIMED = re.compile(r"[a-z0-9-]+-\d{4}(-\d\d){5}-\d{3}")


def test_the_recorded_calls_are_those_of_this_sdk() -> None:
    run = subprocess.run(
        [sys.executable, HERE / "deployment_calls.py"], stdout=subprocess.PIPE, text=True
    )
    assert run.returncode == 0
    recorded = RECORDED.read_text(encoding="utf-8")
    assert [json.loads(line) for line in TIMED.sub("NAME", run.stdout).splitlines()] == [
        json.loads(line) for line in recorded.splitlines()
    ]
