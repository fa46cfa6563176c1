"""What a script's requirements.txt asks for, installed for its own server where it is missing."""

from __future__ import annotations

import importlib
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def install(file: Path) -> None:
    """Install what the file asks for and this Python has not, where PIP_TARGET says.

    AWS's containers run pip in any case; here a model whose needs are met starts without a network.
    Raises subprocess.CalledProcessError when pip fails; what it said is printed.
    """
    if not file.is_file() or not missing(file.read_text(encoding="utf-8")):
        return
    print(f"Installing {file}", flush=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "-r", str(file)], check=True)
    importlib.invalidate_caches()


def missing(text: str) -> list[str]:
    """The lines of a requirements.txt that this Python does not meet, or that only pip reads."""
    from packaging.requirements import InvalidRequirement, Requirement

    unmet = []
    for line in (line.split(" #")[0].strip() for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        try:
            wanted = Requirement(line)
            if wanted.marker is not None and not wanted.marker.evaluate():
                continue
            met = not wanted.url and wanted.specifier.contains(version(wanted.name), True)
        except (InvalidRequirement, PackageNotFoundError):
            met = False
        if not met:
            unmet.append(line)
    return unmet
