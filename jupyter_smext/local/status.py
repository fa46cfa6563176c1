"""`jupyter smext local status`: every process with its resource, what waits, what is used."""

from __future__ import annotations

import argparse
import json
import os
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .disk import said
from .runners.supervision import namespaces
from .runners.supervision.process_table import Running, trees
from .state_file import EngineState

if TYPE_CHECKING:
    from .engine import Engine

PATH = "/_engine/status"
MEMORY_PATH = "/_engine/memory"
_SERVICE = "sagemaker"
#: An engine that walks a big home for its size takes this long, at most.
_SECONDS = 30.0


def facts(engine: Engine) -> dict[str, Any]:
    """What only the engine itself knows: counts, and bytes of its home. Blocking: it may walk."""
    capacity, allowed = engine.capacity, engine.capacity.allowed
    return {
        "running": list(capacity.running),
        "waiting": list(capacity.waiting),
        "jobs": {"used": len(capacity.running), "most": allowed.jobs},
        "endpoints": {"used": capacity.in_use("endpoint"), "most": allowed.endpoints},
        "trees": {"used": capacity.in_use(), "most": allowed.processes},
        "disk": {"used": engine.disk.used(), "most": engine.disk.limit},
    }


def memory() -> dict[str, int]:
    """Bytes in use by resource, by ARN, of all that this process runs. Blocking."""
    held: dict[str, int] = {}
    for each in trees(os.getpid()):
        held[each.resource] = held.get(each.resource, 0) + each.memory
    return held


def show(home: Path, state: EngineState, given: argparse.Namespace) -> bool:
    """Print it, as text or `--json`; whether the engine answers."""
    answers = state.answers()
    told = _ask(state) if answers else None
    running = list(trees(state.pid))
    why = namespaces()
    if given.json:
        found = {
            "running": True,
            "answers": answers,
            "home": str(home),
            "engine": state.public(),
            "processes": [asdict(each) for each in running],
            "not_apart": why,
            "use": told,
        }
        print(json.dumps(found))
        return answers
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(state.started))
    print(f"The local SageMaker engine runs: {state.url}")
    print(f"  pid {state.pid}, version {state.version}, since {since}, home {home}")
    if not answers:
        print(f"  but it does not answer. Its log: {home / 'engine.log'}. To end it: stop")
    if why:
        print(f"  Its resources' processes are not kept apart: {why}")
    if told:
        disk = told["disk"]
        print(f"  disk: {said(disk['used'])} of {said(disk['most'])}")
        words = (f"{name}: {told[name]['used']} of {told[name]['most']}" for name in _COUNTS)
        print(f"  at once: {', '.join(words)}")
    print("It runs nothing now." if not running else "It runs:")
    for line in _lines(running):
        print(f"  {line}")
    for place, arn in enumerate(told["waiting"] if told else (), 1):
        print(f"  {name_of(arn)}  waits for its turn, place {place}")
    return answers


_COUNTS = ("jobs", "endpoints", "trees")


def _lines(running: Iterable[Running]) -> Iterable[str]:
    """A line for each resource, whose trees may be several: instances, variants."""
    owners: dict[str, list[Running]] = {}
    for each in running:
        owners.setdefault(each.resource, []).append(each)
    for arn, found in sorted(owners.items()):
        pids = ", ".join(str(each.pid) for each in found)
        count, memory = sum(f.processes for f in found), sum(f.memory for f in found)
        yield (
            f"{name_of(arn)}  pid {pids}, {count} process{'es' if count != 1 else ''}, "
            f"{memory / (1 << 20):.0f} MiB"
        )


def name_of(arn: str) -> str:
    """notebook-instance/demo (us-east-1)."""
    _, _, _, region, _, name = arn.split(":", 5)
    return f"{name} ({region})"


def _ask(state: EngineState) -> dict[str, Any] | None:
    """The engine's own facts; None from one that is older and has none."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest("GET", state.url + PATH)
    keys = Credentials(state.access_key, state.secret_key)
    SigV4Auth(keys, _SERVICE, state.region).add_auth(request)
    asked = urllib.request.Request(request.url, headers=dict(request.headers.items()))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=_SECONDS) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except (OSError, ValueError):
        return None
