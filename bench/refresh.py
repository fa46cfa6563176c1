"""How fast the inventory is read: 27 kinds, 1,851 items, 80 ms a call, against plain boto3."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

LATENCY = 0.08
REGION = "us-east-1"
WARM = 9
FIRST = 5
THROTTLES = (
    ("2 calls a second per operation", {"per_operation": [2, 2]}),
    ("10 calls a second per account", {"account": [10, 10]}),
)
# Noun → items, as in reference/refresh.md: what a busy team's account holds.
MIX = {
    "TrainingJob": 500,
    "Endpoint": 300,
    "TrialComponent": 200,
    "Model": 121,
    "EndpointConfig": 120,
    "Trial": 120,
    "ProcessingJob": 100,
    "NotebookInstance": 50,
    "TransformJob": 50,
    "CompilationJob": 40,
    "Experiment": 40,
    "App": 30,
    "Domain": 30,
    "ModelPackageGroup": 30,
    "Space": 30,
    "UserProfile": 30,
    "AutoMLJob": 0,
    "FeatureGroup": 20,
    "HyperParameterTuningJob": 20,
    "ModelCard": 20,
    "Cluster": 0,
    "Image": 0,
    "InferenceComponent": 0,
    "LabelingJob": 0,
    "MonitoringSchedule": 0,
    "Pipeline": 0,
    "Project": 0,
}
ITEMS = sum(MIX.values())
FLOOR = math.ceil(max(MIX.values()) / 100) * LATENCY


def fill(home: Path) -> None:
    """Write the mix into an engine's store: one item every 1,000 s, each fourth a tie."""
    from jupyter_smext.local.nouns import find
    from jupyter_smext.local.store import Store

    store = Store(home / "state.db")
    for noun, count in MIX.items():
        how = find(noun)
        records = []
        for index in range(count):
            detail = detail_of(noun, index)
            detail[how.arn_member] = how.arn(REGION, "000000000000", detail)
            records.append((REGION, noun, how.key(detail), detail))
        store.put_many(records)
    store.close()


def detail_of(noun: str, index: int) -> dict[str, Any]:
    """A Describe answer with what lists, rows and instance facts read."""
    from jupyter_smext.local.nouns import described, find

    how = find(noun)
    created = 1.76e9 + 1000 * (index - (index % 4 == 3)) + 0.123
    detail: dict[str, Any] = {member: f"{noun.lower()}-{index}" for member in how.identity}
    detail[how.created] = created
    if how.modified:
        detail[how.modified] = created + 300
    words = getattr(described(noun).get(how.status or ""), "enum", ())
    # Instances that ran would be started: the engine keeps no status without a process.
    wanted = ("Stopped",) if noun == "NotebookInstance" else ()
    for word in (*wanted, "InService", "Completed", "COMPLETED", "Approved", "Created", "Draft"):
        if how.status and word in words:
            detail[how.status] = word
            break
    if noun == "TrialComponent":
        detail["Status"] = {"PrimaryStatus": "Completed"}
    # What a list shows of a finished job, it shows of every one.
    for member, shape in described(noun).items():
        if shape.type_name == "timestamp":
            detail.setdefault(member, created + 240)
    if noun == "Endpoint":
        detail["EndpointConfigName"] = f"endpointconfig-{index % MIX['EndpointConfig']}"
    if noun == "EndpointConfig":
        variant = {"VariantName": "v", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        detail["ProductionVariants"] = [variant]
    if noun == "NotebookInstance":
        detail["InstanceType"] = "ml.t3.medium"
    if noun in ("App", "Space", "UserProfile"):
        detail["DomainId"] = "domain-0"
    return detail


class Network:
    """The engine behind latency, in a process of its own (`latency_proxy.py`)."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    def set(self, **conditions: Any) -> dict[str, int]:
        """New conditions; answers what was counted under the old ones."""
        request = Request(f"{self.facts['url']}/_bench", json.dumps(conditions).encode())
        with urlopen(request) as answer:
            counts: dict[str, int] = json.load(answer)
        return counts

    def boto3_client(self) -> Any:
        """A client as anyone makes it."""
        import boto3

        return boto3.session.Session().client(
            "sagemaker",
            region_name=REGION,
            endpoint_url=self.facts["url"],
            aws_access_key_id=self.facts["access_key"],
            aws_secret_access_key=self.facts["secret_key"],
        )


@contextlib.contextmanager
def network(home: Path) -> Iterator[Network]:
    """Fill an engine, start it behind the network, and let the local connection lead there."""
    engine = home / "engine"
    engine.mkdir()
    fill(engine)
    code = (
        "import asyncio, sys, pathlib, latency_proxy\n"
        "asyncio.run(latency_proxy.serve(pathlib.Path(sys.argv[1])))\n"
    )
    folder = Path(__file__).parent
    paths = [str(folder), str(folder.parent), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(engine)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        facts = json.loads(process.stdout.readline())
        state = {**facts, "pid": process.pid, "region": REGION, "started": time.time()}
        (home / "engine.json").write_text(json.dumps(state))
        os.environ["SMEXT_LOCAL_HOME"] = str(home)
        yield Network(facts)
    finally:
        process.stdin.close()
        process.wait(30)


def the_kinds() -> dict[str, Any]:
    """The 27 kinds; trials as one list, where the panel asks for those of one experiment."""
    from jupyter_smext.kinds import kinds

    chosen = {kind.id: kind for kind in kinds().values() if kind.noun in MIX}
    for id, kind in chosen.items():
        if kind.listed_by == "parent":
            given = {**kind.given, "listed_by": "inventory"}
            chosen[id] = dataclasses.replace(kind, given=given)
    assert len(chosen) == len(MIX)
    return chosen


class Ours:
    """The inventory on fresh sessions, its client made and nothing else."""

    def __init__(self, home: Path, *, windows: bool = False) -> None:
        from jupyter_smext.aws.sessions import Sessions
        from jupyter_smext.inventory import Inventories

        self._sessions = Sessions()
        self._sessions.client("local", REGION)
        self._sessions.identity("local", REGION)
        folder = tempfile.mkdtemp(dir=home)
        self._all = Inventories(
            self._sessions,
            lambda event: None,
            Path(folder),
            time_windows=windows,
            kinds=the_kinds(),
        )
        self.watched = self._all.get("local", REGION)

    async def refresh(self) -> tuple[float, float]:
        """One refresh: wall and CPU seconds; what follows it is waited for, but not counted."""
        wall, cpu = time.perf_counter(), time.process_time()
        await self.watched.refresh()
        took = time.perf_counter() - wall, time.process_time() - cpu
        await self.watched.settled()
        return took

    def missing(self) -> int:
        """Items that the inventory does not show."""
        pages = self.watched._pages.whole()
        for page in pages:
            if page.problem is not None:
                print(f"    {page.kind}: {page.problem.title} ({page.problem.code})")
        return ITEMS - sum(len(page.rows) for page in pages if page.problem is None)

    async def close(self) -> None:
        await self._all.close()


def timed(work: Callable[[], int]) -> tuple[float, float]:
    """Wall and CPU seconds of a complete read."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    took = time.perf_counter() - wall, time.process_time() - cpu
    assert found == ITEMS, f"{found} items of {ITEMS}"
    return took


class Stock:
    """Plain boto3 with its own paginators."""

    def __init__(self, network: Network) -> None:
        self._client = network.boto3_client()
        self._lists = [
            (kind.list_operation, kind.result_key, dict(kind.list_parameters[0]))
            for kind in the_kinds().values()
        ]
        self._pool = ThreadPoolExecutor(8)

    def _count(self, item: tuple[str, str, dict[str, str]], page: int | None) -> int:
        from botocore import xform_name

        operation, key, parameters = item
        name = xform_name(operation)
        if not self._client.can_paginate(name):
            sized = {"MaxResults": page} if page else {}
            count, token = 0, None
            while True:
                more = {"NextToken": token} if token else {}
                answer = getattr(self._client, name)(**parameters, **sized, **more)
                count, token = count + len(answer[key]), answer.get("NextToken")
                if not token:
                    return count
        config = {"PageSize": page} if page else {}
        pages = self._client.get_paginator(name).paginate(**parameters, PaginationConfig=config)
        return sum(len(answer[key]) for answer in pages)

    def serial(self) -> int:
        """One list after another, in pages of AWS's default size."""
        return sum(self._count(item, None) for item in self._lists)

    def threads(self) -> int:
        """Eight threads, pages of 100."""
        return sum(self._pool.map(lambda item: self._count(item, 100), self._lists))


async def measure(home: Path, network: Network) -> dict[str, float]:
    """Every figure, in one run. The engine's answers are taken once before the clock starts."""
    stock = Stock(network)
    stock.serial()
    stock.threads()
    windowed = Ours(home, windows=True)
    for _ in range(2):
        await windowed.refresh()
    assert windowed.missing() == 0
    figures: dict[str, float] = {}

    network.set(latency=LATENCY)
    first = []
    for _ in range(FIRST):
        ours = Ours(home)
        first.append((await ours.refresh())[0])
        if len(first) < FIRST:
            await ours.close()
    warm, plain, cut = [], [], []
    for _ in range(WARM):
        # Turn by turn, so that a busy machine treats all alike.
        warm.append(await ours.refresh())
        plain.append(timed(stock.threads))
        cut.append((await windowed.refresh())[0])
    assert ours.missing() == 0 and windowed.missing() == 0
    serial = timed(stock.serial)[0]
    wall = statistics.median(sample[0] for sample in warm)
    cpu = statistics.median(sample[1] for sample in warm)
    stock_cpu = statistics.median(sample[1] for sample in plain)
    stock_wall = statistics.median(sample[0] for sample in plain)
    figures["refresh_vs_floor"] = wall / FLOOR
    figures["refresh_first_vs_floor"] = statistics.median(first) / FLOOR
    figures["refresh_windows_vs_floor"] = statistics.median(cut) / FLOOR
    figures["refresh_vs_boto3"] = serial / wall
    figures["refresh_cpu_vs_boto3"] = cpu / stock_cpu
    print(
        f"floor {FLOOR:.2f} s; ours {wall:.3f} s (CPU {cpu:.3f}); "
        f"first {statistics.median(first):.3f} s; "
        f"windows {statistics.median(cut):.3f} s; boto3 serial {serial:.1f} s; "
        f"boto3 in 8 threads {stock_wall:.3f} s (CPU {stock_cpu:.3f})"
    )

    lost = 0
    for name, conditions in THROTTLES:
        for mode in (ours, windowed):
            network.set(latency=LATENCY, **conditions)
            start = time.perf_counter()
            missing = 0
            for _ in range(2):
                await mode.refresh()
                missing += mode.missing()
            took = time.perf_counter() - start
            counts = network.set(latency=LATENCY)
            lost += missing
            print(
                f"{name}{', windows' if mode is windowed else ''}: 2 refreshes in {took:.1f} s, "
                f"{counts['throttled']} of {counts['calls']} calls throttled, {missing} items lost"
            )
    figures["refresh_lost_throttled"] = lost
    await ours.close()
    await windowed.close()
    return figures


TARGETS = {
    "refresh_vs_floor": ("≤ 1.15", "warm refresh / longest page chain × latency"),
    "refresh_first_vs_floor": ("≤ 1.3", "first refresh / the same floor"),
    "refresh_windows_vs_floor": ("≤ 0.6", "warm refresh in time windows / the same floor"),
    "refresh_vs_boto3": ("≥ 30", "plain boto3, serial, default pages / ours"),
    "refresh_cpu_vs_boto3": ("≤ 0.5", "CPU of ours / boto3 in 8 threads, pages of 100"),
    "refresh_lost_throttled": ("0", "items lost, summed over both throttles"),
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", help="write key → number here")
    asked = parser.parse_args()
    print(f"{len(MIX)} kinds, {ITEMS:,} items, {1000 * LATENCY:.0f} ms a call")
    with tempfile.TemporaryDirectory(prefix="smext-bench-") as folder:
        home = Path(folder)
        with network(home) as net:
            figures = asyncio.run(measure(home, net))
    for key, value in figures.items():
        target, what = TARGETS[key]
        print(f"{key:<26} {value:8.2f}  (target {target}; {what})")
    if asked.json:
        Path(asked.json).write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
