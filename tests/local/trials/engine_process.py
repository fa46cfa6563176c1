"""A local engine as a process of its own, to be asked anything and killed at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from jupyter_smext.local.runners.supervision.process_table import ENGINE_MARK

ROOT = Path(__file__).parents[3]
_START_SECONDS = 60.0


class StartFailed(Exception):
    """The engine did not come up; the message ends with its log."""


@dataclass
class EngineProcess:
    """An engine on a home that outlives it."""

    home: Path
    state: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self, environment: dict[str, str] | None = None) -> float:
        """Start it; the seconds until it answers. Raises StartFailed."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command = [sys.executable, "-m", "jupyter_smext.local", "serve", "--faults"]
        started = time.perf_counter()
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**plain, **(environment or {}), "SMEXT_LOCAL_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        while time.perf_counter() - started < _START_SECONDS:
            if self._process.poll() is not None:
                raise StartFailed(f"exit code {self._process.returncode}; log:\n{self.tail()}")
            with contextlib.suppress(OSError, ValueError):
                state = json.loads((self.home / "engine.json").read_text())
                if state["pid"] == self._process.pid:
                    with urllib.request.urlopen(f"{state['url']}/_engine/health", timeout=5):
                        self.state = state
                        return time.perf_counter() - started
            time.sleep(0.005)
        raise StartFailed(f"no answer in {_START_SECONDS:g} s; log:\n{self.tail()}")

    def kill(self) -> None:
        """End it as a crash does, at once."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it as `local stop` does; its home stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def log(self) -> Path:
        return self.home.with_suffix(".log")

    def tail(self, count: int = 30) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    @property
    def pid(self) -> int:
        return int(self.state["pid"])

    @property
    def url(self) -> str:
        return str(self.state["url"])

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def children(self) -> tuple[int, ...]:
        """The processes right below it, in order; cheap on Linux."""
        found: list[int] = []
        try:
            for task in Path(f"/proc/{self.pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except FileNotFoundError:
            with contextlib.suppress(psutil.NoSuchProcess):
                found = [child.pid for child in psutil.Process(self.pid).children()]
        return tuple(sorted(found))

    def marked(self) -> list[psutil.Process]:
        """Every process that belongs to an engine of this home, whoever its parent is."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(ENGINE_MARK) == str(self.home):
                    found.append(process)
        return found

    def fault(self, *faults: dict[str, Any]) -> None:
        """Put these faults on in place of what was."""
        body = json.dumps(faults).encode()
        request = urllib.request.Request(f"{self.url}/_engine/faults", body, method="POST")
        urllib.request.urlopen(request).close()

    def answers(self) -> bool:
        """Whether it answers its health request."""
        try:
            urllib.request.urlopen(f"{self.url}/_engine/health", timeout=10).close()
        except OSError:
            return False
        return True

    def client(self, service: str, **more: Any) -> Any:
        """A boto3 client of it."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id=self.state["access_key"],
            aws_secret_access_key=self.state["secret_key"],
            config=Config(retries={"total_max_attempts": 1}, **more),
        )


@contextlib.contextmanager
def engine_process() -> Iterator[EngineProcess]:
    """One on an empty home, running; stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="smext-trial-", ignore_cleanup_errors=True) as folder:
        engine = EngineProcess(Path(folder) / "home")
        try:
            engine.start()
            yield engine
        finally:
            engine.stop()
