"""RecordIO-protobuf: MXNet's framing and SageMaker's Record message, to and from numpy arrays.

Message aialgs.data.Record: docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html. Framing:
magic 0xced7230a, a length whose upper 3 bits say whether a record is cut in parts, data, padding to
4 bytes, all little-endian (mxnet.apache.org/api/architecture/note_data_loading).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

_UINT32 = struct.Struct("<I")
_MAGIC = _UINT32.pack(0xCED7230A)
_MOST_BYTES = (1 << 29) - 1

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
#: Field numbers of Value, and the type of its tensor's values.
_TENSORS = {2: "<f4", 3: "<f8", 7: "<i4"}


class BrokenRecord(Exception):
    """The bytes are not RecordIO-protobuf; the text says where and why."""


@dataclass(frozen=True)
class Tensor:
    """A vector: dense when `keys` is None, else `values` at the positions `keys` of `shape`."""

    values: npt.NDArray[np.float64] | npt.NDArray[np.float32] | npt.NDArray[np.int32]
    keys: npt.NDArray[np.int64] | None = None
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Record:
    """One observation: named features and named labels ("values" where there is but one)."""

    features: Mapping[str, Tensor]
    label: Mapping[str, Tensor] = field(default_factory=dict)


def read(file: BinaryIO) -> Iterator[Record]:
    """The records of a stream, one by one. Raises BrokenRecord."""
    for index, data in enumerate(_frames(file)):
        try:
            yield _record(data)
        except (BrokenRecord, ArithmeticError, IndexError, ValueError) as error:
            raise BrokenRecord(f"record {index} is not an aialgs.data.Record: {error}") from None


def write(records: Iterable[Record]) -> bytes:
    """Records as RecordIO-protobuf; tensors are float32, as AWS's responses are."""
    parts = bytearray()
    for record in records:
        data = _map(1, record.features) + _map(2, record.label)
        parts += _MAGIC + _UINT32.pack(len(data)) + data + bytes(-len(data) % 4)
    return bytes(parts)


def _frames(file: BinaryIO) -> Iterator[bytes]:
    held = b""
    while magic := _exactly(file, 4, may_end=True):
        if magic != _MAGIC:
            raise BrokenRecord("a record does not begin with the RecordIO magic number")
        (length,) = _UINT32.unpack(_exactly(file, 4))
        part, length = length >> 29, length & _MOST_BYTES
        data = _exactly(file, length)
        _exactly(file, -length % 4)
        # Parts: 0 whole, 1 first, 2 middle, 3 last; between them stood a magic number, taken out.
        if part in (2, 3):
            data = held + _MAGIC + data
        if part in (0, 3):
            yield data
            data = b""
        held = data
    if held:
        raise BrokenRecord("the last record is cut off")


def _exactly(file: BinaryIO, size: int, may_end: bool = False) -> bytes:
    # A pipe gives what it has; a loop gets the rest.
    data = file.read(size)
    while 0 < len(data) < size and (more := file.read(size - len(data))):
        data += more
    if len(data) < size and not (may_end and not data):
        raise BrokenRecord("the last record is cut off")
    return data


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise BrokenRecord("a number is longer than 64 bits")


def _fields(data: bytes) -> Iterator[tuple[int, int, bytes | int]]:
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        kind = tag & 7
        value: bytes | int
        if kind == _VARINT:
            value, at = _varint(data, at)
        else:
            if kind == _BYTES:
                size, at = _varint(data, at)
            elif kind in (_FIXED32, _FIXED64):
                size = 4 if kind == _FIXED32 else 8
            else:
                raise BrokenRecord(f"wire type {kind}")
            value = data[at : at + size]
            at += size
            if at > end:
                raise BrokenRecord("a field is cut off")
        yield tag >> 3, kind, value


def _record(data: bytes) -> Record:
    features: dict[str, Tensor] = {}
    label: dict[str, Tensor] = {}
    for number, _, value in _fields(data):
        # uid, metadata and configuration (3 to 5) are not used by these algorithms.
        if number in (1, 2) and isinstance(value, bytes):
            entry = dict((number, value) for number, _, value in _fields(value))
            name, held = entry.get(1, b""), entry.get(2, b"")
            if isinstance(name, bytes) and isinstance(held, bytes):
                (features if number == 1 else label)[name.decode()] = _value(held)
    return Record(features, label)


def _value(data: bytes) -> Tensor:
    for number, _, value in _fields(data):
        if number in _TENSORS and isinstance(value, bytes):
            return _tensor(value, _TENSORS[number])
    raise BrokenRecord("a value is neither a float32, a float64 nor an int32 tensor")


def _tensor(data: bytes, dtype: str) -> Tensor:
    values: list[npt.NDArray[np.float64]] = []
    keys: list[int] = []
    shape: list[int] = []
    for number, kind, value in _fields(data):
        if number == 1:
            values.append(_values(kind, value, dtype))
        elif number in (2, 3):
            (keys if number == 2 else shape).extend(_varints(value))
    array = values[0] if len(values) == 1 else np.concatenate([np.empty(0, dtype), *values])
    positions = np.array(keys, dtype=np.int64) if keys else None
    if positions is not None and len(positions) != len(array):
        raise BrokenRecord(f"{len(array)} values but {len(positions)} keys")
    if positions is None and shape and not len(array):
        positions = np.empty(0, dtype=np.int64)  # a sparse row of zeros
    return Tensor(array, positions, tuple(shape))


def _values(kind: int, value: bytes | int, dtype: str) -> npt.NDArray[np.float64]:
    if dtype == "<i4":
        # int32 is a varint of 64 bits in two's complement.
        numbers = np.array(_varints(value), dtype=np.uint64)
        return numbers.astype(np.uint32).view(np.int32).astype(dtype)
    if isinstance(value, int):
        raise BrokenRecord("a float is not a varint")
    return np.frombuffer(value, dtype)


def _varints(value: bytes | int) -> list[int]:
    if isinstance(value, int):
        return [value]
    found: list[int] = []
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        found.append(number)
    return found


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, data: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(data)) + data


def _map(number: int, tensors: Mapping[str, Tensor]) -> bytes:
    out = b""
    for name, tensor in tensors.items():
        inner = _field(1, np.asarray(tensor.values, "<f4").tobytes())
        if tensor.keys is not None:
            inner += _field(2, b"".join(_number(int(key)) for key in tensor.keys))
        if tensor.shape:
            inner += _field(3, b"".join(_number(size) for size in tensor.shape))
        out += _field(number, _field(1, name.encode()) + _field(2, _field(2, inner)))
    return out
