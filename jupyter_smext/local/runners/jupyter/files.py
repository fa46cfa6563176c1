"""The folder behind a JupyterLab of the engine: the person's files, its settings, its logs."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...jupyter_token import new_key

#: A log that is longer than this when a server starts is put aside, one generation deep.
_LOG_BYTES = 5 << 20

_PACKAGE_ROOT = Path(__file__).resolve().parents[4]

_CONFIG = '''"""Written by the local SageMaker engine at each start of the server."""

import sys

sys.path.append({package_root!r})
from jupyter_smext.local.jupyter_signin import PresignedIdentityProvider  # noqa: E402

c = get_config()  # noqa: F821
c.ServerApp.identity_provider_class = PresignedIdentityProvider
c.PresignedIdentityProvider.key_file = {key!r}
c.PresignedIdentityProvider.signs_in = {signs_in!r}
c.PresignedIdentityProvider.token = ""
c.ServerApp.allow_unauthenticated_access = False
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port!r}
c.ServerApp.port_retries = 0
c.ServerApp.root_dir = {volume!r}
c.ServerApp.base_url = {base_url!r}
c.ServerApp.allow_root = {allow_root!r}
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
c.ServerApp.cookie_secret_file = {cookie_secret!r}
# The extension that shows the engine has no place inside what the engine runs.
c.ServerApp.jpserver_extensions = {{"jupyter_smext": False}}
# No calls home to ask for news and newer versions.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
'''

_IDLE = """
# Kernels and terminals that nobody uses end first, then the server that has none left.
c.MappingKernelManager.cull_idle_timeout = c.TerminalManager.cull_inactive_timeout = {seconds!r}
c.MappingKernelManager.cull_interval = c.TerminalManager.cull_interval = {every!r}
c.MappingKernelManager.cull_connected = True
c.ServerApp.shutdown_no_activity_timeout = {seconds!r}
"""
_LONGEST_INTERVAL = 300


@dataclass(frozen=True)
class Door:
    """Where and for whom a server opens: its path on its port, and the user it signs in."""

    base_url: str
    signs_in: str


@dataclass(frozen=True)
class JupyterFiles:
    """Where the files of a JupyterLab are: all of them are below `root`.

    `volume` is what the person sees and keeps, `home` is HOME, `own` what the engine writes.
    """

    root: Path
    home: Path
    volume: Path
    own: Path

    @property
    def tmp(self) -> Path:
        return self.own / "tmp"

    @property
    def runtime(self) -> Path:
        return self.own / "runtime"

    @property
    def config(self) -> Path:
        return self.own / "config"

    def log(self, name: str) -> Path:
        """A log by the name its CloudWatch stream ends with: jupyter, LifecycleConfigOnStart..."""
        return self.own / "logs" / f"{name}.log"

    @property
    def opt_ml(self) -> Path:
        return self.own / "opt-ml"

    def prepare(
        self, port: int, door: Door, metadata: Mapping[str, Any], idle_seconds: int | None = None
    ) -> str:
        """Make the folders and write the settings for a start; the new key of its tokens.

        `metadata` is what AWS's clients find in /opt/ml/metadata. The server ends itself after
        `idle_seconds` without use.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        about = self.opt_ml / "metadata"
        logs = self.own / "logs"
        # Of a run before: a link there would make the engine write where it leads.
        for link in (self.volume, self.own, *self.own.glob("*"), *logs.glob("*")):
            if link.is_symlink():
                link.unlink()
        for stale in (self.tmp, self.runtime, self.config, self.opt_ml):
            shutil.rmtree(stale, ignore_errors=True)
        for folder in (self.volume, self.tmp, self.runtime, self.config, about, logs):
            folder.mkdir(parents=True, exist_ok=True)
        (about / "resource-metadata.json").write_text(json.dumps(metadata))
        key = new_key()
        secret = self.own / "token.key"
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
        text = _CONFIG.format(
            package_root=str(_PACKAGE_ROOT),
            key=str(secret),
            port=port,
            volume=str(self.volume),
            base_url=door.base_url,
            signs_in=door.signs_in,
            allow_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            cookie_secret=str(self.own / "cookie_secret"),
        )
        if idle_seconds is not None:
            every = min(_LONGEST_INTERVAL, idle_seconds)
            text += _IDLE.format(seconds=idle_seconds, every=every)
        (self.config / "jupyter_server_config.py").write_text(text, encoding="utf-8")
        (self.config / "labconfig").mkdir()
        (self.config / "labconfig" / "page_config.json").write_text(
            json.dumps({"disabledExtensions": {"jupyter_smext": True}})
        )
        for log in logs.glob("*.log"):
            if log.stat().st_size > _LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))
        return key

    def script(self, name: str, content: bytes) -> Path:
        """A lifecycle script as a file."""
        path = self.own / f"{name}.sh"
        path.write_bytes(content)
        path.chmod(0o700)
        return path

    def note(self, name: str, text: str) -> None:
        """A line of the engine's own in a log."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())
        with self.log(name).open("a", encoding="utf-8") as file:
            file.write(f"[SageMaker {stamp}] {text}\n")

    def mark(self, name: str) -> int:
        """Where a log ends now."""
        path = self.log(name)
        return path.stat().st_size if path.exists() else 0

    def bound(self, port: int) -> bool:
        """Whether the server has taken the port, by its own runtime file."""
        for path in self.runtime.glob("jpserver-*.json"):
            try:
                return bool(json.loads(path.read_text())["port"] == port)
            except (OSError, ValueError):
                return False  # half written: the next look sees it whole
        return False

    def delete(self) -> None:
        """Delete the volume and all else. Raises OSError naming what stays."""
        if self.root.exists():
            shutil.rmtree(self.root)
