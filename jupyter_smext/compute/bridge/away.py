"""What a kernel says while the browser is away."""

from __future__ import annotations

import time
import uuid
from collections import deque

from .frames import Frame, packed

#: What is kept for a browser; the oldest output is given up, and that is told.
AWAY_BYTES = 128 << 20
#: All that a notebook can do without: its state and its replies it cannot.
_OUTPUT = {
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "comm_msg",
}


class Away:
    """What came while a browser was away, up to AWAY_BYTES.

    `key` is that of the browser that it is for; "" is whichever comes first.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._kept: deque[Frame] = deque()
        self._bytes = 0
        self._lost: dict[bytes, int] = {}

    def keep(self, frame: Frame) -> None:
        self._kept.append(frame)
        self._bytes += len(frame.data)
        if self._bytes > AWAY_BYTES:
            self._make_room()

    def frames(self) -> list[Frame]:
        """What was lost, each cell told in its output; then what was kept."""
        return [*(_told(parent, lost) for parent, lost in self._lost.items()), *self._kept]

    def _make_room(self) -> None:
        # To three quarters: it is not done again for every message.
        kept: deque[Frame] = deque()
        for frame in self._kept:
            output = self._bytes > AWAY_BYTES * 3 // 4 and _is_output(frame)
            if not output:
                kept.append(frame)
                continue
            self._bytes -= len(frame.data)
            parent = frame.part(1)
            self._lost[parent] = self._lost.get(parent, 0) + len(frame.data)
        self._kept = kept


def _is_output(frame: Frame) -> bool:
    return frame.channel == "iopub" and frame.header["msg_type"] in _OUTPUT


def _told(parent: bytes, lost: int) -> Frame:
    text = (
        f"[jupyter_smext] The browser was away, and {AWAY_BYTES >> 20} MiB are kept for it: the "
        f"oldest {lost / 1e6:.1f} MB of this cell's output are lost.\n"
    )
    header = {
        "msg_id": uuid.uuid4().hex,
        "session": "",
        "username": "",
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "msg_type": "stream",
        "version": "5.3",
    }
    content = {"name": "stderr", "text": text}
    return Frame.of("iopub", [packed(header), parent, b"{}", packed(content)])
