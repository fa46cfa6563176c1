"""Ports on 127.0.0.1 for servers that are told theirs before they take it."""

from __future__ import annotations

import os
import socket

#: Of servers that start or run: two that start together must not be given the same one.
_RESERVED: set[int] = set()


def reserve(wanted: int) -> int:
    """The wanted port when it is free, else one that is. Raises OSError when none is."""
    for port in (wanted, *[0] * 20):
        if port in _RESERVED:
            continue
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            if found not in _RESERVED:
                _RESERVED.add(found)
                return found
    raise OSError("no free port on 127.0.0.1")


def release(port: int) -> None:
    """The server is down: its port is free for others."""
    _RESERVED.discard(port)
