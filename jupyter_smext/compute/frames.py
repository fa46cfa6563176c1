"""A kernel's message as it crosses a websocket (v1.kernel.websocket.jupyter.org), read where asked.

The format is that of jupyter_server's `serialize_msg_to_ws_v1`: a count and that many offsets as
64-bit little-endian numbers, then channel, header, parent header, metadata, content and buffers.
"""

from __future__ import annotations

import json
import struct
from typing import Any

V1 = "v1.kernel.websocket.jupyter.org"


class Frame:
    """A v1 message; its parts are cut out of `data` only when they are asked for.

    Raises struct.error when `data` is too short for the offsets that it announces.
    """

    __slots__ = ("_at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._at = struct.unpack_from(f"<{int.from_bytes(data[:8], 'little')}Q", data, 8)

    @property
    def channel(self) -> bytes:
        return self.data[self._at[0] : self._at[1]]

    @property
    def header(self) -> bytes:
        """JSON, as is `parent`."""
        return self.data[self._at[1] : self._at[2]]

    @property
    def parent(self) -> bytes:
        return self.data[self._at[2] : self._at[3]]

    @property
    def content(self) -> memoryview:
        """JSON; not a copy."""
        return memoryview(self.data)[self._at[4] : self._at[5]]

    @property
    def parts(self) -> list[memoryview]:
        """Header, parent header, metadata, content and buffers, none of them a copy."""
        view, at = memoryview(self.data), self._at
        return [view[start:end] for start, end in zip(at[1:-1], at[2:], strict=True)]

    def read_header(self) -> dict[str, Any]:
        """Raises ValueError when it is not JSON."""
        return dict(json.loads(self.header))
