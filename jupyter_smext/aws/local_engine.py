"""The local engine as seen from outside: its state file, and starting it as its own process."""

from __future__ import annotations

import functools
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import ProblemError, problem

log = logging.getLogger(__name__)

START_SECONDS = 60
ENVIRONMENT_SECONDS = 20
MEMORY_SECONDS = 10
MEMORY_PATH = "/_engine/memory"


@dataclass(frozen=True)
class EngineState:
    """What engine.json says while the engine runs; `started` is epoch seconds."""

    url: str
    pid: int
    access_key: str
    secret_key: str
    region: str
    account: str
    version: str
    started: float

    def __repr__(self) -> str:
        return f"<EngineState {self.url} pid={self.pid}>"


def home() -> Path:
    """Where the engine keeps its files."""
    set_by_user = os.environ.get("SMEXT_LOCAL_HOME")
    if set_by_user:
        return Path(set_by_user).expanduser().resolve()
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "smext" / "local"


def stamp() -> tuple[int, int]:
    """Changes when the engine starts anew; zeros when it does not run."""
    try:
        about = (home() / "engine.json").stat()
    except OSError:
        return (0, 0)
    return about.st_mtime_ns, about.st_ino


def state() -> EngineState | None:
    """The engine that runs now, or None. A file left by a dead process counts as none."""
    try:
        text = (home() / "engine.json").read_text(encoding="utf-8")
        found = json.loads(text)
        engine = EngineState(**{name: found[name] for name in EngineState.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return engine if _lives(engine) else None


def _lives(engine: EngineState) -> bool:
    """Whether its process is there, and is still it: numbers of dead processes are used again."""
    import psutil

    try:
        process = psutil.Process(engine.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        # The clocks of both round differently.
        return bool(process.create_time() <= engine.started + 2)
    except psutil.Error:
        return False


def start() -> EngineState:
    """Start the engine and wait until it answers; harmless when it runs. Raises ProblemError."""
    command = [sys.executable, "-m", "jupyter_smext.local", "start", "--json"]
    try:
        run = subprocess.run(
            command, capture_output=True, text=True, timeout=START_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_started(str(error)) from error
    engine = state()
    if run.returncode != 0 or engine is None:
        raise _not_started(run.stderr.strip().rsplit("\n", 1)[-1])
    return engine


def environment(region: str) -> dict[str, str] | None:
    """The variables that point a client in `region` at the engine; None when it does not run.

    The engine's own command line says which these are. They hold its secret key.
    """
    if state() is None:
        return None
    try:
        return dict(_environment(region, stamp()))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        said = str(getattr(error, "stderr", None) or error).strip()
        log.warning("The local engine's environment is not known: %s", said)
        return None


@functools.lru_cache(maxsize=32)
def _environment(region: str, stamp: tuple[int, int]) -> dict[str, str]:
    command = [sys.executable, "-m", "jupyter_smext.local", "env", "--json", "--region", region]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=ENVIRONMENT_SECONDS,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return {str(name): str(value) for name, value in json.loads(run.stdout).items()}


def memory() -> dict[str, int]:
    """Bytes of memory that each resource's processes hold, by ARN. Blocks. Raises ProblemError."""
    engine = state()
    if engine is None:
        raise not_running()
    import httpx
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    asked = AWSRequest("GET", engine.url + MEMORY_PATH)
    keys = Credentials(engine.access_key, engine.secret_key)
    SigV4Auth(keys, "sagemaker", engine.region).add_auth(asked)
    headers = dict(asked.headers.items())
    try:
        # Loopback: never through a proxy.
        answer = httpx.get(asked.url, headers=headers, timeout=MEMORY_SECONDS, trust_env=False)
        return {str(arn): int(held) for arn, held in answer.raise_for_status().json().items()}
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        raise ProblemError(
            problem("broken", "The local engine does not tell its memory in use", str(error))
        ) from error


def not_running() -> ProblemError:
    return ProblemError(
        problem(
            "offline",
            "The local engine does not run",
            next="Start it.",
            command="jupyter smext local start",
        )
    )


def _not_started(detail: str) -> ProblemError:
    return ProblemError(
        problem(
            "broken",
            "The local engine did not start",
            detail,
            "Start it in a terminal to see why.",
            command="jupyter smext local start",
        )
    )
