"""Reads the weights in a .pth file of PyTorch's old format, without PyTorch."""

from __future__ import annotations

import io
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

#: torch.serialization.MAGIC_NUMBER, the first thing pickled in a file of before version 1.6.
_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}


class _Storage:
    """Numbers that come after all that is pickled."""

    def __init__(self, kind: str) -> None:
        self.type = np.dtype(_TYPES[kind])
        self.numbers: Any = None


class _Tensor:
    """A view of a storage."""

    def __init__(
        self, storage: _Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.storage, self.start, self.shape, self.strides = storage, start, shape, strides

    def array(self) -> Any:
        numbers = self.storage.numbers[self.start :]
        step = numbers.itemsize
        strides = [each * step for each in self.strides]
        return np.lib.stride_tricks.as_strided(numbers, self.shape, strides).copy()


def _tensor(storage: _Storage, start: int, shape: Any, strides: Any, *_: Any) -> _Tensor:
    return _Tensor(storage, start, shape, strides)


class _Unpickler(pickle.Unpickler):
    """Makes tensors and nothing else: a pickle may name any function of any module."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _TYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is no part of weights")

    def persistent_load(self, pid: Any) -> _Storage:
        _, kind, key = pid[:3]
        return self.storages.setdefault(key, _Storage(kind))


def read(content: bytes) -> Mapping[str, Any]:
    """The arrays of a state dict, by name. Raises pickle.UnpicklingError for anything else."""
    file = io.BytesIO(content)
    if _Unpickler(file).load() != _MAGIC:
        raise pickle.UnpicklingError("It is no .pth file of the old format.")
    for _ in ("the format's version", "the machine's sizes"):
        _Unpickler(file).load()
    unpickler = _Unpickler(file)
    named = unpickler.load()
    for key in _Unpickler(file).load():
        storage = unpickler.storages[key]
        (count,) = struct.unpack("<q", file.read(8))
        size = count * storage.type.itemsize
        storage.numbers = np.frombuffer(file.read(size), storage.type)
    return {name: each.array() for name, each in named.items() if isinstance(each, _Tensor)}
