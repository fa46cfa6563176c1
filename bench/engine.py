"""A local engine with a home of its own, as a process of its own, for benchmarks."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
from lab import ROOT


@dataclass(frozen=True)
class RunningEngine:
    """Where it answers, its process, and the seconds from its spawn to its first health answer."""

    home: Path
    url: str
    access_key: str
    secret_key: str
    process: psutil.Process
    ready: float

    def client(self, service: str, **more: Any) -> Any:
        """A boto3 client of it."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            **more,
        )

    def rss_mb(self) -> float:
        """Resident memory of the engine's own process, in MB."""
        return float(self.process.memory_info().rss) / 1e6


@contextlib.contextmanager
def running(environment: dict[str, str] | None = None) -> Iterator[RunningEngine]:
    """Start one on an empty home and end it, with all that it runs."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryDirectory(prefix="smext-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "engine"
        env = {**plain, **(environment or {}), "SMEXT_LOCAL_HOME": str(home)}
        command = [sys.executable, "-m", "jupyter_smext.local", "serve"]
        log = Path(folder) / "log"
        started = time.perf_counter()
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
        try:
            state = _state(home, process, log)
            ready = time.perf_counter() - started
            yield RunningEngine(
                home,
                state["url"],
                state["access_key"],
                state["secret_key"],
                psutil.Process(process.pid),
                ready,
            )
        finally:
            process.terminate()
            process.wait(60)


def _state(home: Path, process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    """Its engine.json, once its health route answers."""
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            state: dict[str, Any] = json.loads((home / "engine.json").read_text())
            with urlopen(f"{state['url']}/_engine/health", timeout=5):
                return state
        time.sleep(0.002)
    raise RuntimeError(f"The engine ended with {process.returncode}:\n{log.read_text()}")
