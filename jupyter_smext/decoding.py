"""Reading data as types, from any thread.

msgspec tells of a struct before it knows the types of all its fields. A thread that reads one that
another thread reads for the first time ends the process (SIGSEGV; seen with msgspec 0.22), so what
is known of a type is made by one thread at a time.
"""

from __future__ import annotations

import threading
from types import UnionType
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")

_decoders: dict[tuple[Any, bool], msgspec.json.Decoder[Any]] = {}
_making = threading.Lock()


def decoder(type: type[T], *, strict: bool = True) -> msgspec.json.Decoder[T]:
    """The one decoder of JSON as a type."""
    known = _decoders.get((type, strict))
    if known is None:
        with _making:
            known = _decoders[type, strict] = msgspec.json.Decoder(type, strict=strict)
    return known


def decode_json(data: bytes | str, type: type[T], *, strict: bool = True) -> T:
    """Raises msgspec.DecodeError for what is not JSON, or not of the type."""
    return decoder(type, strict=strict).decode(data)


def decode_msgpack(data: bytes, type: type[T]) -> T:
    """Raises msgspec.DecodeError for what is not MessagePack, or not of the type."""
    decoder(type)
    return msgspec.msgpack.decode(data, type=type)


@overload
def convert(value: Any, type: type[T], *, strict: bool = True) -> T: ...


@overload
def convert(value: Any, type: UnionType, *, strict: bool = True) -> Any: ...


def convert(value: Any, type: Any, *, strict: bool = True) -> Any:
    """Plain dicts, lists and scalars as a type. Raises msgspec.ValidationError."""
    decoder(type, strict=strict)
    return msgspec.convert(value, type, strict=strict)
