"""An engine's home, the engine.json that tells where it runs, and the lock that keeps it one."""

from __future__ import annotations

import json
import os
import secrets
import sys
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import psutil

_STATE = "engine.json"
_PORT = "port"
_LOCK = "smext-local.lock"
#: Clocks and process tables round differently; a process number is not reused this fast.
_ROUNDING_SECONDS = 2.0


class NotAHome(Exception):
    """The folder holds other things; nothing of it is touched."""


class AlreadyRuns(Exception):
    """Another engine of this home holds the lock."""


@dataclass(frozen=True)
class EngineState:
    """engine.json: where an engine answers and with which keys; `started` is epoch seconds."""

    url: str
    pid: int
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    account: str
    version: str
    started: float

    def public(self) -> dict[str, object]:
        """All of it but the secret key."""
        return {name: value for name, value in asdict(self).items() if name != "secret_key"}

    def alive(self) -> bool:
        """Whether its process is there, and is still it: numbers of dead processes are reused."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            older = process.create_time() <= self.started + _ROUNDING_SECONDS
            # A clock that was set back or forth makes times lie: the command line tells as well.
            return older or any("jupyter_smext" in word for word in process.cmdline())
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return False  # another user's process is no engine of this home

    def answers(self, seconds: float = 2.0) -> bool:
        """Whether it answers its health request."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/_engine/health", timeout=seconds) as answer:
                return "version" in json.load(answer)
        except (OSError, ValueError):
            return False


def default_home() -> Path:
    """SMEXT_LOCAL_HOME, else `smext/local` in Jupyter's data folder."""
    chosen = os.environ.get("SMEXT_LOCAL_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "smext" / "local"


def check_home(home: Path) -> None:
    """Raises NotAHome for a folder that is neither empty nor an engine's: `reset` empties it."""
    if not home.exists():
        return
    if not home.is_dir():
        raise NotAHome(f"{home} is a file. Set SMEXT_LOCAL_HOME to a folder.")
    names = {path.name for path in home.iterdir()}
    if names and not names & {_LOCK, "state.db"}:
        raise NotAHome(
            f"{home} is not empty and not the home of a local engine. "
            "Set SMEXT_LOCAL_HOME to a folder of its own."
        )


def claim(home: Path) -> None:
    """Make the folder if need be and mark it as an engine's home, for `check_home`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / _LOCK).touch(mode=0o600)


def read(home: Path) -> EngineState | None:
    """The engine that runs on this home, or None; what a killed engine left counts as none."""
    try:
        state = EngineState(**json.loads((home / _STATE).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):
        return None  # of another version; the next start replaces it
    return state if state.alive() else None


def write(home: Path, state: EngineState) -> None:
    """Make it known, for its owner's eyes only; readers see the old file or the new one whole."""
    fresh = home / f".{_STATE}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(state), file, indent=2)
    fresh.replace(home / _STATE)
    (home / _PORT).write_text(state.url.rpartition(":")[2])


def remove(home: Path) -> None:
    """The engine has ended."""
    (home / _STATE).unlink(missing_ok=True)


def last_port(home: Path) -> int:
    """The port of the last run, 0 before the first one."""
    try:
        return int((home / _PORT).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def hold(home: Path) -> IO[bytes]:
    """Take the home for as long as the returned file is open. Raises AlreadyRuns."""
    claim(home)
    file = (home / _LOCK).open("a+b")
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRuns(f"A local engine of {home} runs already.") from None
    return file
