"""How the engine's process holds memory."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads allocate from two arenas; call it before there are threads.

    glibc gives each thread one of its own, and each keeps what an object's bytes once took: 50 MB
    after ten parts at once, against 15. Elsewhere than on glibc there is nothing to do.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(_ARENA_MAX, _ARENAS)
