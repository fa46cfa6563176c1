"""How long the steps of switches took before, by step and instance type."""

from __future__ import annotations

import logging
import statistics
import threading
from pathlib import Path

import msgspec

from ...decoding import decode_json
from ...protocol import Switch
from ...whole_file import write_whole

log = logging.getLogger(__name__)

KEPT = 5


def place_of(switch: Switch) -> str:
    """What the time of a step depends on, besides the step."""
    at = switch.request.to
    return f"{at.kind} {at.connection} {switch.then.instance_type or ''}".strip()


class Usual:
    """Seconds of the last few times, in a file; without one nothing is usual."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, list[float]] | None = None

    def seconds(self, step: str, place: str) -> float | None:
        """The median of the last few times, None when it was never done."""
        taken = self._all().get(f"{step} {place}")
        return statistics.median(taken) if taken else None

    def took(self, step: str, place: str, seconds: float) -> None:
        """Remember. Several switches may tell at once; blocking."""
        with self._lock:
            known = self._all()
            known[f"{step} {place}"] = [*known.get(f"{step} {place}", ()), seconds][-KEPT:]
            try:
                self._write(known)
            except OSError as error:
                # The switch itself works: only its next one does not know how long it takes.
                log.warning("How long a step took is not remembered: %s", error)

    def _write(self, known: dict[str, list[float]]) -> None:
        write_whole(self._path, msgspec.json.encode(known))

    def _all(self) -> dict[str, list[float]]:
        if self._known is None:
            try:
                content = self._path.read_bytes()
                self._known = decode_json(content, type=dict[str, list[float]])
            except (OSError, msgspec.MsgspecError):
                self._known = {}
        return self._known
