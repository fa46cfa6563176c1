"""Whether a switch was left in the middle: asked at every start of a server, so cheap."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ...decoding import decode_json

FOLDER = "switches"


class _State(msgspec.Struct):
    state: str


class _Recorded(msgspec.Struct):
    switch: _State


def unfinished(home: Path) -> bool:
    """Whether a record below the extension's folder says that its switch runs."""
    return any(map(_runs, (home / FOLDER).glob("switch-*.json")))


def _runs(path: Path) -> bool:
    try:
        return decode_json(path.read_bytes(), type=_Recorded).switch.state == "running"
    except (OSError, msgspec.MsgspecError):
        # Who lists the switches says that this one cannot be read.
        return False
