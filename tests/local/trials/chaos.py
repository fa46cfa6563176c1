"""Kill the engine at random moments of mixed work, and look at what is left each time.

    python3 dev.py chaos engine [--count 50] [--seed N] [--work objects ...]

After each `kill -9` the engine must start again; what it acknowledged must be there, with the right
bytes; no object, row or file may be half there; no process may be left of the one that died; jobs
that were cut off must say so, and endpoints and notebook instances come back.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.local.trials import keeping, running
from tests.local.trials.engine_process import EngineProcess, StartFailed
from tests.local.trials.worker import BUCKET, Worker

WORKERS: dict[str, type[Worker]] = {
    "objects": keeping.Objects,
    "uploads": keeping.Uploads,
    "records": keeping.Records,
    "logs": keeping.Logs,
    "points": keeping.Points,
    "trainings": running.Trainings,
    "traffic": running.Traffic,
    "queued": running.Queued,
    "notebook": running.Notebook,
    "app": running.App,
}
#: Seconds of work before a death.
_WORK = (0.1, 3.0)
#: How often the engine dies again while it starts.
_AT_START = 0.2
#: Processes of a dead engine are asked to end, and killed after their grace.
_END_SECONDS = 30.0
_LOOK_THOROUGHLY = 10


@dataclass
class Chaos:
    """A run of deaths on one home."""

    engine: EngineProcess
    rng: random.Random
    workers: list[Worker]
    problems: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    _log_read: int = 0

    def begin(self) -> None:
        """Start the engine and make what the work needs."""
        self.starts.append(self.engine.start())
        if storing := [worker for worker in self.workers if worker.stores]:
            storing[0].client("s3").create_bucket(Bucket=BUCKET)
        for worker in self.workers:
            worker.prepare()
            self.problems += worker.problems

    def round(self, number: int) -> str:
        """Work, death, start, look; what happened, in a line."""
        before = sum(worker.done for worker in self.workers)
        seconds = self._work_and_die()
        doing = ", ".join(dict.fromkeys(worker.doing for worker in self.workers if worker.doing))
        thorough = number % _LOOK_THOROUGHLY == 0
        found: list[str] = []
        if thorough:
            found += self._left(0)
        while self.rng.random() < _AT_START:
            self._die_at_start()
        self.starts.append(self.engine.start())
        for worker in self.workers:
            found += worker.problems
            worker.problems.clear()
            found += worker.check(thorough)
        found += self._left(self.engine.pid)
        found += self._half()
        found += self._complaints()
        self.problems += [f"round {number}: {problem}" for problem in found]
        count = sum(worker.done for worker in self.workers) - before
        said = "; ".join(found) or "ok"
        return (
            f"{number}: died after {seconds:.1f} s and {count} operations ({doing}), "
            f"back in {self.starts[-1]:.1f} s: {said}"
        )

    def _work_and_die(self) -> float:
        stop = threading.Event()
        threads = [threading.Thread(target=worker.run, args=(stop,)) for worker in self.workers]
        for thread in threads:
            thread.start()
        seconds = self.rng.uniform(*_WORK)
        time.sleep(seconds)
        self.engine.kill()
        stop.set()
        for thread in threads:
            thread.join()
        return seconds

    def _die_at_start(self) -> None:
        """A death before anybody was answered, or just after."""
        start = threading.Thread(target=self._try_to_start)
        start.start()
        time.sleep(self.rng.uniform(0.05, 1.5))
        self.engine.kill()
        start.join()

    def _try_to_start(self) -> None:
        try:
            self.engine.start()
        except StartFailed as error:
            if "exit code -9" not in str(error):
                self.problems.append(f"it did not start: {error}")

    def _left(self, engine_pid: int) -> list[str]:
        """Processes that belong to a dead engine of the home."""
        deadline = time.monotonic() + _END_SECONDS
        while True:
            left = [process for process in self.engine.marked() if not _below(process, engine_pid)]
            if not left:
                return []
            if time.monotonic() > deadline:
                return [f"left of the dead engine: {left}"]
            time.sleep(0.05)

    def _half(self) -> list[str]:
        """Rows without their files, files without their rows, and databases that do not add up."""
        problems = []
        for path in sorted(self.engine.home.glob("*.db")):
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
                (said,) = db.execute("pragma quick_check").fetchone()
                if said != "ok":
                    problems.append(f"{path.name}: {said}")
        return problems + self._half_objects()

    def _half_objects(self) -> list[str]:
        path, folder = self.engine.home / "s3.db", self.engine.home / "s3"
        if not path.exists():
            return []
        deadline = time.monotonic() + _END_SECONDS
        while True:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
                needed = dict(
                    db.execute(
                        "select blob, max(start + size) from pieces group by blob"
                    ).fetchall()
                )
            files = {entry.name: entry.stat().st_size for entry in os.scandir(folder)}
            lacking = [blob for blob, size in needed.items() if files.get(blob, -1) < size]
            extra = set(files) - set(needed)
            # The sweep takes its time, and an artifact may be on its way in.
            if not lacking and not extra:
                return []
            if time.monotonic() > deadline:
                return [f"objects without bytes: {lacking}; bytes without objects: {extra}"]
            time.sleep(0.05)

    def _complaints(self) -> list[str]:
        """Tracebacks in the engine's log since the last look."""
        text = self.engine.log.read_text(errors="replace")
        new, self._log_read = text[self._log_read :], len(text)
        count = new.count("Traceback (most recent call last)")
        return [f"{count} tracebacks in the log"] if count else []

    def end(self) -> None:
        """One last death, after which nothing may be left."""
        self.engine.kill()
        self.problems += self._left(0)


def _below(process: psutil.Process, engine_pid: int) -> bool:
    """Whether the process is one of this engine, or about to be gone."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return any(parent.pid == engine_pid for parent in process.parents())
    except psutil.NoSuchProcess:
        return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="dev.py chaos engine")
    parser.add_argument("--count", type=int, default=50, help="how many deaths")
    parser.add_argument("--seed", type=int, help="of what is done and when (default: another)")
    parser.add_argument("--work", nargs="+", choices=WORKERS, help="only this (default: all)")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    rng = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="smext-chaos-"))
    engine = EngineProcess(folder / "home")
    names = given.work or list(WORKERS)
    workers = [WORKERS[name](engine, random.Random(rng.random())) for name in names]
    chaos = Chaos(engine, rng, workers)
    deaths = 0
    try:
        chaos.begin()
        for number in range(1, given.count + 1):
            print(chaos.round(number), flush=True)
            deaths += 1
        chaos.end()
    except (StartFailed, KeyboardInterrupt) as error:
        chaos.problems.append(f"it did not go on: {error!r}")
    finally:
        engine.stop()
    if chaos.problems:
        print("\n".join(["Problems:", *chaos.problems, f"The home is kept: {folder}"]))
    else:
        shutil.rmtree(folder, ignore_errors=True)
    done = sum(worker.done for worker in workers)
    print("; ".join(filter(None, (worker.said() for worker in workers))))
    print(
        f"{deaths} deaths, {done} operations, {len(chaos.starts)} starts (slowest "
        f"{max(chaos.starts, default=0):.1f} s), seed {seed}: {len(chaos.problems)} problems"
    )
    return 1 if chaos.problems else 0


if __name__ == "__main__":
    sys.exit(main())
