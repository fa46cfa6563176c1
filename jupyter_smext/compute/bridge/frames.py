"""Kernel messages as websockets carry them, parsed no further than they must be.

As `jupyter_server.services.kernels.connection.base` does it, which parses or copies all of each.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import msgspec

from ...decoding import decoder

#: The subprotocol of websockets that carries messages as they are.
KERNEL_V1 = "v1.kernel.websocket.jupyter.org"

Bytes = bytes | memoryview

_PARTS = ("header", "parent_header", "metadata", "content")
_OBJECT = decoder(dict[str, Any])


class Frame:
    """One message in the v1 protocol: `data` as on the wire, and what is looked at of it.

    Raises ValueError, struct.error, UnicodeDecodeError on what is none.
    """

    __slots__ = ("_header", "_parent", "channel", "data", "offsets")

    def __init__(self, data: bytes | bytearray) -> None:
        count = int.from_bytes(data[:8], "little")
        self.data = data
        self.offsets = struct.unpack_from(f"<{count}Q", data, 8)
        if count < 6 or self.offsets[-1] > len(data):
            raise ValueError("a kernel message has four parts at least")
        self.channel = data[self.offsets[0] : self.offsets[1]].decode()
        self._header: dict[str, Any] | None = None
        self._parent: dict[str, Any] | None = None

    @classmethod
    def of(cls, channel: str, parts: Sequence[Bytes]) -> Frame:
        """From header, parent header, metadata, content and buffers, each serialised."""
        name = channel.encode()
        offsets = [8 * (len(parts) + 3)]
        for part in (name, *parts):
            offsets.append(offsets[-1] + len(part))
        head = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
        return cls(b"".join((head, name, *parts)))

    @classmethod
    def of_legacy(cls, message: str | bytes | bytearray) -> Frame:
        """From the protocol without a name: JSON, and before buffers a table of offsets."""
        buffers: list[bytes] = []
        if not isinstance(message, str):
            (count,) = struct.unpack_from("!I", message)
            starts = struct.unpack_from(f"!{count}I", message, 4)
            ends = (*starts[1:], len(message))
            text, *buffers = [bytes(message[a:b]) for a, b in zip(starts, ends, strict=True)]
        else:
            text = message.encode()
        fields = json.loads(text)
        parts = [packed(fields[name]) for name in _PARTS]
        return cls.of(fields["channel"], [*parts, *buffers])

    def legacy(self) -> str | bytes:
        """In the protocol without a name."""
        parts = self.parts()
        fields: dict[str, Any] = {"channel": self.channel}
        for name, part in zip(_PARTS, parts, strict=False):
            fields[name] = json.loads(bytes(part))
        buffers = parts[len(_PARTS) :]
        if not buffers:
            return json.dumps({**fields, "buffers": []})
        chunks: list[Bytes] = [json.dumps(fields).encode(), *buffers]
        starts = [4 * (len(chunks) + 1)]
        for chunk in chunks[:-1]:
            starts.append(starts[-1] + len(chunk))
        return b"".join((struct.pack(f"!{len(starts) + 1}I", len(chunks), *starts), *chunks))

    def part(self, index: int) -> bytes:
        """0 is the header, 1 the parent's, 2 the metadata, 3 the content."""
        return bytes(self.data[self.offsets[index + 1] : self.offsets[index + 2]])

    def parts(self) -> list[memoryview]:
        """All of them, buffers too, without a copy."""
        view = memoryview(self.data)
        ends = zip(self.offsets[1:-1], self.offsets[2:], strict=True)
        return [view[start:end] for start, end in ends]

    @property
    def header(self) -> dict[str, Any]:
        if self._header is None:
            self._header = _parsed(self.part(0))
        return self._header

    @property
    def is_named(self) -> bool:
        """Whether its header has what is looked at of each."""
        header = self.header
        return isinstance(header.get("msg_id"), str) and isinstance(header.get("msg_type"), str)

    @property
    def parent(self) -> dict[str, Any]:
        """The parent's header; empty when the message answers none."""
        if self._parent is None:
            self._parent = _parsed(self.part(1))
        return self._parent

    @property
    def content(self) -> dict[str, Any]:
        return _parsed(self.part(3))


def _parsed(part: bytes) -> dict[str, Any]:
    try:
        return _OBJECT.decode(part)
    except msgspec.DecodeError:
        # What Python's own JSON takes beside JSON: NaN, and half a surrogate pair.
        return dict(json.loads(part))


def packed(value: Any) -> bytes:
    """JSON as jupyter_client writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
