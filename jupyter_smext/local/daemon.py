"""The engine as a process: serving in the foreground, started in the background, ended."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from . import state_file
from .memory import share_arenas
from .runners.supervision.process_table import ENGINE_MARK, RESOURCE_MARK, Running, sweep, trees
from .state_file import AlreadyRuns, EngineState

#: What `serve` exits with when another engine of the home was first.
EXIT_ALREADY = 75
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_LOG_BYTES = 5 << 20
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]

_log = logging.getLogger(__name__)


class StartFailed(Exception):
    """The engine did not come up; the message says why and where its log is."""


class StopFailed(Exception):
    """The engine, or a process of it, is there still."""


@dataclass(frozen=True)
class Started:
    """A running engine, and whether it ran before it was asked for."""

    state: EngineState
    already: bool


def serve(home: Path, *, faults: bool = False, port: int | None = None) -> None:
    """Run the engine until SIGTERM or SIGINT. Raises AlreadyRuns, StartFailed."""
    share_arenas()
    with state_file.hold(home):
        asyncio.run(_serve(home, faults, port))


async def _serve(home: Path, faults: bool, port: int | None) -> None:
    # Here, not above: `stop` and `status` need no botocore.
    from .engine import Engine

    state_file.remove(home)  # what a killed engine left: the lock is ours, so it is dead
    stop = asyncio.Event()
    _on_signals(stop)
    wanted = state_file.last_port(home) if port is None else port
    engine = Engine(home, port=wanted, faults=faults)
    try:
        await engine.start()
    except OSError as error:
        if port is not None and error.errno in (errno.EADDRINUSE, errno.EACCES):
            taken = f"Port {port} of 127.0.0.1 cannot be had ({error.strerror})"
            raise StartFailed(f"{taken}: give another --port, or none.") from None
        if port is not None or not wanted:
            raise
        _log.warning("Port %d, the last run's, is taken: a new one is chosen", wanted)
        engine.port = 0
        await engine.start()
    state_file.write(
        home,
        EngineState(
            url=engine.url,
            pid=os.getpid(),
            access_key=engine.keys.access_key,
            secret_key=engine.keys.secret_key,
            region=engine.region,
            account=engine.account,
            version=engine.version,
            started=time.time(),
        ),
    )
    _log.info("The local SageMaker engine answers at %s", engine.url)
    await stop.wait()
    _log.info("Ending")
    await engine.close()
    # Last: while processes of ours run, the engine is there for whoever asks.
    state_file.remove(home)


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def start(home: Path, *, faults: bool = False, port: int | None = None) -> Started:
    """The home's engine, started in the background if none runs. Raises StartFailed."""
    running = state_file.read(home)
    if running and running.answers():
        return Started(running, True)
    state_file.claim(home)
    log = home / "engine.log"
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    before = log.stat().st_size if log.exists() else 0
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        process = subprocess.Popen(
            _command(faults, port),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=home,
            env=_environment(home),
            **_detached(),
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        state = state_file.read(home)
        if state and state.answers():
            if state.pid != process.pid:  # another start was first, ours has nothing to do
                process.terminate()
                process.wait()
            return Started(state, state.pid != process.pid)
        code = process.poll()
        # Who was second waits for the first one, whose engine.json is on its way.
        if code not in (None, EXIT_ALREADY):
            raise StartFailed(
                _why(f"The engine ended at its start (exit code {code}).", log, before)
            )
        time.sleep(0.05)
    if process.poll() is None:
        process.terminate()
    waited = f"The engine did not answer within {_START_SECONDS:g} seconds."
    raise StartFailed(_why(waited, log, before))


def _command(faults: bool, port: int | None) -> list[str]:
    command = [sys.executable, "-m", "jupyter_smext.local", "serve"]
    if faults:
        command.append("--faults")
    if port is not None:
        command += ["--port", str(port)]
    return command


def _environment(home: Path) -> dict[str, str]:
    environment = {**os.environ, "SMEXT_LOCAL_HOME": str(home)}
    # Started from inside an instance, it is no part of that instance.
    for mark in (ENGINE_MARK, RESOURCE_MARK):
        environment.pop(mark, None)
    # In a checkout the package is found by the working directory, which is another one there.
    if Path(sys.path[0] or ".").resolve() == _PACKAGE_ROOT:
        paths = [str(_PACKAGE_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags}
    return {"start_new_session": True}


def _why(what: str, log: Path, since: int) -> str:
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read().decode("utf-8", "replace").strip().splitlines()[-8:]
    words = "\n".join(f"    {line}" for line in lines)
    return f"{what} Its log, {log}, ends with:\n{words}" if lines else f"{what} Its log: {log}"


def stop(home: Path) -> list[Running]:
    """End the home's engine and all it runs; what that was. Raises StopFailed."""
    state = state_file.read(home) or _starting(home)
    if state is None:
        return []
    ended = list(trees(state.pid))
    try:
        process = psutil.Process(state.pid)
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(10)
    except psutil.NoSuchProcess:
        pass  # it ended by itself, which is what was wanted
    except psutil.TimeoutExpired:
        raise StopFailed(f"The engine (pid {state.pid}) does not end, even when killed.") from None
    sweep(home)
    state_file.remove(home)
    return ended


def _starting(home: Path) -> EngineState | None:
    """The engine that holds the home but has not said where it is yet, once it has."""
    deadline = time.monotonic() + _START_SECONDS
    while home.exists() and time.monotonic() < deadline:
        try:
            state_file.hold(home).close()
        except AlreadyRuns:
            state = state_file.read(home)
            if state:
                return state
            time.sleep(0.05)
        else:
            return None
    return None
