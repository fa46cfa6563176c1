"""The distributions that a kernel has, and pip run in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import Any


def installed() -> dict[str, Any]:
    """Name and version of each; `imported` have a module in use, `direct` come from no index."""
    from importlib import metadata

    versions: dict[str, str] = {}
    imported: list[str] = []
    direct: list[str] = []
    in_use = {name.partition(".")[0] for name in list(sys.modules)}
    for found in metadata.distributions():
        name, version = found.metadata["Name"], found.version
        if not name or not version or name in versions:
            continue
        versions[name] = version
        if found.read_text("direct_url.json"):
            direct.append(name)
        if in_use & set(top_level(found)):
            imported.append(name)
    return {"versions": versions, "imported": imported, "direct": direct}


def top_level(found: Any) -> set[str]:
    """Names of its modules: from RECORD, since wheels of today have no top_level.txt."""
    names = set((found.read_text("top_level.txt") or "").split())
    if not names:
        for line in (found.read_text("RECORD") or "").splitlines():
            first = line.split(",")[0].split("/")
            name = first[0][:-3] if len(first) == 1 and first[0].endswith(".py") else first[0]
            if name.isidentifier():
                names.add(name)
    return names


def start_pip(requirements: list[str]) -> dict[str, Any]:
    """Run `pip install` beside the kernel; its process, and where what it prints goes."""
    descriptor, log = tempfile.mkstemp(prefix="smext-pip-", suffix=".log")
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    with os.fdopen(descriptor, "wb") as file:
        process = subprocess.Popen(
            [*command, "--progress-bar", "off", "--", *requirements],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    running()[process.pid] = process
    return {"pid": process.pid, "log": log}


def look_at_pip(pid: int, log: str, at: int) -> dict[str, Any]:
    """What it printed since `at`, and its exit status once it has ended."""
    process = running()[pid]
    status = process.poll()
    with open(log, "rb") as file:
        file.seek(at)
        text = file.read()
    if status is not None:
        del running()[pid]
        os.unlink(log)
    return {"text": text.decode("utf-8", "replace"), "at": at + len(text), "status": status}


def end_pip(pid: int, log: str) -> dict[str, Any]:
    """End it, if it has not."""
    process = running().pop(pid, None)
    if process is not None:
        process.terminate()
        process.wait()
        os.unlink(log)
    return {}


def running() -> dict[int, Any]:
    """Pips that run. This module is gone after each call: the kernel's own keeps them."""
    import ipykernel

    found: dict[int, Any] = vars(ipykernel).setdefault("_smext_pips", {})
    return found
