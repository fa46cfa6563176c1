"""The folder that one server spools logs to, beside those of others that have the same home."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from ..server_process import lives, this_server

#: Seconds after which the spools of a server that is not seen are those of one that died.
FORSAKEN = 3600.0


def own_folder(home: Path) -> Path:
    """A folder of this server, once those are gone that servers of before left. Blocking."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in home.iterdir():
        pid, _, started = folder.name.partition("-")
        try:
            alive = lives((int(pid), float(started)))
        except ValueError:
            continue
        # A home may be shared with servers of other machines, whose processes are not seen here.
        if not alive and time.time() - _changed_at(folder) > FORSAKEN:
            shutil.rmtree(folder, ignore_errors=True)
    own = home / "-".join(map(str, this_server()))
    own.mkdir(mode=0o700, exist_ok=True)
    return own


def _changed_at(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:
        return time.time()
