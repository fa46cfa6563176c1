"""Arrays in MXNet's file format, in which AWS's built-in algorithms keep their models.

A notebook that opens `model_algo-1` with `mx.nd.load` finds here what it finds on AWS. Format:
NDArray::Save of MXNet 1.x (src/ndarray/ndarray.cc), version 2, dense float32, little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_LIST = 0x112
_ARRAY = 0xF993FAC9
_DENSE, _CPU, _FLOAT32 = 0, 1, 0

Floats = npt.NDArray[np.float32]


def save(arrays: Mapping[str, Floats] | Sequence[Floats]) -> bytes:
    """Arrays as mx.nd.save writes them: named ones as a dict, others as a list."""
    names = list(arrays) if isinstance(arrays, Mapping) else []
    values = list(arrays.values()) if isinstance(arrays, Mapping) else list(arrays)
    out = bytearray(struct.pack("<QQQ", _LIST, 0, len(values)))
    for value in values:
        array = np.ascontiguousarray(value, "<f4")
        out += struct.pack("<IiI", _ARRAY, _DENSE, array.ndim)
        out += struct.pack(f"<{array.ndim}q", *array.shape)
        out += struct.pack("<iii", _CPU, 0, _FLOAT32) + array.tobytes()
    out += struct.pack("<Q", len(names))
    for name in names:
        out += struct.pack("<Q", len(name.encode())) + name.encode()
    return bytes(out)


def load(data: bytes) -> dict[str, Floats]:
    """Arrays that `save` or MXNet itself wrote; without names they are "0", "1"...

    Raises ValueError for anything but dense float32 arrays.
    """
    reader = _Reader(data)
    magic, _, count = reader.take("<QQQ")
    if magic != _LIST:
        raise ValueError("not a file of MXNet arrays")
    arrays = [reader.array() for _ in range(count)]
    (named,) = reader.take("<Q")
    names = [reader.name() for _ in range(named)] or [str(at) for at in range(count)]
    return dict(zip(names, arrays, strict=True))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(form)
        return struct.unpack(form, self._bytes(size))

    def _bytes(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise ValueError("the file of MXNet arrays is cut off")
        self._at += size
        return found

    def array(self) -> Floats:
        magic, storage, dimensions = self.take("<IiI")
        if (magic, storage) != (_ARRAY, _DENSE):
            raise ValueError("an array is of another version of MXNet, or sparse")
        shape = self.take(f"<{dimensions}q")
        *_, kind = self.take("<iii")
        if kind != _FLOAT32:
            raise ValueError("an array is not float32")
        size = 4 * int(np.prod(shape))
        return np.frombuffer(self._bytes(size), "<f4").reshape(shape)

    def name(self) -> str:
        (size,) = self.take("<Q")
        return self._bytes(size).decode()
