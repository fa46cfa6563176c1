"""Which Jupyter server something is of: process id and start, as an id alone is used again."""

from __future__ import annotations

import os

Server = tuple[int, float]
"""Process id, and epoch seconds of its start."""


def this_server() -> Server:
    """This process."""
    import psutil

    return os.getpid(), psutil.Process().create_time()


def runs(server: Server) -> bool:
    """Whether it is still there; this one is."""
    import psutil

    pid, started = server
    try:
        return bool(abs(psutil.Process(pid).create_time() - started) < 1.0)
    except psutil.Error:
        return False


def lives(server: Server) -> bool:
    """Whether it is another one that is still there."""
    return server[0] != os.getpid() and runs(server)
