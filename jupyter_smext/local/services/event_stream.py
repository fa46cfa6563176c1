"""application/vnd.amazon.eventstream: the frames in which AWS streams an answer."""

from __future__ import annotations

import json
import struct
from binascii import crc32
from collections.abc import Mapping

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_STRING = 7
#: AWS's limit on the payload of one frame.
LARGEST = 16 << 20


def event(kind: str, payload: bytes, content_type: str = "application/octet-stream") -> bytes:
    """The frame of an event."""
    names = {":event-type": kind, ":content-type": content_type, ":message-type": "event"}
    return frame(names, payload)


def exception(kind: str, members: Mapping[str, str]) -> bytes:
    """The frame of a modelled exception; it is the last of its stream."""
    names = {
        ":exception-type": kind,
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    return frame(names, json.dumps(members).encode())


def frame(names: Mapping[str, str], payload: bytes) -> bytes:
    """Lengths and their checksum, headers, payload, the checksum of it all (big-endian)."""
    headers = b"".join(
        struct.pack("!B", len(name.encode()))
        + name.encode()
        + struct.pack("!BH", _STRING, len(value.encode()))
        + value.encode()
        for name, value in names.items()
    )
    lengths = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    message = lengths + struct.pack("!I", crc32(lengths)) + headers + payload
    return message + struct.pack("!I", crc32(message))
