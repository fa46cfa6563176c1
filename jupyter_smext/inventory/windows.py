"""Time windows: a long list is read side by side, in pieces of its creation times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any

SIZE = 80
"""Items a window is cut for: with what was created since, it still fits one page of 100."""

OVERLAP = 1.0
"""Seconds that neighbours overlap, so that neither reading of "after" and "before" loses a tie."""


def cut(
    created: Iterable[float | None], filters: tuple[str, str], size: int = SIZE, page: int = 100
) -> list[dict[str, Any]]:
    """List parameters of the windows, newest first; `[{}]` is one plain walk: nothing to gain.

    `created` are the epoch seconds of the last read, `filters` the names of the after and the
    before parameter.
    """
    times = sorted(time for time in created if time is not None)
    if len(times) <= page:
        return [{}]
    count = -(-len(times) // size)
    cuts = sorted({times[index * len(times) // count] for index in range(1, count)})
    # More than a window's worth in one instant leaves the first cut at the very start.
    cuts = [at for at in cuts if at > times[0]]
    after, before = filters
    edges: list[float | None] = [None, *cuts, None]
    windows: list[dict[str, Any]] = []
    for low, high in zip(edges, edges[1:], strict=False):
        window = {}
        # Whole seconds, rounded outwards: botocore cuts the fraction off what it sends.
        if low is not None:
            window[after] = _moment(math.floor(low - OVERLAP))
        if high is not None:
            window[before] = _moment(math.ceil(high + OVERLAP))
        windows.append(window)
    return windows[::-1]


def since(created: Iterable[float | None], after: str) -> dict[str, Any]:
    """List parameters for what was created since the newest known item, that one included."""
    newest = max((time for time in created if time is not None), default=None)
    return {} if newest is None else {after: _moment(math.floor(newest - OVERLAP))}


def join(parts: Sequence[Sequence[dict[str, Any]]], key: Any) -> list[dict[str, Any]]:
    """The items of all windows, each once; `key` tells items apart."""
    if len(parts) == 1:
        return list(parts[0])
    return list({key(item): item for part in parts for item in part}.values())


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
