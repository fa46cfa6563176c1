"""A Jupyter server with the extension as a process of its own, as a person has it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from jupyter_smext.compute import kernelspecs
from jupyter_smext.protocol import ComputeName
from tests.local_engine import RunningEngine
from tests.smext_server import write_state

TOKEN = "trial"
_START_SECONDS = 60.0


@dataclass(frozen=True)
class LocalServer:
    """Where it answers, the folder of its settings, data and log, and its process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Without a chance to tidy up; another may be started on its folder."""
        self.process.kill()
        self.process.wait()

    def specify(self, at: ComputeName) -> str:
        """A kernelspec of its own for a kernel on an instance."""
        spec = {"display_name": "Python 3", "language": "python", "argv": []}
        with mock.patch.dict(os.environ, {"JUPYTER_DATA_DIR": str(self.folder / "data")}):
            return kernelspecs.write(at, "python3", spec, at.id)

    def complaints(self) -> list[str]:
        """The lines of its log that begin a traceback."""
        text = (self.folder / "log").read_text(errors="replace")
        return [line for line in text.splitlines() if line.startswith("Traceback")]


@contextlib.contextmanager
def local_server(engine: RunningEngine, folder: Path, settings: str = "") -> Iterator[LocalServer]:
    """Start one on a folder, with `settings` at the end of its Python configuration."""
    for name in ("config", "data", "runtime", "work", "local"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_state(folder / "local", engine)
    (folder / "config" / "jupyter_server_config.py").write_text(
        "c = get_config()\n"
        "c.ServerApp.jpserver_extensions = {'jupyter_smext': True}\n"
        "c.ServerApp.allow_root = True\n"
        f"c.ServerApp.root_dir = {str(folder / 'work')!r}\n"
        f"c.IdentityProvider.token = {TOKEN!r}\n{settings}\n"
    )
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "JUPYTER"))
    }
    environment = {
        **plain,
        "HOME": str(folder),
        "SMEXT_LOCAL_HOME": str(folder / "local"),
        **{
            f"JUPYTER_{name.upper()}_DIR": str(folder / name)
            for name in ("config", "data", "runtime")
        },
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ServerApp.port=0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield LocalServer(_url(folder, process), folder, process)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _url(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Its base URL, once it answers."""
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        for path in (folder / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, KeyError, urllib.error.URLError):
                url = str(json.loads(path.read_text())["url"]).replace("localhost", "127.0.0.1")
                urllib.request.urlopen(f"{url}api", timeout=5).close()
                return url
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{(folder / 'log').read_text()}")
