"""A JupyterLab with a home and port of its own, with or without the extension, for benchmarks."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from jupyter_core.paths import jupyter_path

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = "jupyter_smext"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its URL with the token, and its process."""

    url: str
    process: psutil.Process

    def memory_mb(self) -> float:
        """Resident memory of the server process, in MB."""
        return float(self.process.memory_info().rss) / 1e6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def other_labextensions(into: Path) -> None:
    """Link all labextensions but ours, so that plain JupyterLab differs by us alone."""
    into.mkdir()
    for folder in map(Path, jupyter_path("labextensions")):
        for extension in folder.glob("*") if folder.is_dir() else ():
            target = into / extension.name
            if extension.name != EXTENSION and not target.exists():
                target.symlink_to(extension.resolve())


def wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not answer in 120 s:\n{log.read_text()}")


@contextlib.contextmanager
def jupyterlab(*, extension: bool, environment: dict[str, str] | None = None) -> Iterator[Lab]:
    """Start JupyterLab with (`extension`) or without us; ended, and its files removed, on exit."""
    with tempfile.TemporaryDirectory() as home:
        base = Path(home)
        for name in ("config", "data", "runtime", "work", "workspaces", "settings"):
            (base / name).mkdir()
        config: dict[str, Any] = {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": free_port(),
                "port_retries": 0,
                "open_browser": False,
                "allow_root": True,
                "root_dir": str(base / "work"),
                "jpserver_extensions": {EXTENSION: extension},
            },
            "IdentityProvider": {"token": "bench"},
            "LabApp": {
                "expose_app_in_browser": True,
                "workspaces_dir": str(base / "workspaces"),
                "user_settings_dir": str(base / "settings"),
            },
        }
        if not extension:
            other_labextensions(base / "labextensions")
            config["LabApp"]["labextensions_path"] = [str(base / "labextensions")]
        (base / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
        log = base / "lab.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab"],
                env={
                    **os.environ,
                    "HOME": home,
                    "JUPYTER_CONFIG_DIR": str(base / "config"),
                    "JUPYTER_DATA_DIR": str(base / "data"),
                    "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
                    **(environment or {}),
                },
                stdout=out,
                stderr=out,
                cwd=home,
            )
        try:
            url = f"http://127.0.0.1:{config['ServerApp']['port']}/lab?token=bench"
            wait_until_answers(url, process, log)
            yield Lab(url, psutil.Process(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def browse(script: str, *arguments: str) -> Any:
    """Run bench/browser.js's `script` in Chromium; its answer, parsed from JSON."""
    done = subprocess.run(
        ["node", str(ROOT / "bench" / "browser.js"), script, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def report(
    measure: Callable[[], Coroutine[Any, Any, dict[str, float]]], most: Mapping[str, float]
) -> None:
    """Measure, print each figure with the `most` it may be, and write what `--json` asks for."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    figures = asyncio.run(measure())
    for key, value in figures.items():
        print(f"{key:28} {value:6.3f}  (at most {most[key]:g})")
    write_result(figures, options.json)


def write_result(figures: dict[str, float], to: str | None) -> None:
    """Write the flat key → number object where `--json` asked for it."""
    if to:
        Path(to).write_text(json.dumps(figures, indent=2) + "\n")
