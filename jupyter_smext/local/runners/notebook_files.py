"""The folder of a notebook instance: its volume, its JupyterLab's settings, its logs."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from ..notebook_token import new_key

#: Lines and characters of a log that go into a FailureReason (at most 1,024 characters in all).
_TAIL_LINES = 12
_TAIL_CHARS = 700
#: A log that is longer than this when an instance starts is put aside, one generation deep.
_LOG_BYTES = 5 << 20

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]

_CONFIG = '''"""Written by the local SageMaker engine at each start of the instance."""

import sys

sys.path.append({package_root!r})
from jupyter_smext.local.notebook_signin import InstanceIdentityProvider  # noqa: E402

c = get_config()  # noqa: F821
c.ServerApp.identity_provider_class = InstanceIdentityProvider
c.InstanceIdentityProvider.key_file = {key!r}
c.InstanceIdentityProvider.token = ""
c.ServerApp.allow_unauthenticated_access = False
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port!r}
c.ServerApp.port_retries = 0
c.ServerApp.root_dir = {volume!r}
c.ServerApp.base_url = "/"
c.ServerApp.allow_root = {allow_root!r}
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
c.ServerApp.cookie_secret_file = {cookie_secret!r}
# The extension that shows the engine has no place inside an instance of it.
c.ServerApp.jpserver_extensions = {{"jupyter_smext": False}}
# No calls home to ask for news and newer versions.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
'''


@dataclass(frozen=True)
class InstanceFiles:
    """Where an instance's files are. `root` is its HOME; only SageMaker/ is its volume.

    What lies outside SageMaker/ is kept over a stop as well, which AWS does not promise.
    """

    root: Path

    @classmethod
    def of(cls, home: Path, region: str, instance_id: str) -> InstanceFiles:
        """The files of an instance by its generated id; its name is never part of a path."""
        return cls(home / "notebook-instances" / region / instance_id)

    @property
    def volume(self) -> Path:
        return self.root / "SageMaker"

    @property
    def own(self) -> Path:
        return self.root / ".instance"

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

    def prepare(self, port: int) -> str:
        """Make the folders and write the settings for a start; the new key of its tokens."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for stale in (self.tmp, self.runtime, self.config):
            shutil.rmtree(stale, ignore_errors=True)
        for folder in (self.volume, self.tmp, self.runtime, self.config, self.own / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
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
            allow_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            cookie_secret=str(self.own / "cookie_secret"),
        )
        (self.config / "jupyter_server_config.py").write_text(text, encoding="utf-8")
        (self.config / "labconfig").mkdir()
        (self.config / "labconfig" / "page_config.json").write_text(
            json.dumps({"disabledExtensions": {"jupyter_smext": True}})
        )
        for log in (self.own / "logs").glob("*.log"):
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

    def tail(self, name: str, since: int) -> str:
        """The last lines a log has got since a mark, on one line."""
        path = self.log(name)
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(max(since, path.stat().st_size - 64_000))
            lines = file.read().decode("utf-8", "replace").split("\n")
        text = " | ".join(line.strip() for line in lines[-_TAIL_LINES:] if line.strip())
        return text[-_TAIL_CHARS:]

    def bound(self, port: int) -> bool:
        """Whether a server of this instance has taken the port, by its own runtime file."""
        for path in self.runtime.glob("jpserver-*.json"):
            try:
                return bool(json.loads(path.read_text())["port"] == port)
            except (OSError, ValueError):
                return False  # half written: the next look sees it whole
        return False

    def delete(self) -> None:
        """Delete the volume and all else of the instance. Raises OSError naming what stays."""
        if self.root.exists():
            shutil.rmtree(self.root)
