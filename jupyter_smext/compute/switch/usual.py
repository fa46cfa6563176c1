"""How long the steps of switches took before, by step and instance type."""

from __future__ import annotations

import os
import statistics
from pathlib import Path

import msgspec

from ...protocol import Switch

KEPT = 5


def place_of(switch: Switch) -> str:
    """What the time of a step depends on, besides the step."""
    at = switch.request.to
    return f"{at.kind} {at.connection} {switch.then.instance_type or ''}".strip()


class Usual:
    """Seconds of the last few times, in a file; without one nothing is usual."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[float]] | None = None

    def seconds(self, step: str, place: str) -> float | None:
        """The median of the last few times, None when it was never done."""
        taken = self._all().get(f"{step} {place}")
        return statistics.median(taken) if taken else None

    def took(self, step: str, place: str, seconds: float) -> None:
        """Remember. What cannot be written is not known the next time, and no more."""
        known = self._all()
        known[f"{step} {place}"] = [*known.get(f"{step} {place}", ()), seconds][-KEPT:]
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self._path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(msgspec.json.encode(known))
        os.replace(new, self._path)

    def _all(self) -> dict[str, list[float]]:
        if self._known is None:
            try:
                content = self._path.read_bytes()
                self._known = msgspec.json.decode(content, type=dict[str, list[float]])
            except (OSError, msgspec.MsgspecError):
                self._known = {}
        return self._known
